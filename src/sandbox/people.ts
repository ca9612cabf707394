import type { Mapping } from '../mapping/mapping.ts';
import { HEAD_OFFICE_GROUP, mappingOf, OTHER_STORE_GROUP, STORE_GROUP } from './groups.ts';
import { addressOf } from './robots.ts';

export interface Person {
  /** User id as WeCom sends it. */
  readonly id: string;
  readonly name: string;
  /** Shown on the sandbox page. */
  readonly about: string;
}

/** Who is in the simulated group. The last one is not in the mapping. */
export const PEOPLE: readonly Person[] = [
  { id: 'zhangsan', name: '张三', about: '人民路店' },
  { id: 'lijingli', name: '李经理', about: '店长' },
  { id: 'zhaomin', name: '赵敏', about: '解放路店' },
  { id: 'luren', name: '路人', about: '未绑定' },
];

/** What a fresh sandbox's `mapping.json` says. */
export const SAMPLE_MAPPING: Mapping = {
  stores: [
    {
      code: 'EW_N2949193145',
      name: '人民路店',
      notify: [
        {
          ...mappingOf(STORE_GROUP, addressOf(STORE_GROUP)),
          events: ['succeeded', 'refused', 'unknown', 'settled', 'binding', 'summary'],
          mention: ['lijingli'],
        },
      ],
    },
    {
      code: 'EW_N2949193146',
      name: '解放路店',
      notify: [mappingOf(OTHER_STORE_GROUP, addressOf(OTHER_STORE_GROUP))],
    },
  ],
  staff: [
    { user: 'wecom:zhangsan', name: '张三', employeeId: 11, store: 'EW_N2949193145', role: 'staff' },
    { user: 'wecom:lijingli', name: '李经理', employeeId: 10, store: 'EW_N2949193145', role: 'manager' },
    { user: 'wecom:zhaomin', name: '赵敏', employeeId: 21, store: 'EW_N2949193146', role: 'staff' },
  ],
  conversations: [],
  notify: [mappingOf(HEAD_OFFICE_GROUP, addressOf(HEAD_OFFICE_GROUP))],
};

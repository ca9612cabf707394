import type { Mapping } from '../mapping/mapping.ts';
import type { GroupRobot } from './robot-rules.ts';

/** The groups beside the one in which people type: each has a robot of another platform. */
export const STORE_GROUP: GroupRobot = { platform: 'wecom', key: 'sandbox-renmin-road', group: '人民路店通知群' };
export const OTHER_STORE_GROUP: GroupRobot = {
  platform: 'dingtalk',
  key: 'sandbox-jiefang-road',
  secret: 'SECsandbox',
  keyword: '核销',
  group: '解放路店通知群',
};
export const HEAD_OFFICE_GROUP: GroupRobot = {
  platform: 'feishu',
  key: 'sandbox-head-office',
  secret: 'sandbox',
  group: '总部通知群',
};
export const GROUP_ROBOTS = [STORE_GROUP, OTHER_STORE_GROUP, HEAD_OFFICE_GROUP];

type RobotDocument = NonNullable<Mapping['notify']>[number];

/** What a mapping says of a robot that is at `url`. */
export function mappingOf({ platform, secret }: GroupRobot, url: string): RobotDocument {
  return { robot: platform, url, ...(secret === undefined ? {} : { secret }) };
}

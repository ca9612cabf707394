import { expect, test } from 'vitest';
import { createTellUnsettled } from '../../src/desk/unsettled.ts';
import { RECEIPT, say, STORE, UNKNOWN } from '../command/sentences/fixtures.ts';
import { bookOf } from '../mapping/indexed.ts';

const ELSEWHERE = { code: 'EW_N2', name: '解放路店' };

const person = (user: string, role: 'staff' | 'manager', name: string | null, storeCode = STORE.code) => ({
  user,
  role,
  storeCode,
  name,
  employeeId: null,
});

function told(typedBy: string | null, people = [person('wecom:li', 'manager', '李经理')]) {
  const tell = createTellUnsettled({
    book: bookOf(
      [STORE, ELSEWHERE],
      [...people, person('wecom:zhang', 'staff', '张三'), person('wecom:qian', 'manager', null, ELSEWHERE.code)],
    ),
    admins: ['dingtalk:boss'],
    addressOf: () => ({ channel: 'wecom-app', returnAddress: null }),
    say,
  });
  return tell({ ...UNKNOWN, unsettled: 'disturbed' }, typedBy);
}

test('a manager of the store hears whose redemption was not settled, why, and what to type', () => {
  const [telling, ...others] = told('wecom:zhang');
  expect(others).toEqual([]);
  expect(telling).toMatchObject({ user: 'wecom:li', key: `unsettled-${RECEIPT}-wecom:li` });
  expect(telling?.text).toBe(
    [
      '【待核对】张三的一笔核销，请您核对：',
      '结果未知：核销系统没有按时答复',
      '请勿重复核销，先查询该卡剩余次数',
      '系统没能核对清楚：这几分钟里还有别的核销，可能用的是同一张卡，看余次判断不了',
      `请店长到联拓富后台，按单号查备注，查清楚后发「核对 ${RECEIPT} 已核销」或「核对 ${RECEIPT} 未核销」`,
      `尾号4024，2次，人民路店，${RECEIPT}`,
    ].join('\n'),
  );
});

test('the person who typed it hears it in the reply, and not a second time as the manager', () => {
  expect(told('wecom:li')).toEqual([]);
});

test('where the store has no manager, those of all stores hear it', () => {
  expect(told('wecom:zhang', []).map(({ user }) => user)).toEqual(['dingtalk:boss']);
});

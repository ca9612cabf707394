import { expect, test } from 'vitest';
import { isSameUser, userKey } from '../../src/redemption/user-id.ts';

test.each([
  ['wecom:zhangsan', 'wecom:ZhangSan', true],
  ['wecom:ZHANG.san_1@x', 'wecom:zhang.SAN_1@X', true],
  ['wecom:Wolf', 'wecom:wolf', true],
  ['wecom:woAJ2GCAAAX', 'wecom:woaj2gcaaax', false],
  ['wecom:wmAJ2GCAAAX', 'wecom:wmAJ2GCAAAx', false],
  ['wecom:woAJ2GCAAAX', 'wecom:woAJ2GCAAAX', true],
  ['dingtalk:Manager01', 'dingtalk:manager01', false],
  ['feishu:ou_A', 'feishu:ou_a', false],
  ['wecom:zhangsan', 'dingtalk:zhangsan', false],
  ['wecom:zhangsan', 'wecom:zhangsan1', false],
  // Not the letter k, whatever lower case makes of it.
  ['wecom:\u212a', 'wecom:k', false],
  ['wecom:İ', 'wecom:i̇', false],
])('%s and %s are the same person: %s', (one, other, same) => {
  expect(isSameUser(one, other)).toBe(same);
  expect(isSameUser(other, one)).toBe(same);
  expect(userKey(one) === userKey(other)).toBe(same);
});

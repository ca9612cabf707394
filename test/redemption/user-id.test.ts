import { expect, test } from 'vitest';
import { isConversation, isSameUser, isUser, userKey } from '../../src/redemption/user-id.ts';

test.each([
  ['wecom:zhangsan', 'wecom:ZhangSan', true],
  ['wecom:ZHANG.san_1@x', 'wecom:zhang.SAN_1@X', true],
  ['wecom:Wolf', 'wecom:wolf', true],
  // Opaque ones are long; what only begins like them is a person's name.
  ['wecom:woAJ2GCAAAXtWyujaWJHDDGi0mACAAAA', 'wecom:woaj2gcaaaxtwyujawjhddgi0macaaaa', false],
  ['wecom:wmAJ2GCAAA-e1XQRC_NI0q0_ZM9ukoAw', 'wecom:wmAJ2GCAAA-e1XQRC_NI0q0_ZM9ukoAW', false],
  ['wecom:woAJ2GCAAAXtWyujaWJHDDGi0mACAAAA', 'wecom:woAJ2GCAAAXtWyujaWJHDDGi0mACAAAA', true],
  ...['wo', 'wm', 'wolf', 'woodward', 'wo_li', 'wong-kayan', 'wmchen01', 'wolfgang.amadeus.von.mozart@shop'].map(
    (id): [string, string, boolean] => [`wecom:${id}`, `wecom:${id.slice(0, 2)}${id.slice(2).toUpperCase()}`, true],
  ),
  ['wecom:wolf', 'wecom:WOLF', true],
  ['wecom:wolf', 'wecom:wolf1', false],
  ['dingtalk:Manager01', 'dingtalk:manager01', false],
  ['feishu:ou_A', 'feishu:ou_a', false],
  ['wecom:zhangsan', 'dingtalk:zhangsan', false],
  ['wecom:zhangsan', 'wecom:zhangsan1', false],
  // Not the letter k, although lower case makes one of it.
  ['wecom:\u212a', 'wecom:k', false],
  ['wecom:İ', 'wecom:i̇', false],
])('%s and %s are the same person: %s', (one, other, same) => {
  expect(isSameUser(one, other)).toBe(same);
  expect(isSameUser(other, one)).toBe(same);
  expect(userKey(one) === userKey(other)).toBe(same);
});

test.each([
  ['feishu:ou_7d8a6e6df7621556ce0d21922b676706', true],
  ['feishu:ou_staff-1', true],
  ['feishu:on_7d8a6e6df7621556ce0d21922b676706', false],
  ['feishu:ou_', false],
  ['feishu:ou_a|ou_b', false],
  ['feishu:@all', false],
  ['feishu:all', false],
  ['feishu:ou_ａ', false],
  ['lark:ou_a', false],
])('%s is the id of one person: %s', (user, one) => expect(isUser(user)).toBe(one));

test('a chat of Feishu can have a store of its own', () => expect(isConversation('feishu:oc_1')).toBe(true));

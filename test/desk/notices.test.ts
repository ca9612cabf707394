import { expect, test } from 'vitest';
import { createNoticeNow, type NoticeNow } from '../../src/desk/notices.ts';
import type { Topic } from '../../src/redemption/people.ts';
import type { Redemption } from '../../src/redemption/redemption.ts';
import { say, SUCCEEDED } from '../command/sentences/fixtures.ts';
import { bookOf } from '../mapping/indexed.ts';

const STORE = { code: 'EW_N1', name: '人民路店' };
const PLACE = { name: null, employeeId: null, storeCode: STORE.code };

/** What a notice about a redemption says to this person now. */
function now(
  user: string,
  redemption: Partial<Redemption>,
  topic: Topic = { kind: 'redemption', id: 1 },
): ReturnType<NoticeNow> {
  const noticeNow = createNoticeNow({
    book: bookOf([STORE], [{ user: 'wecom:li', ...PLACE, role: 'manager' }]),
    people: { findBindingRequest: async () => null },
    ledger: { findRedemption: async () => ({ ...SUCCEEDED, ...redemption }) },
    admins: ['wecom:boss'],
    trouble: async () => null,
  });
  return noticeNow(topic, user);
}

/** The same, as it is read; it was recorded as `text`. */
async function tell(user: string, redemption: Partial<Redemption>, topic?: Topic, text = '结果未知') {
  const notice = await now(user, redemption, topic);
  if (notice === 'as-recorded') return text;
  return notice === null ? null : say(notice);
}

test('a notice about a redemption says how it stands when it is told, not how it stood', async () => {
  for (const user of ['wecom:li', 'wecom:boss']) {
    expect(await now(user, { state: 'succeeded' })).toMatchObject({
      kind: 'redemption',
      redemption: { state: 'succeeded' },
    });
    expect(await tell(user, { state: 'succeeded' })).toMatch(/^核销成功/u);
    expect(await tell(user, { state: 'refused' })).toMatch(/^核销失败/u);
  }
});

test('and nothing to a person who is in no store any more', async () => {
  expect(await tell('wecom:gone', { state: 'succeeded' })).toBeNull();
});

test('a notice that only people can settle a redemption is dropped once a person has', async () => {
  const said = '【待核对】张三的一笔核销，请您核对：';
  const unsettled = (user: string, state: 'unknown' | 'succeeded') =>
    tell(user, { state }, { kind: 'unsettled', id: 1 }, said);
  expect(await unsettled('wecom:boss', 'unknown')).toBe(said);
  expect(await unsettled('wecom:boss', 'succeeded')).toBeNull();
  expect(await unsettled('wecom:gone', 'unknown')).toBeNull();
});

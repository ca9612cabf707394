import { expect, describe, test } from 'vitest';
import { newLine, newMessage } from '../fixtures.ts';
import { places } from '../places.ts';

/** What operators see on the page about health of what still waits. */
describe.each(places)('in $name', ({ make }) => {
  test('the backlog is what waits to be told and to be known, and no more', async () => {
    const place = await make();
    const { ledger } = await place.open();
    const none = { repliesWaiting: 0, repliesHeld: 0, unknowns: 0, oldestUnknownAt: null };
    expect(await ledger.findBacklog()).toEqual(none);

    const first = await ledger.claim(newMessage(), [newLine()]);
    const second = await ledger.claim(newMessage(), [newLine()]);
    // What is under way is neither.
    expect(await ledger.findBacklog()).toEqual(none);
    const [row] = first.message.redemptions;
    const [other] = second.message.redemptions;
    if (row === undefined || other === undefined) return expect.fail('no rows');
    await ledger.settle(row, { state: 'unknown', reason: 'timeout' });
    await ledger.settle(other, { state: 'unknown', reason: 'timeout' });
    expect(await ledger.findBacklog()).toMatchObject({ unknowns: 2, oldestUnknownAt: row.claimedAt });
    const known = await ledger.findRedemption(row.id);
    await ledger.settleByHand(
      row.id,
      'refused',
      { how: 'hand', user: 'wecom:li', name: '李经理', reason: '后台里看到了' },
      known.settledAt,
    );
    expect(await ledger.findBacklog()).toMatchObject({ unknowns: 1, oldestUnknownAt: other.claimedAt });
    await ledger.queueReply(second.message.id, 60_000);
    const waiting = (await ledger.findBacklog()).repliesWaiting;
    await place.query(`update messages set reply_state = 'held' where id = ${second.message.id}`);
    const { repliesWaiting, repliesHeld } = await ledger.findBacklog();
    expect([waiting - repliesWaiting, repliesHeld]).toEqual([1, 1]);
    await ledger.close();
    await place.clear();
  });
});

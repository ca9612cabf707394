import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Ledger, Storage } from '../../../src/redemption/ledger.ts';
import { ASK_OPEN_MS } from '../../../src/redemption/questions.ts';
import type { Redemption } from '../../../src/redemption/redemption.ts';
import type { Trail } from '../../../src/redemption/trail.ts';
import { lineOf, newLine, newMessage } from '../fixtures.ts';
import { noteTold, places, type LedgerPlace } from '../places.ts';

const policy = { countOver: 5, repeatWithinMs: 0, openForMs: ASK_OPEN_MS };
const SEEN = { realCard: null, cardName: '按摩10次卡', validUntil: null, remaining: 10 };
const TIMEOUT = { state: 'unknown', reason: 'timeout' } as const;
const SUCCEEDED = { state: 'succeeded', vendorMsg: '成功' } as const;
const AN_INSTANT: unknown = expect.any(Number);
const BY_HAND = { how: 'hand', user: 'wecom:li', name: '李经理' } as const;

describe.each(places)('$name keeps the trail of a redemption', ({ make }) => {
  let place: LedgerPlace;
  let opened: Storage;
  let ledger: Ledger;

  beforeEach(async () => {
    place = await make();
    opened = await place.open(() => ['unknown', 'settled']);
    ({ ledger } = opened);
  });
  afterEach(async () => {
    await ledger.close();
    await place.clear();
  });

  async function claimed(count = 2, message = newMessage()) {
    const claim = await ledger.claim(message, [newLine({ count })], { policy, confirmations: [] });
    return { message: claim.message, row: claim.message.redemptions[0] as Redemption };
  }
  async function trailOf(receipt: string): Promise<Trail> {
    const trail = await ledger.findTrail(receipt, {});
    if (trail === null) throw new Error('no trail');
    return trail;
  }
  const kinds = ({ events }: Trail) => events.map(({ kind }) => kind);

  test('when its card was seen, when it was sent, when its reply was told', async () => {
    const { message, row } = await claimed();
    await ledger.noteCard(row, SEEN, policy);
    await ledger.settle(row, SUCCEEDED, row.claimedAt + 5);
    await ledger.noteRemaining(row.id, 8);
    await ledger.repliesAnswered([{ message: message.id, asOf: 0 }]);
    const trail = await trailOf(row.receipt);
    expect(trail).toMatchObject({
      sentAt: row.claimedAt + 5,
      seenAt: AN_INSTANT,
      seenAfterAt: AN_INSTANT,
    });
    expect(trail.messages).toMatchObject([{ id: message.id, toldAt: AN_INSTANT, replyState: 'answered' }]);
    // What happens to every redemption stands in its row.
    expect(trail.events).toEqual([]);
  });

  test('is sent at no instant that nobody knows, and says so of what was stored before', async () => {
    const { message, row } = await claimed();
    await ledger.settle(row, { state: 'unsent', reason: 'no-connection' });
    await ledger.repliesAnswered([{ message: message.id, asOf: 0 }]);
    await place.query('update messages set told_at = null');
    expect(await trailOf(row.receipt)).toMatchObject({ sentAt: null, seenAt: null, messages: [{ toldAt: null }] });
    // Told before that was kept: the first time stays unknown.
    await ledger.repliesAnswered([{ message: message.id, asOf: 0 }]);
    const again = await trailOf(row.receipt);
    expect(again).toMatchObject({
      messages: [{ toldAt: null }],
      events: [{ kind: 'told-again', message: message.id }],
    });
  });

  test('each look at an unknown, who asked for it, and what settled it', async () => {
    const { row } = await claimed();
    await ledger.noteCard(row, SEEN, policy);
    await ledger.settle(row, TIMEOUT, row.claimedAt);
    await ledger.settleByLook(row.id, 10, false);
    await ledger.settleByLook(row.id, null, false);
    await ledger.settleByLook(row.id, 10, false, 'wecom:li');
    const trail = await trailOf(row.receipt);
    expect(trail.lookDue).not.toBeNull();
    await ledger.endLooks(row.id, []);
    await ledger.settleByHand(row.id, 'refused', BY_HAND);
    await ledger.settleByHand(row.id, 'succeeded', { ...BY_HAND, name: '王经理' });
    const { events, sights, notices } = await trailOf(row.receipt);
    expect(events).toMatchObject([
      { kind: 'unknown', reason: 'timeout' },
      { kind: 'look', sight: 10 },
      { kind: 'look', sight: null },
      { kind: 'look', sight: 10, by: 'wecom:li' },
      { kind: 'looks-ended' },
      { kind: 'settled', was: 'unknown', state: 'refused', by: { how: 'hand', name: '李经理' } },
      { kind: 'settled', was: 'refused', state: 'succeeded', by: { name: '王经理' } },
    ]);
    expect(events.every(({ at }) => at >= row.claimedAt)).toBe(true);
    expect(sights).toEqual([10, null, 10]);
    expect(notices.map(({ kind }) => kind)).toEqual(['unknown', 'settled', 'settled']);
  });

  test('what the caller brought after it had been settled otherwise', async () => {
    const { row } = await claimed();
    await ledger.noteCard(row, SEEN, policy);
    await ledger.settle(row, TIMEOUT, row.claimedAt);
    await ledger.settleByHand(row.id, 'refused', BY_HAND);
    await ledger.settle(row, SUCCEEDED, row.claimedAt + 1);
    const trail = await trailOf(row.receipt);
    expect(trail.events.at(-1)).toMatchObject({
      ...{ kind: 'settled', was: 'refused', state: 'succeeded', by: { how: 'overruled' } },
      since: AN_INSTANT,
    });
    expect(trail.sentAt).toBe(row.claimedAt + 1);
  });

  test('a question, both its messages, and the answer', async () => {
    const { message, row } = await claimed(6);
    await noteTold(place);
    const confirmations = [{ line: 0, receipt: row.receipt }];
    const yes = await ledger.claim(newMessage({ text: '确认' }), [], { policy, confirmations });
    const { events, messages } = await trailOf(row.receipt);
    expect(events).toMatchObject([
      { kind: 'asked', message: message.id, why: { kind: 'many' } },
      { kind: 'confirmed', message: yes.message.id },
    ]);
    expect(messages.map(({ id, text }) => [id, text])).toEqual([
      [message.id, message.text],
      [yes.message.id, '确认'],
    ]);
  });

  test('a question that ended without a yes', async () => {
    const { row } = await claimed(6);
    const second = await claimed(6, newMessage({ user: 'wecom:li' }));
    const third = await claimed(6, newMessage({ user: 'wecom:wang' }));
    await claimed(7, newMessage());
    const speaker = { ...second.message, user: 'wecom:li' };
    await ledger.cancelQuestion(speaker, { receipt: null });
    await place.query(`update redemptions set ask_expires = 1 where id = ${third.row.id}`);
    await ledger.expireQuestions();
    for (const [{ receipt }, reason] of [
      [row, 'replaced'],
      [second.row, 'cancelled'],
      [third.row, 'unconfirmed'],
    ] as const)
      expect((await trailOf(receipt)).events.at(-1)).toMatchObject({ kind: 'withdrawn', reason });
  });

  test('each try of a late reply, and each delivery that came again', async () => {
    const { message, row } = await claimed();
    await ledger.settle(row, SUCCEEDED, row.claimedAt);
    await ledger.queueReply(message.id, 0);
    for (const result of [{ kind: 'retry', afterMs: 0 }, { kind: 'sent' }] as const) {
      await ledger.takeDueReplies(1, 60_000);
      await ledger.finishReply(message.id, result, 0);
    }
    await ledger.noteRedelivered([{ message: message.id, times: 2, agoMs: 40 }]);
    const trail = await trailOf(row.receipt);
    expect(trail.events).toMatchObject([
      { kind: 'late', result: 'retry', attempt: 1 },
      { kind: 'late', result: 'sent', attempt: 2 },
      { kind: 'redelivered', times: 2 },
    ]);
    expect(trail.messages).toMatchObject([{ replyState: 'sent', toldAt: trail.events[1]?.at }]);
  });

  test('that another service took it over', async () => {
    const { row } = await claimed();
    await place.crash(ledger);
    opened = await place.open();
    ({ ledger } = opened);
    const trail = await trailOf(row.receipt);
    expect(kinds(trail).toSorted()).toEqual(['reply-taken-over', 'unknown']);
    expect(trail.events.find(({ kind }) => kind === 'unknown')).toMatchObject({
      reason: 'interrupted',
      takenOver: true,
    });
    expect(trail.sentAt).toBeNull();
  });

  test('what others are told, what became of notices, and what else is in its messages', async () => {
    const message = newMessage();
    const two = [newLine({ card: 'AAAA1111' }), newLine({ line: 1, card: 'BBBB2222' })];
    const claim = await ledger.claim(message, two, { policy, confirmations: [] });
    const row = lineOf(claim) as Redemption;
    await ledger.settle(row, TIMEOUT, row.claimedAt);
    const telling = {
      key: `unsettled-${row.receipt}-wecom:li`,
      user: 'wecom:li',
      channel: 'wecom-bot',
      returnAddress: null,
    };
    await opened.people.tell([{ ...telling, text: '…', topic: { kind: 'unsettled', id: row.id } }]);
    const [notice] = await opened.notices.openNotices(1);
    if (notice === undefined) throw new Error('no notice');
    await opened.notices.address([{ notice, robots: ['a', 'b'] }]);
    const trail = await trailOf(row.receipt);
    expect(trail.tellings).toMatchObject([
      { user: 'wecom:li', about: 'unsettled', replyState: 'queued', toldAt: null },
    ]);
    expect(trail.notices).toMatchObject([
      { kind: 'unknown', deliveries: [{ state: 'waiting', doneAt: null }, { state: 'waiting' }] },
    ]);
    expect(trail.beside.map(({ card }) => card)).toEqual(['BBBB2222']);
  });

  test('only for those who may know of it', async () => {
    const { row } = await claimed();
    const seenBy = (user: string, storeCode: string | null) =>
      ledger.findTrail(row.receipt, { seenBy: { user, storeCode } });
    expect(await seenBy('wecom:zhangsan', null)).not.toBeNull();
    expect(await seenBy('wecom:li', 'EW_N1')).not.toBeNull();
    expect(await seenBy('wecom:li', 'EW_N2')).toBeNull();
    expect(await ledger.findTrail('R-22222222', {})).toBeNull();
  });
});

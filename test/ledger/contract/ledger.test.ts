import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Ledger } from '../../../src/redemption/ledger.ts';
import type { MessageKey, NewMessage } from '../../../src/redemption/message.ts';
import { lineOf, newLine, newMessage } from '../fixtures.ts';
import { places, type LedgerPlace } from '../places.ts';

const keyOf = ({
  channel,
  account,
  messageId,
  conversation,
}: NewMessage): MessageKey & Pick<NewMessage, 'conversation'> => ({
  ...{ channel, account, messageId, conversation },
});

/** What every ledger promises. */
describe.each(places)("$name keeps the ledger's promises", ({ make }) => {
  let place: LedgerPlace;
  let ledger: Ledger;
  beforeEach(async () => {
    place = await make();
    ({ ledger } = await place.open());
  });
  afterEach(async () => {
    await ledger.close().catch(() => undefined);
    await place.clear();
  });

  const claimOne = async (change: Partial<NewMessage> = {}) => {
    const message = newMessage(change);
    const claim = await ledger.claim(message, [newLine()]);
    const row = claim.message.redemptions[0];
    if (row === undefined) throw new Error('no row');
    return { message, id: claim.message.id, row };
  };
  const claimDone = async () => {
    const claimed = await claimOne();
    await ledger.settle(claimed.row, { state: 'refused', vendorMsg: null });
    return claimed;
  };
  const stateOf = async (message: NewMessage) => (await ledger.findMessage(keyOf(message)))?.replyState;

  test('the first claim of a message wins and gets a pending row for every line', async () => {
    const claim = await ledger.claim(newMessage(), [newLine(), newLine({ line: 2, card: 'ABC123', count: 1 })]);
    expect(claim.won).toBe(true);
    expect(claim.message.redemptions.map(({ line, card, count, state }) => [line, card, count, state])).toEqual([
      [0, '914095353294404024', 2, 'pending'],
      [2, 'ABC123', 1, 'pending'],
    ]);
    expect(new Set(claim.message.redemptions.map(({ receipt }) => receipt)).size).toBe(2);
  });

  test('of many claims at once exactly one wins, and all see the same receipts', async () => {
    const message = newMessage();
    const claims = await Promise.all(Array.from({ length: 50 }, () => ledger.claim(message, [newLine()])));
    expect(claims.filter(({ won }) => won)).toHaveLength(1);
    expect(new Set(claims.map((claim) => claim.message.redemptions[0]?.receipt)).size).toBe(1);
  });

  test('channel, account and message id together make a message; any one of them differing makes another', async () => {
    const message = newMessage();
    await ledger.claim(message, [newLine()]);
    for (const change of [{ channel: 'wecom-app' }, { account: 'other' }, { messageId: 'other' }]) {
      expect((await ledger.claim({ ...message, ...change }, [newLine()])).won).toBe(true);
    }
  });

  test('a card number of any length comes back as it was written', async () => {
    const card = '00914095353294404024000000000000000000000000000000000000000001';
    const claim = await ledger.claim(newMessage(), [newLine({ card, remark: "o'Neil; 生日 \u{1F382}" })]);
    expect(claim.message.redemptions[0]).toMatchObject({ card, remark: "o'Neil; 生日 \u{1F382}" });
  });

  test('text that a database cannot hold does not keep a message from being claimed or settled', async () => {
    const message = newMessage({ text: 'a\0b \ud800 核销' });
    const claim = await ledger.claim(message, [newLine({ remark: 'x\0y' })]);
    expect(claim.message.redemptions[0]?.remark).toMatch(/^x.*y$/s);
    const settled = await ledger.settle(lineOf(claim), {
      state: 'refused',
      vendorMsg: '不\0足\udc00',
    });
    expect(settled.vendorMsg).toMatch(/^不.?足.?$/s);
    expect((await ledger.claim(message, [newLine()])).won).toBe(false);
  });

  test('a line that must not run is recorded as unsent at once', async () => {
    const claim = await ledger.claim(newMessage(), [newLine({ unsent: 'unbound', store: null, employeeId: null })]);
    expect(claim.message.redemptions[0]).toMatchObject({ state: 'unsent', reason: 'unbound', store: null });
  });

  test('settling records the outcome once; a second outcome changes nothing', async () => {
    const { row } = await claimOne();
    expect(await ledger.settle(row, { state: 'succeeded', vendorMsg: '成功' })).toMatchObject({
      state: 'succeeded',
      vendorMsg: '成功',
      reason: null,
    });
    expect(await ledger.settle(row, { state: 'refused', vendorMsg: '剩余次数不足' })).toMatchObject({
      state: 'succeeded',
      vendorMsg: '成功',
    });
  });

  test('a caller that waits for a row hears of it when it is settled, and at once when it is settled already', async () => {
    const { row } = await claimOne();
    const waiting = ledger.whenSettled(row.id);
    await ledger.settle(row, { state: 'unknown', reason: 'timeout' });
    expect(await waiting).toMatchObject({ state: 'unknown', reason: 'timeout' });
    expect(await ledger.whenSettled(row.id)).toMatchObject({ state: 'unknown' });
  });

  test('everything is still there after a restart', async () => {
    const { message, row } = await claimOne();
    await ledger.settle(row, { state: 'refused', vendorMsg: '剩余次数不足' });
    await ledger.close();
    ({ ledger } = await place.open());
    const again = await ledger.claim(message, [newLine()]);
    expect(again.won).toBe(false);
    expect(again.message).toMatchObject({ ...message, redemptions: [{ receipt: row.receipt, state: 'refused' }] });
  });

  test('what a crashed service left pending is unknown, and its reply is queued', async () => {
    const { message, id } = await claimOne();
    await place.crash(ledger);
    ({ ledger } = await place.open());
    const due = await ledger.takeDueReplies(10, 60_000);
    expect(due.map((record) => record.id)).toEqual([id]);
    expect(due[0]?.redemptions[0]).toMatchObject({ state: 'unknown', reason: 'interrupted' });
    expect((await ledger.claim(message, [newLine()])).won).toBe(false);
  });

  test('a service that was thought dead may still settle what it knows, and the reply goes out again', async () => {
    const { message, row } = await claimOne();
    await place.crash(ledger);
    ({ ledger } = await place.open());
    const [taken] = await ledger.takeDueReplies(10, 60_000);
    await ledger.finishReply(taken?.id ?? -1, { kind: 'sent' }, 0);
    expect(await ledger.settle(row, { state: 'succeeded', vendorMsg: null })).toMatchObject({
      state: 'succeeded',
    });
    expect(await stateOf(message)).toBe('queued');
  });

  test('a reply that went out in a response is never due', async () => {
    const { message, id } = await claimOne();
    await ledger.repliesAnswered([{ message: id, asOf: 0 }]);
    expect(await ledger.takeDueReplies(10, 60_000)).toEqual([]);
    expect(await stateOf(message)).toBe('answered');
  });

  test('a queued reply is taken by one sender only, and again when that sender does not finish', async () => {
    const { id } = await claimDone();
    await ledger.queueReply(id, 0);
    const takes = await Promise.all([ledger.takeDueReplies(10, 60_000), ledger.takeDueReplies(10, 60_000)]);
    expect(takes.flat().map((record) => record.id)).toEqual([id]);

    const other = await claimDone();
    await ledger.queueReply(other.id, 0);
    expect(await ledger.takeDueReplies(10, -1_000)).toHaveLength(1);
    expect((await ledger.takeDueReplies(10, 60_000)).map(({ replyAttempts }) => replyAttempts)).toEqual([2]);
  });

  test('a queued reply is not due while an outcome still waits for storage: what is sent late is the last word', async () => {
    const { id, row } = await claimOne();
    await ledger.queueReply(id, 0);
    expect(await ledger.takeDueReplies(10, 60_000)).toEqual([]);
    await ledger.settle(row, { state: 'refused', vendorMsg: null });
    expect(await ledger.takeDueReplies(10, 60_000)).toMatchObject([{ id, replyAttempts: 1 }]);
  });

  test('a queued reply is not due before its time', async () => {
    const { id } = await claimDone();
    await ledger.queueReply(id, 60_000);
    expect(await ledger.takeDueReplies(10, 60_000)).toEqual([]);
  });

  test('a repeated callback can take a queued reply, but not one that is being or was sent late', async () => {
    const { id } = await claimDone();
    await ledger.queueReply(id, 0);
    expect(await ledger.takeReply(id, true)).toMatchObject({ id });
    expect(await ledger.takeDueReplies(10, 60_000)).toEqual([]);

    const other = await claimDone();
    await ledger.queueReply(other.id, 0);
    await ledger.takeDueReplies(10, 60_000);
    expect(await ledger.takeReply(other.id, true)).toBeNull();
    await ledger.finishReply(other.id, { kind: 'sent' }, 0);
    expect(await ledger.takeReply(other.id, true)).toBeNull();
  });

  test('a repeated callback can take a reply that was told, but not where that was certain', async () => {
    const { id } = await claimDone();
    await ledger.repliesAnswered([{ message: id, asOf: 0 }]);
    expect(await ledger.takeReply(id, false)).toBeNull();
    expect(await ledger.takeReply(id, true)).toMatchObject({ id });
    expect(await ledger.takeReply(id, false)).toMatchObject({ id });
  });

  test('a reply that failed for now is due again after the pause', async () => {
    const { id } = await claimDone();
    await ledger.queueReply(id, 0);
    await ledger.takeDueReplies(10, 60_000);
    await ledger.finishReply(id, { kind: 'retry', afterMs: 60_000 }, 0);
    expect(await ledger.takeDueReplies(10, 60_000)).toEqual([]);
    await ledger.queueReply(id, 0);
    const second = await claimDone();
    await ledger.queueReply(second.id, 0);
    await ledger.takeDueReplies(10, 60_000);
    await ledger.finishReply(second.id, { kind: 'retry', afterMs: 0 }, 0);
    expect((await ledger.takeDueReplies(10, 60_000)).map((record) => record.id)).toEqual([second.id]);
  });

  // On any channel: who writes to the bot only would never hear what the app could not bring them.
  test('a held reply is reserved for one message of its own person, and offered again until it has been told', async () => {
    const { id } = await claimDone();
    const hold = async () => {
      await ledger.queueReply(id, 0);
      await ledger.takeDueReplies(10, 60_000);
      await ledger.finishReply(id, { kind: 'hold' }, 0);
    };
    const take = async (user: string, except = keyOf(newMessage())) =>
      (await ledger.takeHeldReplies(user, except)).taken.map((record) => record.id);
    await hold();
    expect(await take('wecom:lisi')).toEqual([]);
    const racing = await Promise.all([take('wecom:zhangsan'), take('wecom:zhangsan')]);
    expect(racing.flat()).toEqual([id]);
    await hold();
    expect(await take('wecom:zhangsan')).toEqual([id]);
    await ledger.repliesAnswered([{ message: id, asOf: 0 }]);
    expect(await take('wecom:zhangsan')).toEqual([]);
  });

  test('what was said in private is told only there, what was said in a group there or in private', async () => {
    const hold = async (conversation: string | null) => {
      const message = newMessage({ conversation });
      const { message: record } = await ledger.claim(message, []);
      await ledger.queueReply(record.id, 0);
      for (const { id } of await ledger.takeDueReplies(10, 60_000)) await ledger.finishReply(id, { kind: 'hold' }, 0);
      return record.id;
    };
    const privately = [];
    for (let n = 0; n < 12; n++) privately.push(await hold(null));
    const inGroup = [await hold('wecom:wr1'), await hold('wecom:wr2'), await hold('wecom:wr1')];
    const take = async (conversation: string | null) => {
      const { taken, elsewhere } = await ledger.takeHeldReplies('wecom:zhangsan', keyOf(newMessage({ conversation })));
      return { taken: taken.map(({ id }) => id), elsewhere: elsewhere.length > 0 };
    };
    expect(await take('wecom:wr3')).toEqual({ taken: [], elsewhere: true });
    expect(await take('wecom:wr1')).toEqual({ taken: [inGroup[0], inGroup[2]], elsewhere: true });
    expect(await take('wecom:wr1')).toEqual({ taken: [], elsewhere: true });
    const rest: number[] = [];
    for (let n = 0; n < 3; n++) rest.push(...(await take(null)).taken);
    expect(rest).toEqual([...privately, inGroup[1]]);
    expect(await take('wecom:wr1')).toEqual({ taken: [], elsewhere: false });
  });

  test('a held reply may be tried again after a while, unless the person writes before', async () => {
    const { id } = await claimDone();
    await ledger.queueReply(id, 0);
    await ledger.takeDueReplies(10, 60_000);
    await ledger.finishReply(id, { kind: 'hold', afterMs: 0 }, 0);
    expect(await ledger.takeDueReplies(10, 60_000)).toMatchObject([{ id }]);
    await ledger.finishReply(id, { kind: 'hold', afterMs: 0 }, 0);
    expect((await ledger.takeHeldReplies('wecom:zhangsan', keyOf(newMessage()))).taken).toMatchObject([{ id }]);
    expect(await ledger.takeDueReplies(10, 60_000)).toEqual([]);
    await ledger.finishReply(id, { kind: 'retry', afterMs: 0 }, 0);
    expect(await ledger.takeDueReplies(10, 60_000)).toMatchObject([{ id }]);
  });

  test('a held reply that was told while it was corrected is told again', async () => {
    const { id, row } = await claimOne();
    await ledger.settle(row, { state: 'unknown', reason: 'timeout' });
    await ledger.queueReply(id, 0);
    await ledger.takeDueReplies(10, 60_000);
    await ledger.finishReply(id, { kind: 'hold' }, 0);
    expect((await ledger.takeHeldReplies('wecom:zhangsan', keyOf(newMessage()))).taken).toMatchObject([{ id }]);
    await ledger.settleByHand(row.id, 'succeeded', { how: 'hand', user: 'wecom:lijingli', name: '李经理' });
    await ledger.finishReply(id, { kind: 'sent' }, 0);
    expect(await ledger.takeDueReplies(10, 60_000)).toMatchObject([{ id }]);
  });

  test('a held reply is not put before the reply to its own message', async () => {
    const { message, id } = await claimDone();
    await ledger.queueReply(id, 0);
    await ledger.takeDueReplies(10, 60_000);
    await ledger.finishReply(id, { kind: 'hold' }, 0);
    expect((await ledger.takeHeldReplies('wecom:zhangsan', keyOf(message))).taken).toEqual([]);
    expect((await ledger.takeHeldReplies('wecom:zhangsan', keyOf(newMessage()))).taken).toMatchObject([{ id }]);
  });

  test('held replies are still there after a restart, and all of them are offered, some at a time', async () => {
    const ids: number[] = [];
    for (let n = 0; n < 7; n++) ids.push((await claimDone()).id);
    for (const id of ids) await ledger.queueReply(id, 0);
    for (const { id } of await ledger.takeDueReplies(10, 60_000)) await ledger.finishReply(id, { kind: 'hold' }, 0);
    await ledger.close();
    ({ ledger } = await place.open());
    const taken: number[] = [];
    const take = async () =>
      (await ledger.takeHeldReplies('wecom:zhangsan', keyOf(newMessage()))).taken.map(({ id }) => id);
    for (let part = await take(); part.length > 0; part = await take()) taken.push(...part);
    expect(taken).toEqual(ids);
  });

  test('a reply that was taken for a response is queued again when the service dies before it is out', async () => {
    const { message, id } = await claimOne();
    await ledger.repliesAnswered([{ message: id, asOf: 0 }]);
    expect(await ledger.takeReply(id, true)).toMatchObject({ id });
    await place.crash(ledger);
    ({ ledger } = await place.open());
    expect(await stateOf(message)).toBe('queued');
  });

  test('what other commands came to is kept with their message, the first word of it', async () => {
    const message = newMessage();
    const claim = await ledger.claim(message, []);
    expect(claim.message).toMatchObject({ redemptions: [], answers: null });
    await ledger.saveAnswers(claim.message.id, { 0: '尾号4024，剩余8次', 2: '今天 3笔' });
    await ledger.saveAnswers(claim.message.id, { 0: '另一句' });
    const again = await ledger.claim(message, []);
    expect(again.won).toBe(false);
    expect(again.message.answers).toEqual({ 0: '尾号4024，剩余8次', 2: '今天 3笔' });
  });

  test('a message that never came is not found', async () => {
    expect(await ledger.findMessage(keyOf(newMessage()))).toBeNull();
  });

  test('it can say that it is well, and says that it is closed', async () => {
    await expect(ledger.check()).resolves.toBeUndefined();
    await ledger.close();
    await expect(ledger.check()).rejects.toMatchObject({ code: 'closed' });
    await expect(ledger.claim(newMessage(), [newLine()])).rejects.toMatchObject({ code: 'closed' });
  });
});

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ASK_OPEN_MS, NEVER_ASK, type AskPolicy } from '../../../src/redemption/questions.ts';
import { type SeenCard } from '../../../src/redemption/card.ts';
import type { Ledger } from '../../../src/redemption/ledger.ts';
import type { MessageRecord, NewMessage } from '../../../src/redemption/message.ts';
import type { Outcome, Redemption } from '../../../src/redemption/redemption.ts';
import { lineOf, newLine, newMessage } from '../fixtures.ts';
import { places, type LedgerPlace } from '../places.ts';

const POLICY: AskPolicy = { countOver: 5, repeatWithinMs: 120_000, openForMs: ASK_OPEN_MS };
const SUCCEEDED: Outcome = { state: 'succeeded', vendorMsg: '成功' };
const REFUSED: Outcome = { state: 'refused', vendorMsg: '剩余次数不足' };
const UNSENT: Outcome = { state: 'unsent', reason: 'storage' };
const UNKNOWN: Outcome = { state: 'unknown', reason: 'timeout' };
const SEEN: SeenCard = { realCard: null, cardName: null, validUntil: null, remaining: 10 };
const BY_MANAGER = { how: 'hand', user: 'wecom:lijingli', name: '李经理' } as const;

/** What every ledger promises to several who work on it at once, each of whom may come late. */
describe.each(places)('$name keeps its promises to those who come late', ({ make }) => {
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

  const read = async (message: NewMessage): Promise<MessageRecord> => {
    const record = await ledger.findMessage(message);
    if (record === null) throw new Error('no such message');
    return record;
  };

  /** A pending line. */
  async function claimed(): Promise<{ message: NewMessage; id: number; row: Redemption }> {
    const message = newMessage();
    const claim = await ledger.claim(message, [newLine()]);
    const row = await ledger.findRedemption(lineOf(claim).id);
    return { message, id: claim.message.id, row };
  }
  /** A line that a service which was given up had in hand: its row is unknown, and its caller may still come back. */
  async function interrupted() {
    const line = await claimed();
    await ledger.noteCard(line.row, SEEN, NEVER_ASK);
    await place.crash(ledger);
    ({ ledger } = await place.open());
    expect(await ledger.findRedemption(line.row.id)).toMatchObject({ state: 'unknown', reason: 'interrupted' });
    return line;
  }
  /** A question that a later message has confirmed: the row as it was asked, and as it is under way now. */
  async function confirmed(): Promise<{ question: NewMessage; asked: Redemption; underWay: Redemption }> {
    const question = newMessage();
    const claim = await ledger.claim(question, [newLine({ count: 6 })], { policy: POLICY, confirmations: [] });
    const asked = await ledger.findRedemption(lineOf(claim).id);
    const yes = await ledger.claim(newMessage({ text: '确认' }), [], {
      policy: POLICY,
      confirmations: [{ line: 0, receipt: asked.receipt }],
    });
    return { question, asked, underWay: await ledger.findRedemption(lineOf(yes).id) };
  }

  describe('a question that was confirmed elsewhere', () => {
    test('is not settled by the service that asked it', async () => {
      const { asked, underWay } = await confirmed();
      for (const outcome of [UNSENT, SUCCEEDED, UNKNOWN]) {
        expect(await ledger.settle(asked, outcome)).toMatchObject({ state: 'pending', message: underWay.message });
      }
      expect(await ledger.settle(underWay, SUCCEEDED)).toMatchObject({ state: 'succeeded' });
      expect(await ledger.settle(asked, UNSENT)).toMatchObject({ state: 'succeeded' });
    });

    test('is not seen to be a card by the service that asked it', async () => {
      const { asked, underWay } = await confirmed();
      const noted = await ledger.noteCard(asked, SEEN, POLICY);
      expect(noted).toMatchObject({ message: underWay.message, remainingBefore: null });
      expect(await ledger.noteCard(underWay, SEEN, POLICY)).toMatchObject({ state: 'pending', remainingBefore: 10 });
    });

    test('is not told late to the person of the question while it is under way', async () => {
      const { question, underWay } = await confirmed();
      await ledger.queueReply((await read(question)).id, 0);
      const due = async () => (await ledger.takeDueReplies(10, 60_000)).map(({ messageId }) => messageId);
      expect(await due()).toEqual([]);
      await ledger.settle(underWay, SUCCEEDED);
      expect(await due()).toEqual([question.messageId]);
    });
  });

  describe('a reply', () => {
    /** A line that became unknown; its reply has not been told. */
    async function unknown() {
      const line = await claimed();
      await ledger.noteCard(line.row, SEEN, NEVER_ASK);
      await ledger.settle(line.row, UNKNOWN);
      return line;
    }

    test('is told again when more became known before it was noted that it was told', async () => {
      const { message, id, row } = await unknown();
      const { changes } = await read(message);
      await ledger.settleByHand(row.id, 'succeeded', BY_MANAGER);
      expect((await read(message)).replyState).toBe('open');
      await ledger.repliesAnswered([{ message: id, asOf: changes }]);
      expect((await read(message)).replyState).toBe('queued');
      expect(await ledger.takeDueReplies(10, 60_000)).toMatchObject([{ id, redemptions: [{ state: 'succeeded' }] }]);
    });

    test('is told again when more became known after that', async () => {
      const { message, id, row } = await unknown();
      await ledger.repliesAnswered([{ message: id, asOf: 0 }]);
      expect((await read(message)).replyState).toBe('answered');
      await ledger.settleByHand(row.id, 'succeeded', BY_MANAGER);
      expect((await read(message)).replyState).toBe('queued');
      // A note that comes late says nothing of the newer state.
      await ledger.repliesAnswered([{ message: id, asOf: 0 }]);
      expect((await read(message)).replyState).toBe('queued');
    });

    test('is not told again when it was told as things stand now, in either order of the notes', async () => {
      const { message, id, row } = await unknown();
      await ledger.settleByHand(row.id, 'succeeded', BY_MANAGER);
      const { changes } = await read(message);
      expect(changes).toBe(1);
      await ledger.repliesAnswered([{ message: id, asOf: changes }]);
      await ledger.repliesAnswered([{ message: id, asOf: 0 }]);
      expect((await read(message)).replyState).toBe('answered');
      expect(await ledger.takeDueReplies(10, 60_000)).toEqual([]);
    });

    test('of many is noted with them, each as of what was told', async () => {
      const [told, outdated, twice] = [await unknown(), await unknown(), await unknown()];
      for (const { row } of [outdated, twice]) await ledger.settleByHand(row.id, 'succeeded', BY_MANAGER);
      const answered = [
        { message: twice.id, asOf: 1 },
        { message: told.id, asOf: 0 },
        { message: outdated.id, asOf: 0 },
        { message: twice.id, asOf: 0 },
      ];
      await ledger.repliesAnswered(answered);
      await ledger.repliesAnswered([]);
      const states = [told, outdated, twice].map(async ({ message }) => (await read(message)).replyState);
      expect(await Promise.all(states)).toEqual(['answered', 'queued', 'answered']);
    });

    test('that is being sent when more becomes known is sent again', async () => {
      const { message, id, row } = await unknown();
      await ledger.queueReply(id, 0);
      const [taken] = await ledger.takeDueReplies(10, 60_000);
      await ledger.settleByHand(row.id, 'succeeded', BY_MANAGER);
      expect(await ledger.takeDueReplies(10, 60_000)).toEqual([]);
      await ledger.finishReply(id, { kind: 'sent' }, taken?.changes ?? -1);
      expect((await read(message)).replyState).toBe('queued');
      const [again] = await ledger.takeDueReplies(10, 60_000);
      await ledger.finishReply(id, { kind: 'sent' }, again?.changes ?? -1);
      expect((await read(message)).replyState).toBe('sent');
      // The note of a response that told less.
      await ledger.repliesAnswered([{ message: id, asOf: 0 }]);
      expect((await read(message)).replyState).toBe('sent');
    });

    test('that a repeated delivery takes over is read as it stands then', async () => {
      const { message, id, row } = await unknown();
      await ledger.repliesAnswered([{ message: id, asOf: 0 }]);
      await ledger.settleByHand(row.id, 'succeeded', BY_MANAGER);
      const taken = await ledger.takeReply(id, true);
      expect(taken).toMatchObject({ changes: 1, redemptions: [{ state: 'succeeded' }] });
      await ledger.repliesAnswered([{ message: id, asOf: taken?.changes ?? -1 }]);
      expect((await read(message)).replyState).toBe('answered');
    });
  });

  describe('what the caller knows', () => {
    test.each([
      ['a yes', SUCCEEDED],
      ['a no', REFUSED],
      ['that nothing left', UNSENT],
    ] as const)('replaces an interruption: %s', async (_name, outcome) => {
      const { message, row } = await interrupted();
      expect(await ledger.settle(row, outcome)).toMatchObject({ state: outcome.state, settledBy: null });
      expect(await read(message)).toMatchObject({ replyState: 'queued', changes: 1 });
    });

    test.each([
      ['a yes', SUCCEEDED, 'refused'],
      ['a no', REFUSED, 'succeeded'],
    ] as const)('overrules a person: %s', async (_name, outcome, said) => {
      const { message, row } = await interrupted();
      await ledger.settleByHand(row.id, said, BY_MANAGER);
      const overruled = { state: outcome.state, settledBy: { how: 'overruled', was: said, by: BY_MANAGER } };
      expect(await ledger.settle(row, outcome)).toMatchObject(overruled);
      expect(await read(message)).toMatchObject({ replyState: 'queued', changes: 2 });
      // Written again, because no answer said whether it was.
      expect(await ledger.settle(row, outcome)).toMatchObject(overruled);
      expect((await read(message)).changes).toBe(2);
    });

    test.each([
      ['the first of two verdicts', 'refused', REFUSED, 'succeeded'],
      ['the second of two verdicts', 'succeeded', SUCCEEDED, 'refused'],
    ] as const)('decides between two people, and both stay on record: %s', async (_name, state, outcome, wrong) => {
      const { message, row } = await interrupted();
      await ledger.settleByHand(row.id, 'refused', BY_MANAGER);
      const other = { how: 'hand', user: 'wecom:other', name: '王店长' } as const;
      await ledger.settleByHand(row.id, 'succeeded', other);
      expect((await read(message)).changes).toBe(2);
      const settled = await ledger.settle(row, outcome);
      const earlier = [{ user: BY_MANAGER.user, state: 'refused' }];
      expect(settled).toMatchObject({ state, settledBy: { how: 'overruled', was: wrong, by: { ...other, earlier } } });
      expect((await read(message)).changes).toBe(state === 'succeeded' ? 2 : 3);
    });

    test('confirms a person without telling it again', async () => {
      const { message, row } = await interrupted();
      await ledger.settleByHand(row.id, 'succeeded', BY_MANAGER);
      const { changes } = await read(message);
      expect(await ledger.settle(row, SUCCEEDED)).toMatchObject({ vendorMsg: '成功', settledBy: null });
      expect((await read(message)).changes).toBe(changes);
    });

    test.each([
      ['a yes overrules that it was refused', 10, SUCCEEDED, 'succeeded', 'overruled'],
      ['a no overrules that it succeeded', 8, REFUSED, 'refused', 'overruled'],
      ['that nothing left overrules that it succeeded', 8, UNSENT, 'unsent', 'overruled'],
      ['that nothing left leaves it refused', 10, UNSENT, 'refused', 'look'],
      ['that it may have left makes what was refused unknown again', 10, UNKNOWN, 'unknown', 'overruled'],
      ['that it may have left leaves it succeeded', 8, UNKNOWN, 'succeeded', 'look'],
    ] as const)('outranks looks: %s', async (_name, times, outcome, state, how) => {
      const { row } = await interrupted();
      if (times === 10) await ledger.settleByLook(row.id, times, false);
      const looked = await ledger.settleByLook(row.id, times, true);
      expect(looked.settledBy).toEqual({ how: 'look' });
      const settled = await ledger.settle(row, outcome);
      expect(settled).toMatchObject({ state, settledBy: { how } });
      // What a look saw belongs to what it said.
      if (how === 'overruled') expect(settled.remainingAfter).toBeNull();
      if (state === 'unknown') expect(settled.checking).toBe(true);
    });

    test('that nothing left does not overrule a person, who may have seen it taken by other means', async () => {
      const { row } = await interrupted();
      await ledger.settleByHand(row.id, 'succeeded', BY_MANAGER);
      expect(await ledger.settle(row, UNSENT)).toMatchObject({ state: 'succeeded', settledBy: BY_MANAGER });
    });
  });
});

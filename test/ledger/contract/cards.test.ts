import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ASK_OPEN_MS, NEVER_ASK, type AskPolicy } from '../../../src/redemption/questions.ts';
import { type SeenCard } from '../../../src/redemption/card.ts';
import type { Ledger } from '../../../src/redemption/ledger.ts';
import type { NewLine, NewMessage } from '../../../src/redemption/message.ts';
import type { Outcome, Redemption } from '../../../src/redemption/redemption.ts';
import { newLine, newMessage } from '../fixtures.ts';
import { noteTold, places, type LedgerPlace } from '../places.ts';

const CARD = '914095353294404024';
const CODE = '286104937502';
const OTHER = '914095353294409573';
/** A number that is written unlike those in the vendor's documents. */
const STRANGE = '700095353294409573';
const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;
const POLICY: AskPolicy = { countOver: 5, repeatWithinMs: 120_000, openForMs: ASK_OPEN_MS };
const SUCCEEDED: Outcome = { state: 'succeeded', vendorMsg: null };
const REFUSED: Outcome = { state: 'refused', vendorMsg: null };
const UNKNOWN: Outcome = { state: 'unknown', reason: 'timeout' };
const BY_MANAGER = { how: 'hand', user: 'wecom:lijingli', name: '李经理' } as const;

const seen = (change: Partial<SeenCard> = {}): SeenCard => ({
  realCard: null,
  cardName: '洗车次卡',
  validUntil: '2099-12-31',
  remaining: 10,
  ...change,
});

/** What every ledger promises about cards, questions and unknowns that become known. */
describe.each(places)('$name keeps its promises about cards', ({ make }) => {
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

  async function claim(
    line: Partial<NewLine> = {},
    { policy = POLICY, message = newMessage() }: { policy?: AskPolicy; message?: NewMessage } = {},
  ): Promise<{ message: NewMessage; id: number; row: Redemption }> {
    const claimed = await ledger.claim(message, [newLine(line)], { policy, confirmations: [] });
    const [row] = claimed.message.redemptions;
    if (row === undefined) throw new Error('no row');
    return { message, id: claimed.message.id, row };
  }
  /** A later message that says yes; resolves with the lines that it got. */
  async function confirm(receipt: string | null, change: Partial<NewMessage> = {}): Promise<readonly Redemption[]> {
    await noteTold(place);
    const confirmations = [{ line: 0, receipt }];
    const claimed = await ledger.claim(newMessage({ text: '确认', ...change }), [], {
      policy: POLICY,
      confirmations,
    });
    return claimed.message.redemptions;
  }
  const lineOf = async (message: NewMessage) => (await ledger.findMessage(message))?.redemptions[0];

  /** An unknown whose card had 10 times left before; returns its row. */
  async function unknownOf(line: Partial<NewLine> = {}): Promise<Redemption> {
    const { row, id } = await claim(line, { policy: NEVER_ASK });
    await ledger.noteCard(row, seen(), NEVER_ASK);
    await ledger.repliesAnswered([{ message: id, asOf: 0 }]);
    return ledger.settle(row, UNKNOWN);
  }

  /** Makes a row older than it is. */
  const age = ({ id }: Redemption, ms: number) =>
    place.query(
      `update redemptions set claimed_at = claimed_at - ${ms}, settled_at = settled_at - ${ms} where id = ${id}`,
    );
  /** A redemption of 2 times that is over; `realCard` is what the vendor named behind what was typed. */
  async function done(
    card: string,
    outcome: Outcome | null = SUCCEEDED,
    { realCard = null, message = newMessage() }: { realCard?: string | null; message?: NewMessage } = {},
  ): Promise<Redemption> {
    const { row } = await claim({ card, count: 2 }, { policy: NEVER_ASK, message });
    await ledger.noteCard(row, seen({ realCard }), NEVER_ASK);
    return outcome === null ? row : ledger.settle(row, outcome);
  }
  /** Lets the vendor name a number behind a code, of which nothing was spent. */
  const prove = (card: string) => done(`CODEOF${card}`, REFUSED, { realCard: card });
  /** What an unknown is after looks that showed this, the last of which is the last. */
  async function lookAt({ id }: Redemption, ...sights: (number | null)[]): Promise<Redemption['state']> {
    let state: Redemption['state'] = 'unknown';
    for (const [at, sight] of sights.entries())
      ({ state } = await ledger.settleByLook(id, sight, at === sights.length - 1));
    return state;
  }

  test('what was seen of a card stays with its redemption', async () => {
    const { message, row } = await claim({ card: CODE });
    expect(await ledger.noteCard(row, seen({ realCard: CARD }), POLICY)).toMatchObject({ state: 'pending' });
    await ledger.settle(row, SUCCEEDED);
    expect(await ledger.noteRemaining(row.id, 7)).toMatchObject({ state: 'succeeded' });
    expect(await lineOf(message)).toMatchObject({
      card: CODE,
      realCard: CARD,
      cardName: '洗车次卡',
      validUntil: '2099-12-31',
      remainingBefore: 10,
      remainingAfter: 7,
    });
  });

  test('what is seen of a card whose redemption is over changes nothing, and says that it is over', async () => {
    const { row } = await claim();
    await ledger.settle(row, UNKNOWN);
    expect(await ledger.noteCard(row, seen(), POLICY)).toMatchObject({ state: 'unknown', remainingBefore: null });
  });

  describe('asks', () => {
    test('before more times than usual', async () => {
      expect((await claim({ count: 5 })).row.state).toBe('pending');
      expect((await claim({ card: 'OTHER1', count: 6 })).row).toMatchObject({
        state: 'asked',
        question: { why: { kind: 'many', over: 5 }, other: null },
      });
    });

    test.each(['pending', 'succeeded', 'unknown'] as const)(
      'before the same card again while or after it is %s, by any person',
      async (state) => {
        const { row } = await claim({ count: 2 });
        if (state !== 'pending') await ledger.settle(row, state === 'unknown' ? UNKNOWN : SUCCEEDED);
        const again = await claim({ count: 1 }, { message: newMessage({ user: 'wecom:lisi' }) });
        expect(again.row).toMatchObject({
          state: 'asked',
          question: { why: { kind: 'repeat', count: 2, state } },
        });
      },
    );

    test('not before the same card again when nothing was spent, or long ago, or when that is turned off', async () => {
      const refused = await claim();
      await ledger.settle(refused.row, { state: 'refused', vendorMsg: null });
      expect((await claim({}, { policy: { ...POLICY, repeatWithinMs: 0 } })).row.state).toBe('pending');
      await claim({ card: 'OTHER1' });
      expect((await claim({ card: 'OTHER2' })).row.state).toBe('pending');
      expect((await claim({ card: 'OTHER1' }, { policy: { ...POLICY, repeatWithinMs: -1 } })).row.state).toBe(
        'pending',
      );
    });

    test('when a dynamic code turns out to be a card that was used a moment ago, and the other way round', async () => {
      await claim({ card: CARD });
      const byCode = await claim({ card: CODE });
      expect(byCode.row.state).toBe('pending');
      expect(await ledger.noteCard(byCode.row, seen({ realCard: CARD }), POLICY)).toMatchObject({
        state: 'asked',
        remainingBefore: 10,
      });

      const another = await claim({ card: 'CODE22' });
      await ledger.noteCard(another.row, seen({ realCard: 'CARD22' }), POLICY);
      expect((await claim({ card: 'CARD22' })).row.state).toBe('asked');
    });

    test('about a line that can be read in two ways, with a receipt for each', async () => {
      const { row } = await claim({ count: 1, other: { card: '9140953532944040', count: 24 } }, { policy: NEVER_ASK });
      expect(row).toMatchObject({
        state: 'asked',
        question: { why: { kind: 'ambiguous' }, other: { card: '9140953532944040', count: 24 } },
      });
      expect(row.question?.other?.receipt).not.toBe(row.receipt);
      await ledger.noteReadings(row.id, {
        seen: seen({ remaining: 3 }),
        blocked: null,
        other: { cardName: '足疗', remaining: 30 },
      });
      expect(await ledger.noteReadings(row.id, { seen: null, blocked: null, other: null })).toMatchObject({
        cardName: '洗车次卡',
        remainingBefore: 3,
        question: { other: { cardName: '足疗', remaining: 30 } },
      });
    });

    test('about a line whose count is not certain, unless there is more to ask about', async () => {
      const asked = await claim({ count: 2, remark: '两位', uncertain: true }, { policy: NEVER_ASK });
      expect(asked.row).toMatchObject({ state: 'asked', count: 2, remark: '两位', question: { other: null } });
      expect(asked.row.question?.why).toEqual({ kind: 'uncertain' });
      const [line] = await confirm(asked.row.receipt);
      expect(line).toMatchObject({ receipt: asked.row.receipt, state: 'pending', count: 2, remark: '两位' });
      const many = await claim({ card: 'OTHER1', count: 6, uncertain: true });
      expect(many.row.question?.why).toMatchObject({ kind: 'many' });
    });

    test('not about a line that must not run', async () => {
      expect((await claim({ count: 9, uncertain: true, unsent: 'unbound' })).row).toMatchObject({
        state: 'unsent',
        question: null,
      });
    });
  });

  describe('a question', () => {
    test('that is confirmed becomes a pending line of the message that confirms it, with the same receipt', async () => {
      const { message, row } = await claim({ count: 6, remark: '生日' });
      await ledger.noteReadings(row.id, { seen: seen(), blocked: null, other: null });
      const confirming = newMessage({ text: '确认' });
      const [line] = await confirm(null, confirming);
      expect(line).toMatchObject({ line: 0, receipt: row.receipt, state: 'pending', count: 6, remark: '生日' });
      // It may have changed since.
      expect(line).toMatchObject({ cardName: '洗车次卡', remainingBefore: null });
      await ledger.settle(line ?? row, SUCCEEDED);
      expect(await lineOf(confirming)).toMatchObject({ state: 'succeeded' });
      expect(await lineOf(message)).toMatchObject({ line: 0, receipt: row.receipt, state: 'succeeded' });
    });

    test('whose card cannot be redeemed so often is over, and a person who was asked it meanwhile is told', async () => {
      const { message, id, row } = await claim({ count: 6 });
      await ledger.repliesAnswered([{ message: id, asOf: 0 }]);
      const blocked = { seen: seen({ remaining: 5 }), blocked: 'too-few', other: null } as const;
      expect(await ledger.noteReadings(row.id, blocked)).toMatchObject({
        state: 'unsent',
        reason: 'too-few',
        remainingBefore: 5,
      });
      expect(await ledger.findMessage(message)).toMatchObject({ replyState: 'queued', changes: 1 });
      expect(await confirm(row.receipt)).toEqual([]);
      expect(await ledger.noteReadings(row.id, { seen: seen(), blocked: null, other: null })).toMatchObject({
        state: 'unsent',
      });
    });

    test('that was confirmed before its card was seen stays confirmed', async () => {
      const { row } = await claim({ count: 6 });
      expect(await confirm(row.receipt)).toHaveLength(1);
      const blocked = { seen: seen({ remaining: 5 }), blocked: 'too-few', other: null } as const;
      expect(await ledger.noteReadings(row.id, blocked)).toMatchObject({ state: 'pending' });
    });

    describe('of two readings', () => {
      const other = { card: '9140953532944040', count: 24 };
      const askBoth = async () => (await claim({ count: 1, other })).row;
      const few = { cardName: '足疗', remaining: 18, blocked: 'too-few' } as const;
      const many = { cardName: '足疗', remaining: 30 } as const;

      test('the second of which cannot be meant is about the first, and a bare yes is enough', async () => {
        const row = await askBoth();
        await ledger.noteReadings(row.id, { seen: seen(), blocked: null, other: few });
        expect(await confirm(null)).toMatchObject([{ receipt: row.receipt, card: CARD, count: 1 }]);
      });

      test('the first of which cannot be meant is about the second, each with the receipt that it had', async () => {
        const row = await askBoth();
        const blocked = { seen: seen({ remaining: 0 }), blocked: 'too-few', other: many } as const;
        expect(await ledger.noteReadings(row.id, blocked)).toMatchObject({
          state: 'asked',
          ...other,
          receipt: row.question?.other?.receipt,
          cardName: '足疗',
          remainingBefore: 30,
          question: { other: { receipt: row.receipt, card: CARD, count: 1, remaining: 0, blocked: 'too-few' } },
        });
        expect(await confirm(null)).toMatchObject([{ ...other, receipt: row.question?.other?.receipt }]);
      });

      test('none of which can be meant is over', async () => {
        const row = await askBoth();
        const blocked = { seen: seen({ remaining: 0 }), blocked: 'too-few', other: few } as const;
        expect(await ledger.noteReadings(row.id, blocked)).toMatchObject({ state: 'unsent', reason: 'too-few' });
        expect(await confirm(null)).toEqual([]);
      });

      test('the first of which cannot be meant stays open where nothing is known of the second', async () => {
        const row = await askBoth();
        const blocked = { seen: seen({ remaining: 0 }), blocked: 'too-few', other: null } as const;
        expect(await ledger.noteReadings(row.id, blocked)).toMatchObject({ state: 'asked', ...other });
      });
    });

    test('is carried out once, however many say yes at once', async () => {
      const { row } = await claim({ count: 6 });
      const all = await Promise.all(Array.from({ length: 20 }, () => confirm(row.receipt)));
      expect(all.flat()).toHaveLength(1);
      expect(await confirm(row.receipt)).toEqual([]);
      expect(await confirm(null)).toEqual([]);
    });

    test('gives a repeated delivery of the confirming message the same line, and does not let it confirm more', async () => {
      await claim({ count: 6 });
      const confirming = newMessage({ text: '确认' });
      const [line] = await confirm(null, confirming);
      await claim({ card: 'OTHER1', count: 6 });
      expect((await confirm(null, confirming)).map(({ id }) => id)).toEqual([line?.id]);
    });

    test('is answered only by the person who was asked, in the conversation and on the channel where it was', async () => {
      const { row } = await claim({ count: 6 });
      for (const change of [
        { user: 'wecom:lisi' },
        { user: null },
        { conversation: 'wecom:other' },
        { conversation: null },
        { channel: 'wecom-app' },
        { account: 'aib2' },
      ]) {
        expect(await confirm(row.receipt, change)).toEqual([]);
        expect(await confirm(null, change)).toEqual([]);
      }
      expect(await confirm(row.receipt)).toHaveLength(1);
    });

    test('asked in a one-to-one chat is answered there', async () => {
      const alone = { conversation: null };
      const { row } = await claim({ count: 6 }, { message: newMessage(alone) });
      expect(await confirm(row.receipt)).toEqual([]);
      expect(await confirm(null, alone)).toHaveLength(1);
    });

    test('has to be named when there are several, or two readings', async () => {
      const first = await claim({ count: 6 });
      const second = await claim({ card: 'OTHER1', count: 7 });
      expect(await confirm(null)).toEqual([]);
      expect((await confirm(second.row.receipt))[0]).toMatchObject({ card: 'OTHER1', count: 7 });
      expect((await confirm(null))[0]).toMatchObject({ receipt: first.row.receipt });

      const twofold = await claim({ card: 'AAAA1111', count: 1, other: { card: 'AAAA11', count: 11 } });
      expect(await confirm(null)).toEqual([]);
      const receipt = twofold.row.question?.other?.receipt ?? '';
      expect((await confirm(receipt))[0]).toMatchObject({
        receipt,
        card: 'AAAA11',
        count: 11,
        state: 'pending',
        question: { other: { receipt: twofold.row.receipt, card: 'AAAA1111', count: 1 } },
      });
      expect(await confirm(twofold.row.receipt)).toEqual([]);
    });

    test('that comes in the same message as the answer is not answered by it', async () => {
      const claimed = await ledger.claim(newMessage(), [newLine({ count: 6 })], {
        policy: POLICY,
        confirmations: [{ line: 1, receipt: null }],
      });
      expect(claimed.message.redemptions.map(({ line, state }) => [line, state])).toEqual([[0, 'asked']]);
    });

    test('that is too old can neither be confirmed nor cancelled, and ends as not sent', async () => {
      const { message, row } = await claim({ count: 6 }, { policy: { ...POLICY, openForMs: -1 } });
      expect(await confirm(row.receipt)).toEqual([]);
      expect(
        await ledger.cancelQuestion({ ...message, user: message.user ?? '' }, { receipt: row.receipt }),
      ).toBeNull();
      const open = await claim({ card: 'OTHER1', count: 6 });
      await ledger.expireQuestions();
      expect(await lineOf(message)).toMatchObject({ state: 'unsent', reason: 'unconfirmed' });
      expect(await lineOf(open.message)).toMatchObject({ state: 'asked' });
    });

    test('can be cancelled once, by its receipt, its other receipt, or as the only one', async () => {
      const { message, row } = await claim({ count: 1, other: { card: '9140953532944040', count: 24 } });
      const me = { ...message, user: message.user ?? '' };
      expect(await ledger.cancelQuestion({ ...me, user: 'wecom:lisi' }, { receipt: null })).toBeNull();
      expect(await ledger.cancelQuestion(me, { receipt: 'R-22222222' })).toBeNull();
      expect(await ledger.cancelQuestion(me, { receipt: row.question?.other?.receipt ?? '' })).toMatchObject({
        state: 'unsent',
        reason: 'cancelled',
      });
      expect(await ledger.cancelQuestion(me, { receipt: null })).toBeNull();
      expect(await confirm(row.receipt)).toEqual([]);
      const second = await claim({ card: 'OTHER1', count: 6 });
      expect(await ledger.cancelQuestion(me, { receipt: null })).toMatchObject({ receipt: second.row.receipt });
    });

    test('is found by the person who was asked, open or not, and where it was', async () => {
      const first = await claim({ count: 6 });
      await claim({ card: 'OTHER1', count: 6 }, { message: newMessage({ conversation: 'wecom:other' }) });
      await confirm(first.row.receipt);
      const me = { ...first.message, user: first.message.user ?? '' };
      expect((await ledger.findQuestions(me)).map(({ redemption, here }) => [redemption.state, here])).toEqual([
        ['asked', false],
        ['pending', true],
      ]);
      expect(await ledger.findQuestions({ ...me, user: 'wecom:lisi' })).toEqual([]);
    });

    test('survives a restart; one that was confirmed before a crash is unknown, and that is told', async () => {
      const { row } = await claim({ count: 6 });
      const other = await claim({ card: 'OTHER1', count: 6 });
      const confirming = newMessage({ text: '确认' });
      await confirm(row.receipt, confirming);
      await place.crash(ledger);
      ({ ledger } = await place.open());
      expect(await lineOf(confirming)).toMatchObject({ state: 'unknown', reason: 'interrupted' });
      const due = await ledger.takeDueReplies(10, 60_000);
      expect(due.map(({ messageId }) => messageId)).toContain(confirming.messageId);
      expect(await confirm(other.row.receipt)).toHaveLength(1);
    });
  });

  describe('an unknown', () => {
    test('is due for a look only when the times before are known, and not before its time', async () => {
      const { row } = await claim();
      expect(await ledger.settle(row, UNKNOWN)).toMatchObject({ checking: false });
      const known = await unknownOf({ card: 'OTHER1' });
      expect(known.checking).toBe(true);
      expect(await ledger.takeDueLooks(10, 60_000, 3_000)).toEqual([]);
      expect((await ledger.takeDueLooks(10, 60_000, -1_000)).map(({ id }) => id)).toEqual([known.id]);
    });

    test('that a crash left behind is due as well', async () => {
      const { row } = await claim();
      await ledger.noteCard(row, seen(), POLICY);
      await place.crash(ledger);
      ({ ledger } = await place.open());
      expect(await ledger.takeDueLooks(10, 60_000, -1_000)).toMatchObject([{ id: row.id, reason: 'interrupted' }]);
    });

    test('is looked at by one service at a time, and again by another when that one does not finish', async () => {
      const row = await unknownOf();
      const takes = await Promise.all([
        ledger.takeDueLooks(10, 60_000, -1_000),
        ledger.takeDueLooks(10, 60_000, -1_000),
      ]);
      expect(takes.flat().map(({ id }) => id)).toEqual([row.id]);
      const other = await unknownOf({ card: 'OTHER1' });
      expect(await ledger.takeDueLooks(10, -1_000, -1_000)).toHaveLength(1);
      expect((await ledger.takeDueLooks(10, 60_000, -1_000)).map(({ id }) => id)).toEqual([other.id]);
    });

    test('is looked at again when it was agreed, and not any more when it was not', async () => {
      const row = await unknownOf();
      await ledger.takeDueLooks(10, 60_000, -1_000);
      await ledger.scheduleLook(row.id, 0);
      // What comes first applies to the first look only.
      expect(await ledger.takeDueLooks(10, 60_000, 3_000)).toHaveLength(1);
      await ledger.endLooks(row.id, []);
      expect(await ledger.takeDueLooks(10, 60_000, 0)).toEqual([]);
    });

    test.each([
      ['disturbed', 'another redemption, by what may be a code, is in the way', [8], true],
      ['unseen', 'no look showed anything', [null, null], false],
      ['unseen', 'a look is missing', [10, null, 10], false],
      ['unclear', 'the times went another way', [10, 9], false],
    ] as const)('knows that it was %s when %s', async (why, _name, sights, disturbed) => {
      const row = await unknownOf({ count: 2 });
      if (disturbed) await done(CODE);
      expect(await lookAt(row, ...sights)).toBe('unknown');
      expect(await ledger.findRedemption(row.id)).toMatchObject({ unsettled: why });
    });

    test('that the last look did not settle is told so once, and so are others', async () => {
      const { row, id, message } = await claim({ count: 2 }, { policy: NEVER_ASK });
      await ledger.noteCard(row, seen(), NEVER_ASK);
      await ledger.repliesAnswered([{ message: id, asOf: 0 }]);
      await ledger.settle(row, UNKNOWN);
      const [due] = await ledger.takeDueLooks(10, 60_000, -1_000);
      expect(due).toMatchObject({ user: message.user });
      await lookAt(row, null);
      const boss = { channel: 'wecom-app', returnAddress: null, user: 'wecom:boss', text: '…', key: row.receipt };
      for (let nth = 0; nth < 3; nth += 1) await ledger.endLooks(row.id, [boss]);
      const replies = await ledger.takeDueReplies(10, 60_000);
      expect(replies.map(({ user }) => user).toSorted()).toEqual(['wecom:boss', message.user].toSorted());
      expect(replies.find(({ user }) => user === message.user)).toMatchObject({
        changes: 1,
        redemptions: [{ state: 'unknown', checking: false, unsettled: 'unseen' }],
      });
      for (const reply of replies) await ledger.finishReply(reply.id, { kind: 'sent' }, reply.changes);
      await ledger.endLooks(row.id, [boss]);
      expect(await ledger.takeDueReplies(10, 60_000)).toEqual([]);
    });

    test('that became known before the last look was over is told as what it is', async () => {
      const row = await unknownOf({ count: 2 });
      await ledger.settleByHand(row.id, 'refused', BY_MANAGER);
      const boss = { channel: 'wecom-app', returnAddress: null, user: 'wecom:boss', text: '…', key: row.receipt };
      await ledger.endLooks(row.id, [boss]);
      expect((await ledger.takeDueReplies(10, 60_000)).map(({ user }) => user)).not.toContain('wecom:boss');
    });

    test('whose card has just the times less succeeded: that is recorded, with how, and told late', async () => {
      const { row, id, message } = await claim({ count: 2 });
      await ledger.noteCard(row, seen(), POLICY);
      await ledger.repliesAnswered([{ message: id, asOf: 0 }]);
      await ledger.settle(row, UNKNOWN);
      expect(await ledger.settleByLook(row.id, 8, false)).toMatchObject({
        state: 'succeeded',
        reason: null,
        remainingBefore: 10,
        remainingAfter: 8,
        settledBy: { how: 'look' },
        checking: false,
      });
      expect((await ledger.findMessage(message))?.replyState).toBe('queued');
      expect(await ledger.takeDueLooks(10, 60_000, 0)).toEqual([]);
      expect(await ledger.settleByLook(row.id, 10, true)).toMatchObject({ state: 'succeeded' });
    });

    test('whose card is unchanged was refused, at the last look only', async () => {
      const row = await unknownOf({ count: 2 });
      expect(await ledger.settleByLook(row.id, 10, false)).toMatchObject({ state: 'unknown' });
      expect(await ledger.settleByLook(row.id, 10, false)).toMatchObject({ state: 'unknown' });
      expect(await ledger.settleByLook(row.id, 10, true)).toMatchObject({
        state: 'refused',
        settledBy: { how: 'look' },
      });
    });

    test.each<[Redemption['state'], string, (number | null)[]]>([
      ['succeeded', 'looks that showed nothing, or no change yet, came before', [null, 10, null, 8]],
      ['unknown', 'a look showed them and the last one nothing, while another was in the way before', [10, null]],
      ['unknown', 'the times were others in between', [9, 8]],
      ['unknown', 'it was topped up and then as much was taken', [10, 12, 8]],
      ['unknown', 'they were fewer and are as before: taken and given back', [10, 9, 10]],
      ['unknown', 'there was one look only', [10]],
      ['unknown', 'the first look showed nothing', [null, 10, 10]],
      ['unknown', 'a look in between showed nothing', [10, null, 10]],
      ['unknown', 'the last look showed nothing', [10, 10, null]],
      ['unknown', 'they are other times altogether', [10, 7]],
      ['unknown', 'they are more', [10, 12]],
    ])('is %s when %s', async (state, _name, sights) => {
      expect(await lookAt(await unknownOf({ count: 2 }), ...sights)).toBe(state);
    });

    test('remembers every look, also of those that come at once', async () => {
      const row = await unknownOf({ count: 2 });
      await Promise.all([10, 10, 9, 10].map((sight) => ledger.settleByLook(row.id, sight, false)));
      expect(await lookAt(row, 8)).toBe('unknown');
    });

    describe('is not refused when a look of the series is missing', () => {
      // Due a second ago: a shared ledger measures its clock again and again, and it may step back by some milliseconds.
      const take = (leaseMs = 60_000) => ledger.takeDueLooks(10, leaseMs, -1_000);

      test('but is with all of them', async () => {
        const row = await unknownOf({ count: 2 });
        await take();
        await ledger.settleByLook(row.id, 10, false);
        await ledger.scheduleLook(row.id, Date.now() - 1_000);
        expect(await take()).toMatchObject([{ looks: 2 }]);
        expect(await lookAt(row, 10)).toBe('refused');
      });

      test('because it was begun and left nothing', async () => {
        const row = await unknownOf({ count: 2 });
        expect(await take(-1_000)).toHaveLength(1);
        expect(await take()).toHaveLength(1);
        expect(await lookAt(row, 10, 10)).toBe('unknown');
      });

      test('because it came too late', async () => {
        const row = await unknownOf({ count: 2 });
        await take();
        await ledger.settleByLook(row.id, 10, false);
        await ledger.scheduleLook(row.id, Date.now() - 60_000);
        await take();
        expect(await lookAt(row, 10, 10)).toBe('unknown');
      });

      test('and is still to come, while a person looks by hand', async () => {
        const row = await unknownOf({ count: 2 });
        await take();
        await ledger.settleByLook(row.id, 10, false);
        await ledger.scheduleLook(row.id, Date.now() - 60_000);
        expect(await lookAt(row, 10, 10)).toBe('unknown');
      });
    });

    test('is not judged by the times of an hour later', async () => {
      const row = await unknownOf({ count: 2 });
      // In one process both may happen within the same millisecond, and an hour exactly still counts.
      await age(row, HOUR_MS + 1);
      expect(await lookAt(row, 8)).toBe('unknown');
    });

    test.each([
      ['succeeded since', { card: CARD }, SUCCEEDED, null, 'unknown'],
      ['is pending', { card: CARD }, null, null, 'unknown'],
      ['is unknown itself', { card: CARD }, UNKNOWN, null, 'unknown'],
      ['succeeded by a code of the card', { card: CODE }, SUCCEEDED, CARD, 'unknown'],
      ['was refused', { card: CARD }, REFUSED, null, 'succeeded'],
      ['was not sent', { card: CARD }, { state: 'unsent', reason: 'busy' }, null, 'succeeded'],
      ['is of what may be a code of the card', { card: CODE }, SUCCEEDED, null, 'unknown'],
      ['is of another card', { card: CODE }, SUCCEEDED, 'OTHER1', 'succeeded'],
    ] as const)('while another redemption of ours %s', async (_name, line, outcome, realCard, state) => {
      await prove(CARD);
      const row = await unknownOf({ count: 2 });
      const other = await claim({ ...line, count: 2 }, { policy: NEVER_ASK });
      if (realCard !== null) await ledger.noteCard(other.row, seen({ realCard }), NEVER_ASK);
      if (outcome !== null) await ledger.settle(other.row, outcome);
      expect(await ledger.settleByLook(row.id, 8, true)).toMatchObject({ state });
    });

    test('is kept open by a code that another person, in another store, redeemed without a look', async () => {
      await prove(CARD);
      const row = await unknownOf({ count: 2 });
      const line = { card: CODE, count: 2, store: { code: 'EW_N2', name: '西湖店' } };
      const other = await claim(line, { policy: NEVER_ASK, message: newMessage({ user: 'wecom:lisi' }) });
      await ledger.settle(other.row, SUCCEEDED);
      expect(await lookAt(row, 8)).toBe('unknown');
    });

    test('is kept open by a code that the vendor repeated, or for which it named no number', async () => {
      await prove(CARD);
      const row = await unknownOf({ count: 2 });
      await done(CODE);
      expect(await lookAt(row, 8)).toBe('unknown');
    });

    test('that was typed as what may be a code itself is kept open by any other card', async () => {
      const row = await unknownOf({ card: CODE, count: 2 });
      await prove(OTHER);
      await done(OTHER);
      expect(await lookAt(row, 8)).toBe('unknown');
    });

    test('is kept open by the same code typed again, for any card that it stood for then', async () => {
      const row = await done(CODE, UNKNOWN, { realCard: CARD });
      await done(CODE, SUCCEEDED, { realCard: OTHER });
      expect(await lookAt(row, 8)).toBe('unknown');
    });

    describe('is not kept open by a redemption by a number that is known to be another card', () => {
      beforeEach(() => prove(CARD));

      test('because it is written as the vendor writes numbers, even without a look at it', async () => {
        const row = await unknownOf({ count: 2 });
        const other = await claim({ card: OTHER }, { policy: NEVER_ASK });
        await ledger.settle(other.row, SUCCEEDED);
        expect(await lookAt(row, 8)).toBe('succeeded');
      });

      test('but not when it ever stood for another one', async () => {
        await done(OTHER, REFUSED, { realCard: 'NUMBER123456789012' });
        const row = await unknownOf({ count: 2 });
        await done(OTHER);
        expect(await lookAt(row, 8)).toBe('unknown');
      });

      test.each(['9140953532944095', '91409535329440957X', '814095353294409573'])('but not %s', async (card) => {
        const row = await unknownOf({ count: 2 });
        await done(card);
        expect(await lookAt(row, 8)).toBe('unknown');
      });

      test('because the vendor named it behind a code', async () => {
        const row = await unknownOf({ count: 2 });
        await prove(STRANGE);
        await done(STRANGE);
        expect(await lookAt(row, 8)).toBe('succeeded');
      });

      test.each<[string, Redemption['state'], string, number, Outcome, string | null]>([
        ['because it was found on another day', 'succeeded', STRANGE, DAY_MS, REFUSED, null],
        ['but not when that was the same day', 'unknown', STRANGE, DAY_MS - 60_000, SUCCEEDED, null],
        ['but not when it is so short that it may be a code again', 'unknown', 'OTHER1', DAY_MS, SUCCEEDED, null],
        ['but not when it was a code then', 'unknown', STRANGE, DAY_MS, SUCCEEDED, 'NUMBER123456789012'],
      ])('%s', async (_name, state, card, ms, outcome, realCard) => {
        await age(await done(card, outcome, { realCard }), ms);
        const row = await unknownOf({ count: 2 });
        await done(card);
        expect(await lookAt(row, 8)).toBe(state);
      });

      test('because it was spent on another day', async () => {
        const { row: earlier } = await claim({ card: STRANGE }, { policy: NEVER_ASK });
        await age(await ledger.settle(earlier, SUCCEEDED), DAY_MS);
        const row = await unknownOf({ count: 2 });
        const other = await claim({ card: STRANGE }, { policy: NEVER_ASK });
        await ledger.settle(other.row, SUCCEEDED);
        expect(await lookAt(row, 8)).toBe('succeeded');
      });
    });

    test('by the number of a regular customer is told from the cards of other regular customers', async () => {
      for (const card of [CARD, STRANGE]) await age(await done(card), 30 * DAY_MS);
      await done(STRANGE);
      const row = await unknownOf({ count: 2 });
      await done(STRANGE);
      expect(await lookAt(row, 8)).toBe('succeeded');
    });

    test.each([
      ['a moment before may show only now', 0, 'unknown'],
      ['ten minutes before was seen already', 10 * 60_000 + 1, 'succeeded'],
    ] as const)('of a card of which a redemption that was over %s', async (_name, ms, state) => {
      await age(await done(CARD), ms);
      const row = await unknownOf({ count: 2 });
      expect(await lookAt(row, 8)).toBe(state);
    });

    test('is kept open by a refusal that was only inferred, for as long as it may show after all', async () => {
      const earlier = await unknownOf({ count: 2 });
      expect(await lookAt(earlier, 10, 10)).toBe('refused');
      expect(await lookAt(await unknownOf({ count: 2 }), 8)).toBe('unknown');
      await place.query(`delete from redemptions where state = 'unknown'`);
      await age(earlier, 10 * 60_000 + 1);
      expect(await lookAt(await unknownOf({ count: 2 }), 8)).toBe('succeeded');
    });

    test('is kept open by a refusal that a person said, who may be wrong', async () => {
      const earlier = await unknownOf({ count: 2 });
      const row = await unknownOf({ count: 2 });
      await ledger.settleByHand(earlier.id, 'refused', BY_MANAGER);
      expect(await lookAt(row, 8)).toBe('unknown');
    });

    test('is not kept open by a question', async () => {
      const row = await unknownOf({ count: 2 });
      await claim({ count: 6 });
      expect(await ledger.settleByLook(row.id, 8, false)).toMatchObject({ state: 'succeeded' });
    });

    test('that was typed as a code is told from others by its real card', async () => {
      const row = await done(CODE, UNKNOWN, { realCard: CARD });
      const other = await done(CARD, null);
      expect(await ledger.settleByLook(row.id, 8, true)).toMatchObject({ state: 'unknown' });
      await ledger.settle(other, REFUSED);
      // What a look showed while the other one was in the way is no contradiction.
      expect(await ledger.settleByLook(row.id, 8, true)).toMatchObject({ state: 'succeeded' });
    });

    test('is settled by hand, with who said so; the same again changes nothing; what is under way is not', async () => {
      const row = await unknownOf();
      expect(await ledger.settleByHand(row.id, 'refused', BY_MANAGER)).toMatchObject({
        state: 'refused',
        reason: null,
        settledBy: BY_MANAGER,
      });
      const again = await ledger.settleByHand(row.id, 'refused', { ...BY_MANAGER, user: 'wecom:other' });
      expect(again).toMatchObject({ state: 'refused', settledBy: BY_MANAGER });

      const pending = await claim({ card: 'OTHER1' });
      expect(await ledger.settleByHand(pending.row.id, 'succeeded', BY_MANAGER)).toMatchObject({ state: 'pending' });
    });

    test('that was settled by hand is corrected by hand, and who said what and when stays on record', async () => {
      const row = await unknownOf();
      const first = await ledger.settleByHand(row.id, 'refused', BY_MANAGER);
      const other = { how: 'hand', user: 'wecom:other', name: '王店长' } as const;
      const wrong = { user: BY_MANAGER.user, name: BY_MANAGER.name, state: 'refused', at: first.settledAt };
      const second = await ledger.settleByHand(row.id, 'succeeded', other);
      expect(second).toMatchObject({ state: 'succeeded', reason: null });
      expect(second.settledBy).toEqual({ ...other, earlier: [wrong] });
      const third = await ledger.settleByHand(row.id, 'refused', BY_MANAGER);
      expect(third.settledBy).toEqual({
        ...BY_MANAGER,
        earlier: [wrong, { user: other.user, name: other.name, state: 'succeeded', at: second.settledAt }],
      });
      expect(await ledger.findRedemption(row.id)).toEqual(third);
    });

    test.each(['the vendor', 'a look'])('is not corrected by hand where %s has said what it was', async (who) => {
      const row = await unknownOf({ count: 2 });
      if (who === 'a look') await ledger.settleByLook(row.id, 8, false);
      else await ledger.settle(row, SUCCEEDED);
      const settled = await ledger.findRedemption(row.id);
      expect(settled.state).toBe('succeeded');
      expect(await ledger.settleByHand(row.id, 'refused', BY_MANAGER)).toEqual(settled);
    });
  });
});

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Ledger } from '../../../src/redemption/ledger.ts';
import type { NewLine, NewMessage } from '../../../src/redemption/message.ts';
import { ASK_OPEN_MS, type AskPolicy, type Confirmation } from '../../../src/redemption/questions.ts';
import type { Redemption } from '../../../src/redemption/redemption.ts';
import { newLine, newMessage } from '../fixtures.ts';
import { noteTold, places, type LedgerPlace } from '../places.ts';

const CARD = '914095353294404024';
const OTHER = '914095353294409573';
const CODE = '286104937502';
const POLICY: AskPolicy = { countOver: 5, repeatWithinMs: 0, openForMs: ASK_OPEN_MS };
const DAY_MS = 24 * 60 * 60_000;
const SEEN = { realCard: null, cardName: '洗车次卡', validUntil: '2099-12-31', remaining: 10 };

/** What every ledger promises about several questions that wait for one person. */
describe.each(places)('$name keeps its promises about questions', ({ make }) => {
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

  async function claim(lines: Partial<NewLine>[], message: Partial<NewMessage> = {}, policy = POLICY) {
    const typed = lines.map((line, at) => newLine({ line: at, ...line }));
    const claimed = await ledger.claim(newMessage(message), typed, { policy, confirmations: [] });
    return claimed.message.redemptions;
  }
  async function ask(card: string, change: Partial<NewMessage> = {}, line: Partial<NewLine> = {}) {
    const [row] = await claim([{ card, count: 6, ...line }], change);
    if (row === undefined) throw new Error('no row');
    return row;
  }
  async function answer(
    confirmation: Partial<Confirmation>,
    change: Partial<NewMessage> = {},
  ): Promise<readonly Redemption[]> {
    await noteTold(place);
    const confirmations = [{ line: 0, receipt: null, ...confirmation }];
    const claimed = await ledger.claim(newMessage({ text: '确认', ...change }), [], { policy: POLICY, confirmations });
    return claimed.message.redemptions;
  }
  const all = (change: Partial<NewMessage> = {}) => answer({ allFrom: 1 }, change);
  /** Has a question be about a card that was shown. */
  async function makeShown({ id }: Redemption) {
    const shown = JSON.stringify({ why: { kind: 'shown', counted: false, repeat: null }, other: null });
    await place.query(`update redemptions set question = '${shown}' where id = ${id}`);
  }
  const speaker = (change: Partial<NewMessage> = {}) => ({ ...newMessage(change), user: 'wecom:zhangsan' });
  const find = ({ id }: Redemption) => ledger.findRedemption(id);
  const numberOf = async (row: Redemption) => (await find(row)).question?.number;
  const cardsOf = (rows: readonly Redemption[]) => rows.map(({ line, card, state }) => [line, card, state]);

  describe('a number', () => {
    test('is had by each of several, and by none that waits alone', async () => {
      const first = await ask('CARD11');
      expect(await numberOf(first)).toBeUndefined();
      const second = await ask('CARD22');
      expect(second.question?.number).toBe(2);
      expect([await numberOf(first), await numberOf(second)]).toEqual([1, 2]);
      const [third, fourth] = await claim([
        { card: 'CARD33', count: 6 },
        { card: 'CARD44', count: 6 },
      ]);
      expect([third?.question?.number, fourth?.question?.number]).toEqual([3, 4]);
    });

    test('confirms its question, with the count that was asked about, and no other', async () => {
      const first = await ask('CARD11');
      await ask('CARD22');
      expect(await answer({ number: 3 })).toEqual([]);
      expect(await answer({ number: 1 })).toMatchObject([{ receipt: first.receipt, count: 6, state: 'pending' }]);
      expect(await answer({ number: 1 })).toEqual([]);
    });

    test('goes to no other question while it may be seen, however the first one ended', async () => {
      const first = await ask('CARD11');
      const second = await ask('CARD22');
      await answer({ number: 1 });
      await ledger.cancelQuestion(speaker(), { receipt: null, number: 2 });
      const rows = [await ask('CARD33'), await ask('CARD44')];
      expect(await Promise.all(rows.map(numberOf))).toEqual([3, 4]);
      expect(await answer({ number: 1 })).toEqual([]);
      expect(await answer({ number: 2 })).toEqual([]);
      // Days later nobody sees them any more.
      const old = [first, second].map(({ id }) => id).join(', ');
      await place.query(
        `update redemptions set ask_expires = ask_expires - ${2 * DAY_MS + ASK_OPEN_MS + 1_000} where id in (${old})`,
      );
      expect((await ask('CARD55')).question?.number).toBe(1);
    });

    test('is each person’s own, and of one conversation', async () => {
      await ask('CARD11');
      const second = await ask('CARD22');
      await ask('CARD33', { user: 'wecom:lisi' });
      const others = await ask('CARD44', { user: 'wecom:lisi' });
      await ask('CARD55', { conversation: null });
      const alone = await ask('CARD66', { conversation: null });
      expect([others.question?.number, alone.question?.number]).toEqual([2, 2]);
      expect(await answer({ number: 2 })).toMatchObject([{ receipt: second.receipt }]);
      expect(await answer({ number: 2 }, { user: 'wecom:lisi' })).toMatchObject([{ receipt: others.receipt }]);
      expect(await answer({ number: 2 }, { conversation: null })).toMatchObject([{ receipt: alone.receipt }]);
    });

    test('and a yes in one message mean what was open before it: the other one is not what is left', async () => {
      await ask('CARD11');
      const second = await ask('CARD22');
      await noteTold(place);
      const confirmations = [
        { line: 0, receipt: null, number: 1 },
        { line: 1, receipt: null },
      ];
      const claimed = await ledger.claim(newMessage(), [], { policy: POLICY, confirmations });
      expect(cardsOf(claimed.message.redemptions)).toEqual([[0, 'CARD11', 'pending']]);
      expect(await find(second)).toMatchObject({ state: 'asked' });
    });

    test('that two questions have by mischance means neither, also when one of them is answered', async () => {
      const first = await ask('CARD11');
      const second = await ask('CARD22');
      await place.query('update redemptions set ask_number = 1');
      expect(await answer({ number: 1 })).toEqual([]);
      expect(await answer({ receipt: first.receipt })).toHaveLength(1);
      expect(await answer({ number: 1 })).toEqual([]);
      expect(await answer({ receipt: second.receipt })).toHaveLength(1);
    });

    test('does not choose between two readings, but withdraws both', async () => {
      await ask('CARD11');
      const twofold = await ask('AAAA1111', {}, { count: 1, other: { card: 'AAAA11', count: 11 } });
      expect(await answer({ number: 2 })).toEqual([]);
      const withdrawn = await ledger.cancelQuestion(speaker(), { receipt: null, number: 2 });
      expect(withdrawn).toMatchObject({ receipt: twofold.receipt, state: 'unsent', reason: 'cancelled' });
    });

    test('is also had by one that was asked about only when its card had been seen', async () => {
      await ask('CARD11');
      const policy = { ...POLICY, repeatWithinMs: 60_000 };
      await claim([{ card: CARD, count: 1 }], { user: 'wecom:lisi' });
      const [row] = await claim([{ card: CODE, count: 1 }], {}, policy);
      if (row === undefined) throw new Error('no row');
      const asked = await ledger.noteCard(row, { ...SEEN, realCard: CARD }, policy);
      expect(asked).toMatchObject({ state: 'asked', question: { number: 2 } });
      expect(await answer({ number: 2 })).toMatchObject([{ receipt: row.receipt }]);
    });
  });

  describe('yes to all', () => {
    test('takes every one of this person here into the message, each on a line of its own', async () => {
      await claim([
        { card: 'CARD11', count: 6 },
        { card: 'CARD22', count: 7 },
      ]);
      await ask('CARD33');
      await ask('CARD44', { user: 'wecom:lisi' });
      await ask('CARD55', { conversation: 'wecom:other' });
      expect(cardsOf(await all())).toEqual([
        [0, 'CARD11', 'pending'],
        [1, 'CARD22', 'pending'],
        [2, 'CARD33', 'pending'],
      ]);
      expect(await all()).toEqual([]);
    });

    test('takes each once, however many say it at once, and a repeated delivery takes no more', async () => {
      await ask('CARD11');
      await ask('CARD22');
      const taken = await Promise.all(Array.from({ length: 8 }, () => all()));
      expect(taken.flat().map(({ card }) => card)).toHaveLength(2);
      const message = taken.flat()[0]?.message;
      const first = taken.find((rows) => rows.some((row) => row.message === message));
      expect(first?.length).toBeGreaterThan(0);

      await ask('CARD33');
      const confirming = newMessage({ text: '确认 全部' });
      expect(cardsOf(await all(confirming))).toEqual([[0, 'CARD33', 'pending']]);
      await ask('CARD44');
      expect(cardsOf(await all(confirming))).toEqual([[0, 'CARD33', 'pending']]);
    });

    test('leaves alone what has lapsed, has two readings, or comes in the same message', async () => {
      const lapsed = await ask('CARD11');
      await place.query(`update redemptions set ask_expires = ask_expires - ${ASK_OPEN_MS} where id = ${lapsed.id}`);
      const twofold = await ask('AAAA1111', {}, { count: 1, other: { card: 'AAAA11', count: 11 } });
      await ask('CARD22');
      await noteTold(place);
      const claimed = await ledger.claim(newMessage(), [newLine({ line: 1, card: 'CARD33', count: 6 })], {
        policy: POLICY,
        confirmations: [{ line: 0, receipt: null, allFrom: 2 }],
      });
      expect(cardsOf(claimed.message.redemptions)).toEqual([
        [0, 'CARD22', 'pending'],
        [1, 'CARD33', 'asked'],
      ]);
      expect((await find(twofold)).state).toBe('asked');
    });

    test('says nothing of what was typed after it, by the clock of the platform; nor does a bare yes', async () => {
      await ask('CARD11', { typedAt: 1_000 });
      const later = await ask('CARD22', { typedAt: 9_000 });
      expect(cardsOf(await all({ typedAt: 5_000 }))).toEqual([[0, 'CARD11', 'pending']]);
      expect(await answer({}, { typedAt: 8_999 })).toEqual([]);
      expect(await answer({}, { typedAt: 9_000 })).toMatchObject([{ receipt: later.receipt }]);
      const untimed = await ask('CARD33', { typedAt: 9_000 });
      expect(await answer({})).toMatchObject([{ receipt: untimed.receipt }]);
    });

    test('says nothing of what the person was not told yet, as far as that is known', async () => {
      const late = newMessage();
      await ask('CARD11', late);
      const record = await ledger.findMessage(late);
      await ledger.queueReply(record?.id ?? 0, 0);
      const [asked, running] = await claim([
        { card: 'CARD22', count: 6 },
        { card: 'CARD33', count: 1 },
      ]);
      await ask('CARD44');
      expect(cardsOf(await all())).toEqual([[0, 'CARD44', 'pending']]);

      const [due] = await ledger.takeDueReplies(1, 60_000);
      await ledger.finishReply(due?.id ?? 0, { kind: 'sent' }, due?.changes ?? 0);
      await ledger.settle(running ?? { id: 0, message: 0 }, { state: 'succeeded', vendorMsg: null });
      expect(asked?.state).toBe('asked');
      expect(cardsOf(await all())).toEqual([
        [0, 'CARD11', 'pending'],
        [1, 'CARD22', 'pending'],
      ]);
    });

    test('counts as many of the person’s allowance as it takes', async () => {
      await ask('CARD11');
      await ask('CARD22');
      await noteTold(place);
      const asking = (perMinute: number) => ({
        policy: POLICY,
        confirmations: [{ line: 0, receipt: null, allFrom: 1 }],
        allowance: { perMinute, looks: 0 },
      });
      const refused = await ledger.claim(newMessage({ text: '确认 全部' }), [], asking(1));
      expect(refused).toMatchObject({ spent: true, message: { redemptions: [] } });
      const taken = await ledger.claim(newMessage({ text: '确认 全部' }), [], asking(2));
      expect(taken.message.redemptions).toHaveLength(2);
    });
  });

  describe('another count', () => {
    test('is what is carried out, whichever way the question is named', async () => {
      await ask('CARD11');
      expect(await answer({ count: 3 })).toMatchObject([{ card: 'CARD11', count: 3, state: 'pending' }]);
      const second = await ask('CARD22');
      await ask('CARD33');
      expect(await answer({ receipt: second.receipt, count: 30 })).toMatchObject([{ card: 'CARD22', count: 30 }]);
      expect(await answer({ count: 2 })).toMatchObject([{ card: 'CARD33', count: 2 }]);
      const stored = await find(second);
      expect(stored).toMatchObject({ count: 30, receipt: second.receipt });
    });

    test('is of the reading whose receipt is named', async () => {
      const twofold = await ask('AAAA1111', {}, { count: 1, other: { card: 'AAAA11', count: 11 } });
      expect(await answer({ count: 3 })).toEqual([]);
      const receipt = twofold.question?.other?.receipt ?? '';
      expect(await answer({ receipt, count: 3 })).toMatchObject([{ receipt, card: 'AAAA11', count: 3 }]);
    });

    test('that is more than the card was seen to have leaves the question open', async () => {
      const row = await ask('CARD11');
      await ledger.noteReadings(row.id, { seen: SEEN, blocked: null, other: null });
      expect(await answer({ count: 11 })).toEqual([]);
      expect(await answer({ receipt: row.receipt, count: 11 })).toEqual([]);
      expect(await answer({ count: 10 })).toMatchObject([{ count: 10, state: 'pending' }]);
    });

    test('without a word that says yes is for a question that leaves the count to the person, and for no other', async () => {
      const row = await ask('CARD11');
      expect(await answer({ count: 3, bare: true })).toEqual([]);
      await makeShown(row);
      expect(await answer({ bare: true })).toEqual([]);
      expect(await answer({ count: 3, bare: true })).toMatchObject([{ card: 'CARD11', count: 3 }]);
    });

    test('without a word is for one that was asked alone: of two, the other one is not meant when one is answered', async () => {
      const first = await ask('CARD11');
      const second = await ask('CARD22');
      await makeShown(first);
      await makeShown(second);
      expect(await answer({ number: 1 })).toMatchObject([{ card: 'CARD11' }]);
      expect(await answer({ count: 3, bare: true })).toEqual([]);
      expect(await find(second)).toMatchObject({ state: 'asked' });
      expect(await answer({ count: 3 })).toMatchObject([{ card: 'CARD22', count: 3 }]);
    });

    test('without a word that would be asked about where it is ordered needs the word', async () => {
      await makeShown(await ask('CARD11'));
      expect(await answer({ count: 6, bare: true })).toEqual([]);
      expect(await answer({ count: 6 })).toMatchObject([{ card: 'CARD11', count: 6 }]);
    });

    test('is written once, however many say it at once', async () => {
      await ask('CARD11');
      const taken = await Promise.all([1, 2, 3, 4].map((count) => answer({ count })));
      expect(taken.flat()).toHaveLength(1);
    });
  });

  describe('a question about a card that is sent again', () => {
    test('is replaced by the new one, which alone can be confirmed', async () => {
      const old = await ask(CARD, {}, { count: 12 });
      const next = await ask(CARD, {}, { count: 6 });
      expect(await find(old)).toMatchObject({ state: 'unsent', reason: 'replaced' });
      expect(await answer({ receipt: old.receipt })).toEqual([]);
      expect(await answer({})).toMatchObject([{ receipt: next.receipt, count: 6 }]);
    });

    test('is withdrawn by such an order after a restart as well', async () => {
      const old = await ask(CARD);
      await place.crash(ledger);
      ({ ledger } = await place.open());
      await claim([{ card: CARD }]);
      expect(await find(old)).toMatchObject({ state: 'unsent', reason: 'replaced' });
    });

    test('is withdrawn by an order that is not asked about, too', async () => {
      const old = await ask(CARD, {}, { count: 12 });
      expect(await claim([{ card: CARD, count: 2 }])).toMatchObject([{ state: 'pending', count: 2 }]);
      expect(await find(old)).toMatchObject({ state: 'unsent', reason: 'replaced' });
      expect(await all()).toEqual([]);
    });

    test('stays where another person sends it, or it is sent elsewhere, or is not to run, or with another card', async () => {
      const old = await ask(CARD);
      await ask(CARD, { user: 'wecom:lisi' });
      await ask(CARD, { conversation: 'wecom:other' });
      await claim([{ card: CARD, count: 2, unsent: 'busy' }]);
      await claim([{ card: OTHER, count: 2 }]);
      expect(await find(old)).toMatchObject({ state: 'asked' });
    });

    test('is not confirmed by the message that orders the card, and nor is another one instead of it', async () => {
      const old = await ask(CARD, {}, { count: 12 });
      const other = await ask('CARD22');
      await noteTold(place);
      const order = async (card: string, count: number, confirmation: Partial<Confirmation>) => {
        const lines = [newLine({ line: 1, card, count })];
        const confirmations = [{ line: 0, receipt: null, ...confirmation }];
        const claimed = await ledger.claim(newMessage(), lines, { policy: POLICY, confirmations });
        return cardsOf(claimed.message.redemptions);
      };
      expect(await order('CARD22', 2, { receipt: other.receipt })).toEqual([[1, 'CARD22', 'pending']]);
      expect(await find(other)).toMatchObject({ state: 'unsent', reason: 'replaced' });
      expect(await order(CARD, 8, {})).toEqual([[1, CARD, 'asked']]);
      expect(await find(old)).toMatchObject({ state: 'unsent', reason: 'replaced' });
      await ask('CARD33');
      await noteTold(place);
      expect(await order(CARD, 2, { allFrom: 2 })).toEqual([
        [0, 'CARD33', 'pending'],
        [1, CARD, 'pending'],
      ]);
    });

    test('is known by what a look has found behind its code, when the card is ordered beside a yes', async () => {
      const byCode = await ask(CODE);
      await ledger.noteReadings(byCode.id, { seen: { ...SEEN, realCard: CARD }, blocked: null, other: null });
      await noteTold(place);
      const confirmations = [{ line: 0, receipt: null }];
      const lines = [newLine({ line: 1, card: CARD, count: 2 })];
      const claimed = await ledger.claim(newMessage(), lines, { policy: POLICY, confirmations });
      expect(cardsOf(claimed.message.redemptions)).toEqual([[1, CARD, 'pending']]);
    });

    test('stays beside another line of its own message', async () => {
      const rows = await claim([
        { card: CARD, count: 6 },
        { card: CARD, count: 7 },
      ]);
      expect(rows.map(({ state, question }) => [state, question?.number])).toEqual([
        ['asked', 1],
        ['asked', 2],
      ]);
      expect(await answer({ number: 2 })).toMatchObject([{ count: 7 }]);
    });

    test('is known by the number of its card, where a look has found that behind a code', async () => {
      const old = await ask(CARD);
      const byCode = await ask(CODE);
      await ledger.noteReadings(byCode.id, { seen: { ...SEEN, realCard: CARD }, blocked: null, other: null });
      expect(await find(old)).toMatchObject({ state: 'unsent', reason: 'replaced' });
      const again = await ask(CARD);
      expect(await find(byCode)).toMatchObject({ state: 'unsent', reason: 'replaced' });
      expect(await find(again)).toMatchObject({ state: 'asked' });
    });
  });

  describe('a yes without a name', () => {
    const yes = async (change: Partial<NewMessage> = {}, confirmation: Partial<Confirmation> = {}) => {
      const confirmations = [{ line: 0, receipt: null, ...confirmation }];
      const claimed = await ledger.claim(newMessage({ text: '确认', ...change }), [], {
        policy: POLICY,
        confirmations,
      });
      return cardsOf(claimed.message.redemptions);
    };

    test('says nothing of a question that its person was not told, as far as that is known', async () => {
      const row = await ask('CARD11');
      expect(await yes()).toEqual([]);
      expect(await yes({}, { allFrom: 1 })).toEqual([]);
      expect(await find(row)).toMatchObject({ state: 'asked' });
      await noteTold(place);
      expect(await yes()).toEqual([[0, 'CARD11', 'pending']]);
    });

    test('is enough where the platform says that it was typed later, but not about what was shown', async () => {
      await ask('CARD11', { typedAt: 1_000 });
      expect(await yes({ typedAt: 2_000 })).toEqual([[0, 'CARD11', 'pending']]);
      await makeShown(await ask('CARD22', { typedAt: 3_000 }));
      expect(await yes({ typedAt: 4_000 })).toEqual([]);
      await noteTold(place);
      expect(await yes({ typedAt: 5_000 })).toEqual([[0, 'CARD22', 'pending']]);
    });

    test('and a count wait while a newer picture of this person is read there, and only then', async () => {
      await makeShown(await ask('CARD11'));
      await noteTold(place);
      const picture = newMessage({ text: '', shows: 'picture' });
      const { message } = await ledger.claim(picture, []);
      expect(await ledger.isReading(speaker())).toBe(true);
      expect(await ledger.isReading(speaker({ conversation: 'wecom:other' }))).toBe(false);
      expect(await ledger.isReading({ ...speaker(), user: 'wecom:lisi' })).toBe(false);
      expect(await yes()).toEqual([]);
      expect(await yes({}, { count: 3, bare: true })).toEqual([]);
      // The message that says it is not read itself, and one that has ordered something is not read any more.
      expect(await ledger.isReading({ ...speaker(), messageId: picture.messageId })).toBe(false);
      await ledger.saveAnswers(message.id, { 0: '图里没找到核销码' });
      await claim([{ card: 'OTHER33', count: 1 }], { shows: 'quoted-message' });
      expect(await ledger.isReading(speaker())).toBe(false);
      expect(await yes({}, { count: 3, bare: true })).toEqual([[0, 'CARD11', 'pending']]);
    });

    test('that names its question waits for no picture', async () => {
      const row = await ask('CARD11');
      await ledger.claim(newMessage({ text: '', shows: 'picture' }), []);
      expect(await yes({}, { receipt: row.receipt })).toEqual([[0, 'CARD11', 'pending']]);
    });
  });

  describe('a card that was used since it was asked about', () => {
    const policy: AskPolicy = { ...POLICY, repeatWithinMs: 60_000 };
    const yes = async (receipt: string | null, change: Partial<NewMessage> = {}, more: Partial<Confirmation> = {}) => {
      const confirmations = [{ line: 0, receipt, ...more }];
      return (await ledger.claim(newMessage({ text: '确认', ...change }), [], { policy, confirmations })).message;
    };
    const lisi = { user: 'wecom:lisi' };

    test('is asked about again, with that, and then carried out', async () => {
      const ours = await ask(CARD);
      const theirs = await ask(CARD, lisi);
      expect((await yes(ours.receipt)).redemptions).toMatchObject([{ state: 'pending', count: 6 }]);
      const again = await yes(theirs.receipt, lisi);
      expect(again.redemptions).toMatchObject([
        { id: theirs.id, message: again.id, state: 'asked', question: { why: { kind: 'repeat', count: 6 } } },
      ]);
      expect(again.redemptions[0]?.question?.expiresAt).toBeGreaterThanOrEqual(theirs.question?.expiresAt ?? Infinity);
      // Said at once again, it is not yet an answer to that.
      expect((await yes(theirs.receipt, lisi)).redemptions).toEqual([]);
      await noteTold(place);
      expect((await yes(theirs.receipt, lisi)).redemptions).toMatchObject([{ id: theirs.id, state: 'pending' }]);
    });

    test('is asked about again however long the question has been open', async () => {
      const theirs = await ask(CARD, lisi);
      const ours = await ask(CARD);
      await yes(ours.receipt);
      await place.query(`update redemptions set claimed_at = claimed_at - 200000 where id = ${ours.id}`);
      await place.query(`update redemptions set ask_expires = ask_expires - 210000 where id = ${theirs.id}`);
      expect((await yes(theirs.receipt, lisi)).redemptions).toMatchObject([
        { id: theirs.id, state: 'asked', question: { why: { kind: 'repeat', count: 6 } } },
      ]);
    });

    test('keeps the count that was said, and stays what was shown', async () => {
      const ours = await ask(CARD);
      const theirs = await ask(CARD, lisi);
      await makeShown(theirs);
      await yes(ours.receipt);
      const again = await yes(theirs.receipt, lisi, { count: 2 });
      expect(again.redemptions).toMatchObject([
        { state: 'asked', count: 2, question: { why: { kind: 'shown', counted: true, repeat: { count: 6 } } } },
      ]);
      await noteTold(place);
      expect((await yes(null, lisi)).redemptions).toMatchObject([{ state: 'pending', count: 2 }]);
    });

    test('is known by its number behind a code, and by what was typed elsewhere', async () => {
      const byCode = await ask(CODE);
      await ledger.noteReadings(byCode.id, { seen: { ...SEEN, realCard: CARD }, blocked: null, other: null });
      await claim([{ card: CARD, count: 1 }], { conversation: null });
      expect((await yes(byCode.receipt)).redemptions).toMatchObject([{ state: 'asked' }]);
    });

    test('is asked about with all others that are confirmed at once, and they are carried out', async () => {
      await ask(CARD);
      await ask('CARD22');
      await claim([{ card: CARD, count: 1 }], lisi);
      await noteTold(place);
      const done = await yes(null, {}, { allFrom: 1 });
      expect(cardsOf(done.redemptions)).toEqual([
        [0, CARD, 'asked'],
        [1, 'CARD22', 'pending'],
      ]);
    });

    test('is not asked about again where that was told with the question, or was long ago', async () => {
      await claim([{ card: CARD, count: 1 }], lisi);
      await claim([{ card: 'CARD22', count: 1 }], lisi);
      const [repeat] = await claim([{ card: CARD, count: 1 }], {}, policy);
      expect(repeat).toMatchObject({ state: 'asked', question: { why: { kind: 'repeat' } } });
      expect((await yes(repeat?.receipt ?? '')).redemptions).toMatchObject([{ state: 'pending' }]);
      const row = await ask('CARD22');
      await place.query(`update redemptions set claimed_at = claimed_at - 61000 where card = 'CARD22'`);
      expect((await yes(row.receipt)).redemptions).toMatchObject([{ state: 'pending' }]);
    });
  });

  test('no to all withdraws every one of this person here', async () => {
    await ask('CARD11');
    await ask('AAAA1111', {}, { count: 1, other: { card: 'AAAA11', count: 11 } });
    const others = await ask('CARD22', { user: 'wecom:lisi' });
    const withdrawn = await ledger.cancelQuestions(speaker());
    expect(withdrawn.map(({ card, state, reason }) => [card, state, reason])).toEqual([
      ['CARD11', 'unsent', 'cancelled'],
      ['AAAA1111', 'unsent', 'cancelled'],
    ]);
    expect(await ledger.cancelQuestions(speaker())).toEqual([]);
    expect(await find(others)).toMatchObject({ state: 'asked' });
  });
});

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SeenCard } from '../../../src/redemption/card.ts';
import type { Ledger } from '../../../src/redemption/ledger.ts';
import type { MessageRecord, NewMessage } from '../../../src/redemption/message.ts';
import { ASK_OPEN_MS, type AskPolicy, type ShownLine } from '../../../src/redemption/questions.ts';
import { newLine, newMessage } from '../fixtures.ts';
import { noteTold, places, type LedgerPlace } from '../places.ts';

const CARD = '914095353294404024';
const CODE = '286104937502';
const OTHER = '914095353294409573';
const POLICY: AskPolicy = { countOver: 5, repeatWithinMs: 120_000, openForMs: ASK_OPEN_MS };
const SEEN: SeenCard = { realCard: CARD, cardName: '洗车次卡', validUntil: '2099-12-31', remaining: 10 };

function shownLine(change: Partial<ShownLine> = {}): ShownLine {
  const { line, remark, store, employeeId } = newLine();
  return {
    line,
    remark,
    store,
    employeeId,
    card: CODE,
    count: 1,
    counted: false,
    typedAt: null,
    seen: SEEN,
    other: null,
    besides: null,
    ...change,
  };
}

/** What every ledger promises about what messages show. */
describe.each(places)('$name keeps its promises about what is shown', ({ make }) => {
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

  async function claim(change: Partial<NewMessage> = {}): Promise<MessageRecord> {
    return (await ledger.claim(newMessage({ text: '', shows: 'picture', ...change }), [])).message;
  }
  const ask = ({ id }: MessageRecord, line = shownLine()) => ledger.askShown(id, line, POLICY);
  async function confirm(receipt: string | null, change: Partial<NewMessage> = {}) {
    await noteTold(place);
    const confirmations = [{ line: 0, receipt }];
    return (await ledger.claim(newMessage({ text: '确认', ...change }), [], { policy: POLICY, confirmations })).message
      .redemptions;
  }

  test('a message says what it shows, also when it is delivered again', async () => {
    for (const shows of ['picture', 'quoted-picture', 'quoted-message', 'scan', 'scan-query', null] as const) {
      const message = newMessage({ shows });
      await ledger.claim(message, [newLine()]);
      expect(await ledger.findMessage(message)).toMatchObject({ shows });
      expect((await ledger.claim(message, [])).message).toMatchObject({ shows });
    }
  });

  test('what is shown becomes a question, with all that was seen of its card, and its message is answered by that', async () => {
    const message = await claim();
    const asked = await ask(message);
    expect(asked).toMatchObject({
      ...{ state: 'asked', message: message.id, line: 0, card: CODE, realCard: CARD, count: 1 },
      ...{ cardName: '洗车次卡', remainingBefore: 10, validUntil: '2099-12-31' },
      question: { why: { kind: 'shown', counted: false, repeat: null }, other: null },
    });
    expect(await ledger.findMessage(message)).toMatchObject({ answers: {}, redemptions: [asked] });
  });

  test('it is asked once, however often that is tried, and also when it has been confirmed meanwhile', async () => {
    const message = await claim();
    const asked = await ask(message);
    expect(await ask(message, shownLine({ card: OTHER }))).toEqual(asked);
    const [confirmed] = await confirm(null);
    expect(confirmed).toMatchObject({ id: asked?.id, state: 'pending', card: CODE, realCard: CARD });
    expect(await ask(message)).toMatchObject({ id: asked?.id, state: 'pending', line: 0 });
    expect((await ledger.findMessage(message))?.redemptions).toHaveLength(1);
  });

  test('it is confirmed once, by its own person', async () => {
    const asked = await ask(await claim());
    expect(await confirm(asked?.receipt ?? '', { user: 'wecom:lisi' })).toEqual([]);
    expect(await confirm(asked?.receipt ?? '', { conversation: 'wecom:wr2' })).toEqual([]);
    expect(await confirm(asked?.receipt ?? '')).toMatchObject([{ state: 'pending' }]);
    expect(await confirm(asked?.receipt ?? '')).toEqual([]);
  });

  test('nothing is asked where something else was answered before, and the other way round', async () => {
    const answered = await claim();
    await ledger.saveAnswers(answered.id, { 0: '图里没找到核销码' });
    expect(await ask(answered)).toBeNull();
    expect(await ledger.findMessage(answered)).toMatchObject({ redemptions: [] });

    const asked = await claim();
    await ask(asked);
    await ledger.saveAnswers(asked.id, { 0: '图里没找到核销码' });
    expect(await ledger.findMessage(asked)).toMatchObject({ answers: {} });
  });

  test('nothing is asked about a message that shows nothing', async () => {
    expect(await ask(await claim({ shows: null }))).toBeNull();
  });

  test('nothing is asked once the reply is to be sent late, or is being sent: it says something else', async () => {
    const queued = await claim();
    await ledger.queueReply(queued.id, 0);
    expect(await ask(queued)).toBeNull();
    await ledger.takeDueReplies(10, 60_000);
    expect(await ask(queued)).toBeNull();
    await ledger.finishReply(queued.id, { kind: 'sent' }, 0);
    expect(await ask(queued)).toBeNull();
  });

  test('nothing is asked about a message of a service that died: its person is told to show it again', async () => {
    const message = await claim();
    await place.crash(ledger);
    ({ ledger } = await place.open());
    await expect
      .poll(async () => (await ledger.takeDueReplies(10, 60_000)).map(({ id }) => id), { timeout: 10_000 })
      .toEqual([message.id]);
    expect(await ask(message)).toBeNull();
  });

  test('a card that was used just before is said to be', async () => {
    await ledger.claim(newMessage(), [newLine({ card: CARD, count: 2 })]);
    const asked = await ask(await claim());
    expect(asked?.question?.why).toMatchObject({ kind: 'shown', repeat: { count: 2, state: 'pending' } });
  });

  test('of two cards each is said to have been used just before', async () => {
    await ledger.claim(newMessage(), [newLine({ card: OTHER, count: 2 })]);
    const other = { card: '286104937599', count: 1, realCard: OTHER, cardName: null, remaining: 3, validUntil: null };
    const asked = await ask(await claim(), shownLine({ other }));
    expect(asked?.question).toMatchObject({
      why: { kind: 'shown', repeat: null },
      other: { realCard: OTHER, repeat: { count: 2, state: 'pending' } },
    });
  });

  test('of two codes each can be confirmed, as the card that it stands for', async () => {
    const other = {
      card: '286104937599',
      count: 1,
      realCard: OTHER,
      cardName: '足疗卡',
      remaining: 3,
      validUntil: null,
    };
    for (const which of ['first', 'second'] as const) {
      const asked = await ask(await claim(), shownLine({ other }));
      expect(await confirm(null)).toEqual([]);
      const receipt = which === 'first' ? asked?.receipt : asked?.question?.other?.receipt;
      const card = which === 'first' ? { card: CODE, realCard: CARD } : { card: '286104937599', realCard: OTHER };
      expect(await confirm(receipt ?? '')).toMatchObject([{ state: 'pending', count: 1, ...card }]);
    }
  });

  test('a question that is not answered lapses', async () => {
    const message = await claim();
    await ledger.askShown(message.id, shownLine(), { ...POLICY, openForMs: -1 });
    expect(await confirm(null)).toEqual([]);
    await ledger.expireQuestions();
    expect((await ledger.findMessage(message))?.redemptions).toMatchObject([
      { state: 'unsent', reason: 'unconfirmed' },
    ]);
  });
});

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openInProcessLedger } from '../../src/ledger/sqlite/in-process.ts';
import type { CardDetail, CardLook } from '../../src/redemption/card.ts';
import { ASK_OPEN_MS, type AskPolicy } from '../../src/redemption/questions.ts';
import type { ConsumeRequest, LookOptions } from '../../src/redemption/ports.ts';
import type { Ledger } from '../../src/redemption/ledger.ts';
import type { NewLine, NewMessage } from '../../src/redemption/message.ts';
import { createRedeemDesk, type RedeemParts } from '../../src/redemption/redeem.ts';
import { isRemainingComputed, remainingOf, type Outcome, type Redemption } from '../../src/redemption/redemption.ts';
import { newLine, newMessage } from '../ledger/fixtures.ts';
import { realTime } from '../../src/time/real.ts';

const CARD = '914095353294404024';
const CODE = '286104937502';
const SUCCEEDED: Outcome = { state: 'succeeded', vendorMsg: '成功' };
const POLICY: AskPolicy = { countOver: 5, repeatWithinMs: 120_000, openForMs: ASK_OPEN_MS };
const DETAIL: CardDetail = {
  card: CARD,
  name: '洗车次卡',
  remaining: 10,
  validUntil: '2099-12-31',
  memberName: null,
  memberPhone: null,
};

let ledger: Ledger;
beforeEach(async () => {
  ({ ledger } = await openInProcessLedger());
});
afterEach(() => ledger.close());

/** A desk whose vendor shows and answers what it is told, and notes of everything that it was asked, in order. */
/** The receipt of the newest question. */
async function waiting(): Promise<string | null> {
  const [newest] = await ledger.findQuestions({ ...newMessage(), user: 'wecom:zhangsan' });
  return newest?.redemption.receipt ?? null;
}

function makeDesk(look: (card: string) => CardLook | Promise<CardLook>, parts: Partial<RedeemParts> = {}) {
  const asked: (string | ConsumeRequest)[] = [];
  const timeouts: number[] = [];
  const settled: Redemption[] = [];
  const desk = createRedeemDesk({
    ledger,
    vendor: {
      consume: async (request) => {
        asked.push(request);
        return SUCCEEDED;
      },
      detail: async (card: string, { timeoutMs }: LookOptions) => {
        asked.push(card);
        timeouts.push(timeoutMs);
        return look(card);
      },
      close: async () => undefined,
    },
    onSettled: (redemption) => settled.push(redemption),
    time: realTime,
    onOverruled: () => undefined,
    onUnsaved: () => undefined,
    stop: new AbortController().signal,
    cardDetail: 'before',
    now: () => Date.parse('2026-11-23T12:00:00+08:00'),
    ...parts,
  });
  const redeem = async (line: Partial<NewLine> = {}, message: NewMessage = newMessage()) => {
    const [row] = await (await desk.redeem(message, [newLine(line)])).settled;
    if (row === undefined) throw new Error('no row');
    return row;
  };
  const consumed = () => asked.filter((each) => typeof each !== 'string');
  return { desk, redeem, asked, consumed, timeouts, settled };
}

const found = (change: Partial<CardDetail> = {}) => ({ kind: 'found', detail: { ...DETAIL, ...change } }) as const;

describe('looking before', () => {
  test('the card is looked at first, for at most 1.5 s, and what is left is known after success', async () => {
    const { redeem, asked, timeouts } = makeDesk(() => found());
    const row = await redeem({ count: 2 });
    expect(row).toMatchObject({ state: 'succeeded', remainingBefore: 10, cardName: '洗车次卡' });
    expect(remainingOf(row)).toBe(8);
    expect(isRemainingComputed(row)).toBe(true);
    expect(asked).toMatchObject([CARD, { card: CARD, count: 2 }]);
    expect(timeouts).toEqual([1_500]);
  });

  test('what was seen is on disk before the redemption is sent', async () => {
    const message = newMessage();
    const { desk } = makeDesk(() => found());
    const seen: unknown[] = [];
    const watching = createRedeemDesk({
      ledger,
      vendor: {
        consume: async () => {
          seen.push((await ledger.findMessage(message))?.redemptions[0]?.remainingBefore);
          return SUCCEEDED;
        },
        detail: async () => found(),
        close: async () => undefined,
      },
      onSettled: () => undefined,
      time: realTime,
      onOverruled: () => undefined,
      onUnsaved: () => undefined,
      stop: new AbortController().signal,
      cardDetail: 'before',
    });
    await (
      await watching.redeem(message, [newLine()])
    ).settled;
    await desk.idle();
    expect(seen).toEqual([10]);
  });

  test('a dynamic code is redeemed as the card that it stands for', async () => {
    const { redeem, asked } = makeDesk(() => found());
    expect(await redeem({ card: CODE })).toMatchObject({ card: CODE, realCard: CARD });
    expect(asked).toMatchObject([CODE, { card: CARD }]);
  });

  test.each([
    ['names none', CODE, null],
    ['repeats what was typed', CODE, CODE],
    ['repeats it in other letters', 'ab12cd34ef56', 'AB12CD34EF56'],
  ])('a vendor who %s has not named the card’s own number', async (_name, card, named) => {
    const { redeem, consumed } = makeDesk(() => found({ card: named }));
    expect(await redeem({ card })).toMatchObject({ state: 'succeeded', realCard: null, remainingBefore: 10 });
    expect(consumed()).toMatchObject([{ card }]);
  });

  test.each<[string, CardLook]>([
    ['says no', { kind: 'refused', vendorMsg: '次卡不存在' }],
    ['says nothing', { kind: 'unavailable' }],
  ])(
    'a look that %s changes nothing: the redemption goes as typed, and the vendor has the last word',
    async (_, look) => {
      const { redeem, consumed } = makeDesk(() => look);
      const row = await redeem({ card: CODE });
      expect(row).toMatchObject({ state: 'succeeded', realCard: null, remainingBefore: null });
      expect(remainingOf(row)).toBeNull();
      expect(isRemainingComputed(row)).toBe(false);
      expect(consumed()).toMatchObject([{ card: CODE }]);
    },
  );

  test.each<[string, Partial<CardDetail>, string]>([
    ['is over its last day', { validUntil: '2026-11-22' }, 'expired'],
    ['has fewer times than asked', { remaining: 1 }, 'too-few'],
    ['has none left', { remaining: 0 }, 'too-few'],
  ])('a card that %s is not sent', async (_name, detail, reason) => {
    const { redeem, consumed, settled } = makeDesk(() => found(detail));
    expect(await redeem({ count: 2 })).toMatchObject({ state: 'unsent', reason, ...pick(detail) });
    expect(consumed()).toEqual([]);
    expect(settled).toMatchObject([{ reason }]);
  });

  test('a card on its last day with just enough times is sent', async () => {
    const { redeem } = makeDesk(() => found({ validUntil: '2026-11-23', remaining: 2 }));
    expect(remainingOf(await redeem({ count: 2 }))).toBe(0);
  });

  test('a service that was taken for dead while it looked does not send any more', async () => {
    const message = newMessage();
    const { redeem, consumed } = makeDesk(async () => {
      const row = (await ledger.findMessage(message))?.redemptions[0];
      await ledger.settle(row ?? { id: -1, message: -1 }, { state: 'unknown', reason: 'interrupted' });
      return found();
    });
    // It is the only one who can know that nothing has left.
    expect(await redeem({}, message)).toMatchObject({ state: 'unsent', reason: 'overdue' });
    expect(consumed()).toEqual([]);
  });

  test('nothing is sent when what was seen cannot be kept', async () => {
    const { redeem, consumed } = makeDesk(() => found(), {
      ledger: { ...ledger, noteCard: () => Promise.reject(new Error('disk full')) },
    });
    expect(await redeem()).toMatchObject({ state: 'unsent', reason: 'storage' });
    expect(consumed()).toEqual([]);
  });
});

describe('looking after', () => {
  test('what is left is looked for after success only, for at most 1 s, and kept', async () => {
    const message = newMessage();
    const { redeem, asked, timeouts } = makeDesk(() => found({ remaining: 7 }), { cardDetail: 'after' });
    const row = await redeem({ count: 2 }, message);
    expect(remainingOf(row)).toBe(7);
    expect(isRemainingComputed(row)).toBe(false);
    expect(asked).toMatchObject([{ card: CARD }, CARD]);
    expect(timeouts).toEqual([1_000]);
    expect((await ledger.findMessage(message))?.redemptions[0]?.remainingAfter).toBe(7);
  });

  test('the outcome is on disk before that', async () => {
    const message = newMessage();
    const { redeem } = makeDesk(
      async () => {
        expect((await ledger.findMessage(message))?.redemptions[0]?.state).toBe('succeeded');
        return { kind: 'unavailable' };
      },
      { cardDetail: 'after' },
    );
    expect(remainingOf(await redeem({}, message))).toBeNull();
  });
});

test('when it is turned off nothing is looked at', async () => {
  const { redeem, asked } = makeDesk(() => found(), { cardDetail: 'off', policy: POLICY });
  expect(await redeem({ card: 'OTHER1' })).toMatchObject({ state: 'succeeded' });
  expect(await redeem({ count: 6 })).toMatchObject({ state: 'asked' });
  expect(asked).toHaveLength(1);
});

describe('a question', () => {
  test('shows the card and what is left; nothing is sent, and it is not counted as done', async () => {
    const { redeem, consumed, settled } = makeDesk(() => found(), { policy: POLICY });
    expect(await redeem({ count: 6 })).toMatchObject({ state: 'asked', cardName: '洗车次卡', remainingBefore: 10 });
    expect(consumed()).toEqual([]);
    expect(settled).toEqual([]);
  });

  test('about two readings looks at both cards', async () => {
    const other = { card: '9140953532944040', count: 24 };
    const { redeem } = makeDesk((card) => (card === CARD ? found() : { kind: 'refused', vendorMsg: null }));
    expect(await redeem({ count: 1, other })).toMatchObject({
      remainingBefore: 10,
      question: { other: { ...other, remaining: null } },
    });
  });

  test.each<[string, Partial<CardDetail>, string]>([
    ['has fewer times', { remaining: 5 }, 'too-few'],
    ['has none left', { remaining: 0 }, 'too-few'],
    ['is over its last day', { validUntil: '2026-11-22' }, 'expired'],
  ])('is not put where the card %s: it is refused at once, and counted', async (_name, detail, reason) => {
    const { redeem, consumed, settled } = makeDesk(() => found(detail), { policy: POLICY });
    expect(await redeem({ count: 6 })).toMatchObject({ state: 'unsent', reason, ...pick(detail) });
    expect(consumed()).toEqual([]);
    expect(settled).toMatchObject([{ reason }]);
  });

  test('nor where the card behind a code, used a moment ago, has none left', async () => {
    let remaining = 10;
    const { redeem, consumed } = makeDesk(() => found({ remaining }), { policy: POLICY });
    await redeem({ card: CARD });
    remaining = 0;
    expect(await redeem({ card: CODE })).toMatchObject({ state: 'unsent', reason: 'too-few', remainingBefore: 0 });
    expect(await redeem({ card: CARD })).toMatchObject({ state: 'unsent', reason: 'too-few' });
    expect(consumed()).toHaveLength(1);
  });

  test.each([
    ['the first', { remaining: 0 }, {}, { count: 24, question: { other: { count: 1, blocked: 'too-few' } } }],
    ['the second', {}, { remaining: 23 }, { count: 1, question: { other: { count: 24, blocked: 'too-few' } } }],
    ['the first', { validUntil: '2020-01-01' }, {}, { count: 24, question: { other: { blocked: 'expired' } } }],
  ])('about two readings, %s of which cannot be meant, is about the other', async (_name, one, two, left) => {
    const other = { card: '9140953532944040', count: 24 };
    const { redeem } = makeDesk((card) =>
      card === CARD ? found(one) : found({ card: other.card, remaining: 30, ...two }),
    );
    expect(await redeem({ count: 1, other })).toMatchObject({ state: 'asked', ...left });
  });

  test('about two readings, none of which can be meant, is not put', async () => {
    const other = { card: '9140953532944040', count: 24 };
    const { redeem, consumed } = makeDesk((card) => found({ card, remaining: 0 }));
    expect(await redeem({ count: 1, other })).toMatchObject({ state: 'unsent', reason: 'too-few' });
    expect(consumed()).toEqual([]);
  });

  test('that is confirmed is sent once, after another look', async () => {
    let remaining = 10;
    const { desk, redeem, consumed } = makeDesk(() => found({ remaining }), { policy: POLICY });
    const { receipt } = await redeem({ count: 6 });
    remaining = 9;
    const yes = newMessage({ text: '确认' });
    const deliveries = await Promise.all(Array.from({ length: 5 }, () => desk.redeem(yes, [], [{ line: 0, receipt }])));
    const rows = await Promise.all(deliveries.map(({ settled }) => settled));
    for (const [row] of rows) expect(row).toMatchObject({ receipt, state: 'succeeded', remainingBefore: 9 });
    const again = await desk.redeem(newMessage({ text: '确认' }), [], [{ line: 0, receipt }]);
    expect(await again.settled).toEqual([]);
    expect(consumed()).toMatchObject([{ card: CARD, count: 6, remark: receipt }]);
  });

  test('that is confirmed is not sent when the card has run out meanwhile', async () => {
    let remaining = 10;
    const { desk, redeem, consumed } = makeDesk(() => found({ remaining }), { policy: POLICY });
    await redeem({ count: 6 });
    remaining = 5;
    const receipt = await waiting();
    const [row] = await (await desk.redeem(newMessage(), [], [{ line: 0, receipt }])).settled;
    expect(row).toMatchObject({ state: 'unsent', reason: 'too-few', remainingBefore: 5 });
    expect(consumed()).toEqual([]);
  });

  test('that is confirmed goes to the card behind the code, though the code has changed meanwhile', async () => {
    const { desk, redeem, consumed } = makeDesk((card) => (card === CODE ? found() : { kind: 'unavailable' }), {
      policy: POLICY,
    });
    await redeem({ card: CODE, count: 6 });
    const receipt = await waiting();
    await (
      await desk.redeem(newMessage(), [], [{ line: 0, receipt }])
    ).settled;
    expect(consumed()).toMatchObject([{ card: CARD, count: 6 }]);
  });

  test('is put when a code turns out to be a card that was used a moment ago, and once only', async () => {
    const { desk, redeem, consumed } = makeDesk(() => found(), { policy: POLICY });
    await redeem({ card: CARD });
    expect(await redeem({ card: CODE })).toMatchObject({ state: 'asked', question: { why: { kind: 'repeat' } } });
    expect(consumed()).toHaveLength(1);
    const receipt = await waiting();
    const [row] = await (await desk.redeem(newMessage(), [], [{ line: 0, receipt }])).settled;
    expect(row).toMatchObject({ state: 'succeeded' });
  });
});

function pick({ remaining, validUntil }: Partial<CardDetail>) {
  return {
    ...(remaining === undefined ? {} : { remainingBefore: remaining }),
    ...(validUntil === undefined ? {} : { validUntil }),
  };
}

import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { CardLook } from '../../src/redemption/card.ts';
import { ASK_OPEN_MS } from '../../src/redemption/questions.ts';
import type { Ledger } from '../../src/redemption/ledger.ts';
import type { NewMessage } from '../../src/redemption/message.ts';
import { createRedeemDesk } from '../../src/redemption/redeem.ts';
import type { Outcome } from '../../src/redemption/redemption.ts';
import { realTime } from '../../src/time/real.ts';
import type { Time } from '../../src/time/time.ts';
import { createDatabase } from '../support/databases.ts';
import { commits } from '../support/postgres-proxy.ts';
import { newLine, newMessage } from './fixtures.ts';
import { eventually, PostgresPlace } from './postgres-place.ts';

const CARD = '914095353294404024';
const CODE = '286104937502';
const HOUR_MS = 3_600_000;
const POLICY = { countOver: 5, repeatWithinMs: 120_000, openForMs: ASK_OPEN_MS };
const SUCCEEDED: Outcome = { state: 'succeeded', vendorMsg: '成功' };
const FOUND: CardLook = {
  kind: 'found',
  detail: { card: CARD, name: null, remaining: 20, validUntil: null, memberName: null, memberPhone: null },
};

let place: PostgresPlace;
beforeEach(async () => {
  place = new PostgresPlace(await createDatabase(), HOUR_MS);
});
afterEach(() => place.clear());

/** A service whose vendor answers when it is told to. */
function deskOver(ledger: Ledger) {
  const calls: string[] = [];
  const answer = Promise.withResolvers<Outcome>();
  const desk = createRedeemDesk({
    ledger,
    vendor: {
      async consume({ card }) {
        calls.push(card);
        return answer.promise;
      },
      detail: async () => FOUND,
      close: async () => undefined,
    },
    time: realTime,
    onSettled: () => undefined,
    onOverruled: () => undefined,
    onUnsaved: () => undefined,
    stop: new AbortController().signal,
    cardDetail: 'before',
    policy: POLICY,
  });
  return { desk, calls, vendorSaysYes: () => answer.resolve(SUCCEEDED) };
}

/** A service that does not hear whether its `nth` commit from now on was done, and tries again only when it is let. */
async function openSlow() {
  const mayTryAgain = Promise.withResolvers<undefined>();
  onTestFinished(() => mayTryAgain.resolve(undefined));
  // The pauses between tries are the only short ones.
  const time: Time = {
    ...realTime,
    monotonic: () => 0,
    sleep: (ms, signal) => (ms < 1_000 ? mayTryAgain.promise : realTime.sleep(ms, signal)),
  };
  const { ledger, proxy } = await place.open({ heartbeatMs: HOUR_MS, pollMs: HOUR_MS, time });
  return {
    ledger,
    proxy,
    letItTryAgain: () => mayTryAgain.resolve(undefined),
    loseCommit(nth: number) {
      let seen = 0;
      proxy.judge = (text) => (commits(text) && ++seen === nth ? 'lose-answer' : 'pass');
    },
  };
}

/** Waits until the message is asked about at another service, and says yes there. */
async function confirmAt(ledger: Ledger, { desk }: ReturnType<typeof deskOver>, question: NewMessage) {
  const { receipt } = await eventually(async () =>
    (await ledger.findMessage(question))?.redemptions.find(({ state }) => state === 'asked'),
  );
  const redeeming = await desk.redeem(newMessage({ text: '确认' }), [], [{ line: 0, receipt }]);
  expect(redeeming.message.redemptions).toMatchObject([{ state: 'pending' }]);
  return redeeming;
}

describe('a question that is confirmed at another service while the first did not hear that it was stored', () => {
  test('is not called by the first when it finds its claim', async () => {
    const slow = await openSlow();
    const { ledger } = await place.open();
    const [first, other] = [deskOver(slow.ledger), deskOver(ledger)];
    slow.loseCommit(1);
    const question = newMessage();
    const redeeming = first.desk.redeem(question, [newLine({ count: 12 })]);
    const confirmed = await confirmAt(ledger, other, question);
    slow.letItTryAgain();
    expect((await redeeming).won).toBe(true);
    await realTime.sleep(300);
    other.vendorSaysYes();
    first.vendorSaysYes();
    expect(await confirmed.settled).toMatchObject([{ state: 'succeeded' }]);
    expect(await (await redeeming).settled).toMatchObject([{ state: 'succeeded' }]);
    expect([first.calls, other.calls]).toEqual([[], [CARD]]);
  });

  test('is not called by the first when it notes its card again', async () => {
    const slow = await openSlow();
    const { ledger } = await place.open();
    const [first, other] = [deskOver(slow.ledger), deskOver(ledger)];
    // By the same clock as the question, which stands still.
    await slow.ledger.claim(newMessage(), [newLine({ card: CARD })]);
    slow.loseCommit(2);
    const question = newMessage();
    const { settled } = await first.desk.redeem(question, [newLine({ card: CODE })]);
    const confirmed = await confirmAt(ledger, other, question);
    slow.letItTryAgain();
    await realTime.sleep(300);
    other.vendorSaysYes();
    first.vendorSaysYes();
    expect(await confirmed.settled).toMatchObject([{ state: 'succeeded' }]);
    expect(await settled).toMatchObject([{ state: 'succeeded' }]);
    expect([first.calls, other.calls]).toEqual([[], [CARD]]);
  });

  test('is neither told nor stored as not sent by the first, which could not reach storage meanwhile', async () => {
    const slow = await openSlow();
    const { ledger } = await place.open();
    const [first, other] = [deskOver(slow.ledger), deskOver(ledger)];
    // By the same clock as the question, which stands still.
    await slow.ledger.claim(newMessage(), [newLine({ card: CARD })]);
    slow.loseCommit(2);
    const question = newMessage();
    const { settled } = await first.desk.redeem(question, [newLine({ card: CODE })]);
    const confirmed = await confirmAt(ledger, other, question);
    slow.proxy.setAlive(false);
    slow.letItTryAgain();
    expect(await Promise.race([settled, realTime.sleep(1_000).then(() => 'nothing told')])).toBe('nothing told');
    slow.proxy.setAlive(true);
    // Its "not sent" is stored now, if it is, while the other's request is at the vendor.
    await realTime.sleep(2_000);
    other.vendorSaysYes();
    expect(await confirmed.settled).toMatchObject([{ state: 'succeeded', vendorMsg: '成功' }]);
    expect(await settled).toMatchObject([{ state: 'succeeded' }]);
    expect(first.calls).toEqual([]);
  });
});

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { OpenedLedger } from '../../../src/ledger/ledger.ts';
import { ASK_OPEN_MS, NEVER_ASK, type AskPolicy } from '../../../src/redemption/questions.ts';
import { REQUESTS_PER_DAY } from '../../../src/redemption/people.ts';
import type { NewMessage } from '../../../src/redemption/message.ts';
import { lineOf, newLine, newMessage, newRequest } from '../fixtures.ts';
import { places, type LedgerPlace } from '../places.ts';

const HOUR_MS = 3_600_000;
const POLICY: AskPolicy = { countOver: 5, repeatWithinMs: 120_000, openForMs: ASK_OPEN_MS };
const SEEN = { realCard: null, cardName: null, validUntil: null, remaining: 10 };

type Opened = Pick<OpenedLedger, 'ledger' | 'notices' | 'people'>;

const steps = places.flatMap((place) => [8, 0.5, 87_600].map((hours) => ({ ...place, hours })));

/** What every ledger does when its clock was ahead and is set back: nothing waits for hours, and nothing stays valid. */
describe.each(steps)('$name, whose clock is set back by $hours hours', ({ make, hours }) => {
  const stepMs = hours * HOUR_MS;
  let place: LedgerPlace;
  let opened: Opened;
  beforeEach(async () => {
    place = await make();
    opened = await place.open(() => ['refused']);
  });
  afterEach(async () => {
    await opened.ledger.close().catch(() => undefined);
    await place.clear();
  });

  async function redeem(message: NewMessage = newMessage()) {
    const claimed = await opened.ledger.claim(message, [newLine()]);
    return { id: claimed.message.id, line: lineOf(claimed) };
  }
  /** A message whose late reply is under way. */
  async function beingSent(): Promise<number> {
    const { id, line } = await redeem();
    await opened.ledger.settle(line, { state: 'succeeded', vendorMsg: null });
    await opened.ledger.queueReply(id, 0);
    expect((await opened.ledger.takeDueReplies(9, 60_000)).map((message) => message.id)).toEqual([id]);
    return id;
  }
  const dueReplies = async () => (await opened.ledger.takeDueReplies(9, 60_000)).map(({ id }) => id);

  test('sends a late reply that was to be tried again later, and one whose sender died', async () => {
    const tried = await beingSent();
    await opened.ledger.finishReply(tried, { kind: 'retry', afterMs: 600_000 }, 0);
    const begun = await beingSent();
    expect(await dueReplies()).toEqual([]);
    await place.setBack(stepMs);
    expect((await dueReplies()).toSorted((a, b) => a - b)).toEqual([tried, begun]);
    // And then in its own time.
    expect(await dueReplies()).toEqual([]);
  });

  test('sends a reply that was to wait for a moment, and tells a held one with the next message', async () => {
    const { id, line } = await redeem();
    await opened.ledger.settle(line, { state: 'succeeded', vendorMsg: null });
    await opened.ledger.queueReply(id, 60_000);
    const held = await beingSent();
    await opened.ledger.finishReply(held, { kind: 'hold' }, 0);
    await place.setBack(stepMs);
    const { taken } = await opened.ledger.takeHeldReplies('wecom:zhangsan', newMessage());
    expect(taken.map((message) => message.id)).toEqual([held]);
    expect(await dueReplies()).toEqual([id]);
  });

  test('tries a reply again that was held until an operator has mended something', async () => {
    const held = await beingSent();
    await opened.ledger.finishReply(held, { kind: 'hold', afterMs: 600_000 }, 0);
    expect(await dueReplies()).toEqual([]);
    await place.setBack(stepMs);
    expect(await dueReplies()).toEqual([held]);
    expect(await dueReplies()).toEqual([]);
  });

  test('takes a question that was asked as lapsed: it cannot be confirmed any more', async () => {
    const asked = await opened.ledger.claim(newMessage(), [newLine({ count: 9 })], {
      policy: POLICY,
      confirmations: [],
    });
    const question = lineOf(asked);
    await place.setBack(stepMs);
    for (const receipt of [null, asked.message.redemptions[0]?.receipt ?? '']) {
      const confirmed = await opened.ledger.claim(newMessage({ text: '确认' }), [], {
        policy: POLICY,
        confirmations: [{ line: 0, receipt }],
      });
      expect(confirmed.message.redemptions).toEqual([]);
    }
    await opened.ledger.expireQuestions();
    expect(await opened.ledger.findRedemption(question.id)).toMatchObject({ state: 'unsent', reason: 'unconfirmed' });
  });

  test('does not ask for hours about a card that was used when the clock was ahead', async () => {
    await redeem();
    await place.setBack(stepMs);
    const asking = { policy: POLICY, confirmations: [] };
    expect((await opened.ledger.claim(newMessage(), [newLine()], asking)).message.redemptions).toMatchObject([
      { state: 'pending' },
    ]);
  });

  test('looks at the cards of unknowns at once and in their own time, and concludes nothing from it', async () => {
    const { line } = await redeem();
    await opened.ledger.noteCard(line, SEEN, NEVER_ASK);
    await opened.ledger.settle(line, { state: 'unknown', reason: 'timeout' });
    const due = async () => (await opened.ledger.takeDueLooks(9, 30_000, 3_000)).map(({ id }) => id);
    expect(await due()).toEqual([]);
    await place.setBack(stepMs);
    expect(await due()).toEqual([line.id]);
    expect(await due()).toEqual([]);
    expect(await opened.ledger.settleByLook(line.id, 8, false)).toMatchObject({ state: 'unknown' });
    expect(await opened.ledger.settleByLook(line.id, 10, true)).toMatchObject({ state: 'unknown' });
    await opened.ledger.scheduleLook(line.id, Date.now() + 10 * stepMs);
    await place.setBack(stepMs);
    expect(await due()).toEqual([line.id]);
  });

  test('lets group robots speak that rest, that do not work, or whose speaker died', async () => {
    const { notices: noticeLedger } = opened;
    const refuse = async (robot: string) => {
      const { line } = await redeem();
      await opened.ledger.settle(line, { state: 'refused', vendorMsg: null });
      const open = await noticeLedger.openNotices(9);
      await noticeLedger.address(open.map((notice) => ({ notice, robots: [robot] })));
    };
    const speak = async (robot: string) => {
      await refuse(robot);
      expect(await noticeLedger.takeDueRobots(9, 30_000)).toEqual([robot]);
      const taken = await noticeLedger.takeLines(robot, 9);
      return noticeLedger.beginMessage(
        robot,
        robot,
        (taken?.lines ?? []).map(({ notice }) => notice),
      );
    };
    await noticeLedger.finishMessage('resting', (await speak('resting')).id, { kind: 'retry', restMs: 600_000 });
    await noticeLedger.finishMessage('parked', (await speak('parked')).id, { kind: 'parked', restMs: HOUR_MS });
    await speak('begun');
    expect(await noticeLedger.takeDueRobots(9, 30_000)).toEqual([]);
    await place.setBack(stepMs);
    expect((await noticeLedger.takeDueRobots(9, 30_000)).toSorted()).toEqual(['begun', 'parked', 'resting']);
    expect(await noticeLedger.takeDueRobots(9, 30_000)).toEqual([]);
  });

  test('gives the summary of the day to a robot that became known when the clock was ahead', async () => {
    await opened.notices.enrol(['r1']);
    await place.setBack(stepMs);
    await opened.notices.planSummaries('2026-11-23', 1, ['r1']);
    expect(await opened.notices.openNotices(9)).toMatchObject([{ robot: 'r1', kind: 'summary' }]);
  });

  test('takes a request to be bound as lapsed, and lets the person ask again as often as on any day', async () => {
    const { people } = opened;
    const numbers: number[] = [];
    for (let employeeId = 1; employeeId <= REQUESTS_PER_DAY; employeeId += 1)
      numbers.push((await people.askBinding(newRequest({ employeeId })))?.number ?? -1);
    expect(await people.askBinding(newRequest({ employeeId: 99 }))).toBeNull();
    await place.setBack(stepMs);
    expect(await people.openBindingRequests(null, 9)).toEqual([]);
    const last = numbers.at(-1) ?? -1;
    expect(await people.findBindingRequest(last)).toMatchObject({ state: 'expired' });
    expect(await people.decideBinding(last, 'agreed', 'wecom:m', 30_000)).toMatchObject({ won: false });
    expect(await people.askBinding(newRequest({ employeeId: 99 }))).toMatchObject({ state: 'open' });
  });

  test('lets another service carry out a decision whose service died', async () => {
    const { people } = opened;
    const number = (await people.askBinding(newRequest()))?.number ?? -1;
    await people.decideBinding(number, 'agreed', 'wecom:a', 30_000);
    expect((await people.decideBinding(number, 'agreed', 'wecom:b', 30_000)).won).toBe(false);
    await place.setBack(stepMs);
    expect((await people.decideBinding(number, 'agreed', 'wecom:b', 30_000)).won).toBe(true);
  });
});

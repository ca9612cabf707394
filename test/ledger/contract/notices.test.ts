import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { NoticeKind } from '../../../src/redemption/notices.ts';
import type { NoticeLedger, Ledger } from '../../../src/redemption/ledger.ts';
import type { Outcome } from '../../../src/redemption/redemption.ts';
import { lineOf, newLine, newMessage } from '../fixtures.ts';
import { places, type LedgerPlace } from '../places.ts';

interface Opened {
  readonly ledger: Ledger;
  readonly notices: NoticeLedger;
}

const DEFAULT_KINDS: readonly NoticeKind[] = ['refused', 'unknown', 'settled', 'summary'];
const REFUSED: Outcome = { state: 'refused', vendorMsg: '剩余次数不足' };
const HOUR_MS = 3_600_000;

/** What every ledger promises of notices. */
describe.each(places)('$name keeps the promises of notices', ({ make }) => {
  let place: LedgerPlace;
  let opened: Opened;
  let noticeLedger: NoticeLedger;
  let wanted: readonly NoticeKind[];
  beforeEach(async () => {
    place = await make();
    await open();
  });
  afterEach(async () => {
    await opened.ledger.close().catch(() => undefined);
    await place.clear();
  });

  async function open(): Promise<void> {
    wanted = DEFAULT_KINDS;
    opened = await place.open(() => wanted);
    noticeLedger = opened.notices;
  }

  async function redeem(outcome: Outcome, store = 'EW_N1'): Promise<number> {
    const claim = await opened.ledger.claim(newMessage(), [newLine({ store: { code: store, name: '人民路店' } })]);
    const row = lineOf(claim);
    await opened.ledger.settle(row, outcome);
    return row.id;
  }

  /** Everything that is open goes to `robots`; returns the notices' ids. */
  async function addressAll(...robots: string[]): Promise<number[]> {
    const open = await noticeLedger.openNotices(100);
    await noticeLedger.address(open.map((notice) => ({ notice, robots })));
    return open.map(({ id }) => id);
  }

  /** Takes the robot and begins one message with all that waits for it. */
  async function begin(robot: string) {
    expect(await noticeLedger.takeDueRobots(10, 60_000)).toContain(robot);
    const taken = await noticeLedger.takeLines(robot, 100);
    const notices = (taken?.lines ?? []).map(({ notice }) => notice);
    return { notices, message: await noticeLedger.beginMessage(robot, crypto.randomUUID(), notices) };
  }

  test('only what a group wants to hear is put on record', async () => {
    await redeem({ state: 'succeeded', vendorMsg: '成功' });
    await redeem({ state: 'unsent', reason: 'no-connection' });
    await redeem(REFUSED, 'EW_N2');
    await redeem({ state: 'unknown', reason: 'timeout' });
    const open = await noticeLedger.openNotices(100);
    expect(open.map(({ kind, storeCode }) => [kind, storeCode])).toEqual([
      ['refused', 'EW_N2'],
      ['unknown', 'EW_N1'],
    ]);
    wanted = ['succeeded'];
    await redeem({ state: 'succeeded', vendorMsg: null });
    expect((await noticeLedger.openNotices(100)).map(({ kind }) => kind)).toEqual(['refused', 'unknown', 'succeeded']);
  });

  test('an outcome that is told twice is on record once', async () => {
    const id = await redeem(REFUSED);
    await opened.ledger.settle(await opened.ledger.findRedemption(id), REFUSED);
    expect(await noticeLedger.openNotices(100)).toHaveLength(1);
  });

  test('what a crash left unknown is on record, and so is what it turns out to have been', async () => {
    const claim = await opened.ledger.claim(newMessage(), [newLine()]);
    await place.crash(opened.ledger);
    await open();
    expect((await noticeLedger.openNotices(100)).map(({ kind }) => kind)).toEqual(['unknown']);
    await opened.ledger.settle(lineOf(claim), { state: 'succeeded', vendorMsg: null });
    expect((await noticeLedger.openNotices(100)).map(({ kind }) => kind)).toEqual(['unknown', 'settled']);
  });

  test('a robot is due when something waits for it, and one sender has it until the lease ends', async () => {
    await noticeLedger.enrol(['r1', 'r2']);
    expect(await noticeLedger.takeDueRobots(10, 60_000)).toEqual([]);
    await redeem(REFUSED);
    await addressAll('r1');
    const takes = await Promise.all([noticeLedger.takeDueRobots(10, -1), noticeLedger.takeDueRobots(10, 60_000)]);
    expect(takes.flat()).toContain('r1');
    expect(takes.flat()).not.toContain('r2');
    await noticeLedger.takeDueRobots(10, 60_000);
    expect(await noticeLedger.takeDueRobots(10, 60_000)).toEqual([]);
  });

  test('a line says all that is known about its redemption', async () => {
    const id = await redeem(REFUSED);
    await addressAll('r1');
    await noticeLedger.takeDueRobots(10, 60_000);
    const taken = await noticeLedger.takeLines('r1', 100);
    expect(taken).toMatchObject({ message: null, waiting: 1, failures: 0 });
    expect(taken?.lines).toMatchObject([
      {
        kind: 'refused',
        user: 'wecom:zhangsan',
        binding: null,
        day: null,
        redemption: { id, state: 'refused', vendorMsg: '剩余次数不足', store: { code: 'EW_N1', name: '人民路店' } },
      },
    ]);
  });

  test('a notice reaches each robot once, however often it is addressed', async () => {
    await redeem(REFUSED);
    const [notice] = await noticeLedger.openNotices(100);
    if (notice === undefined) throw new Error('no notice');
    await Promise.all([
      noticeLedger.address([{ notice, robots: ['r1', 'r2'] }]),
      noticeLedger.address([{ notice, robots: ['r2', 'r1'] }]),
    ]);
    expect(await noticeLedger.countWaiting()).toBe(2);
    const { message, notices } = await begin('r1');
    await noticeLedger.finishMessage('r1', message.id, { kind: 'sent', told: notices, restMs: 0 });
    await noticeLedger.address([{ notice, robots: ['r1'] }]);
    expect(await noticeLedger.countWaiting()).toBe(1);
    expect(await noticeLedger.openNotices(100)).toEqual([]);
  });

  test('after a message the robot rests, also when more comes meanwhile', async () => {
    await redeem(REFUSED);
    await addressAll('r1');
    const { message, notices } = await begin('r1');
    await noticeLedger.finishMessage('r1', message.id, { kind: 'sent', told: notices, restMs: 60_000 });
    expect(await noticeLedger.countWaiting()).toBe(0);
    await redeem(REFUSED);
    await addressAll('r1');
    expect(await noticeLedger.takeDueRobots(10, 60_000)).toEqual([]);
  });

  test('without a rest it is due again as soon as more comes', async () => {
    await redeem(REFUSED);
    await addressAll('r1');
    const { message, notices } = await begin('r1');
    await redeem(REFUSED);
    await addressAll('r1');
    await noticeLedger.finishMessage('r1', message.id, { kind: 'sent', told: notices, restMs: 0 });
    expect((await begin('r1')).notices).toHaveLength(1);
  });

  test('only the lines that were really in the message count as told', async () => {
    await redeem(REFUSED);
    await redeem(REFUSED);
    const [first = -1, second = -1] = await addressAll('r1');
    const { message } = await begin('r1');
    await noticeLedger.finishMessage('r1', message.id, { kind: 'sent', told: [first], restMs: 0 });
    expect((await begin('r1')).notices).toEqual([second]);
  });

  test('a message that failed, or whose sender died, is the same message when it is tried again', async () => {
    await redeem(REFUSED);
    await addressAll('r1');
    const { message, notices } = await begin('r1');
    await noticeLedger.finishMessage('r1', message.id, { kind: 'retry', restMs: 0 });
    await redeem(REFUSED);
    await addressAll('r1');
    await noticeLedger.takeDueRobots(10, -1_000);
    const again = await noticeLedger.takeLines('r1', 100);
    expect(again).toMatchObject({ message: { ...message, bare: false }, waiting: 2, failures: 1 });
    expect(again?.lines.map(({ notice }) => notice)).toEqual(notices);

    await opened.ledger.close();
    await open();
    expect(await noticeLedger.takeDueRobots(10, 60_000)).toEqual(['r1']);
    expect((await noticeLedger.takeLines('r1', 100))?.message).toEqual(message);
    await noticeLedger.finishMessage('r1', message.id, { kind: 'bare', restMs: 0 });
    await noticeLedger.takeDueRobots(10, 60_000);
    expect((await noticeLedger.takeLines('r1', 100))?.message).toEqual({ ...message, bare: true });
  });

  test('a robot never has two messages under way', async () => {
    await redeem(REFUSED);
    await addressAll('r1');
    const { notices } = await begin('r1');
    await expect(noticeLedger.beginMessage('r1', 'another', notices)).rejects.toMatchObject({ code: 'storage' });
  });

  test.each<[string, () => Promise<void>]>([
    ['it is woken', () => noticeLedger.wake('r1')],
    ['robots are enrolled, be it one of them or not', () => noticeLedger.enrol(['r2'])],
  ])('a parked robot rests until %s', async (_what, wake) => {
    await redeem(REFUSED);
    await addressAll('r1');
    const { message } = await begin('r1');
    await noticeLedger.finishMessage('r1', message.id, { kind: 'parked', restMs: HOUR_MS });
    await noticeLedger.wake('r2');
    expect(await noticeLedger.takeDueRobots(10, 60_000)).toEqual([]);
    await wake();
    expect(await noticeLedger.takeDueRobots(10, 60_000)).toEqual(['r1']);
    // Being tried just now, it must not be handed out a second time.
    await wake();
    expect(await noticeLedger.takeDueRobots(10, 60_000)).toEqual([]);
  });

  test('what is too old is given up, also out of a message that was begun', async () => {
    await redeem(REFUSED);
    await addressAll('r1');
    const { message } = await begin('r1');
    await noticeLedger.finishMessage('r1', message.id, { kind: 'retry', restMs: 0 });
    expect(await noticeLedger.giveUpLines('r1', HOUR_MS)).toBe(0);
    expect(await noticeLedger.giveUpLines('r1', -1_000)).toBe(1);
    expect(await noticeLedger.countWaiting()).toBe(0);
    await noticeLedger.takeDueRobots(10, 60_000);
    expect(await noticeLedger.takeLines('r1', 100)).toBeNull();
    await redeem(REFUSED);
    await addressAll('r1');
    expect((await begin('r1')).message.id).not.toBe(message.id);
  });

  test('what waits for a robot that is gone is addressed anew, and comes back to it when it does', async () => {
    await redeem(REFUSED);
    const ids = await addressAll('r1');
    await begin('r1');
    await noticeLedger.dismiss('r1');
    expect((await noticeLedger.openNotices(100)).map(({ id }) => id)).toEqual(ids);
    await addressAll('r2', 'r1');
    expect((await begin('r2')).notices).toEqual(ids);
    expect((await noticeLedger.takeLines('r1', 100))?.lines.map(({ notice }) => notice)).toEqual(ids);
  });

  test('a summary is planned once per robot and day, and not for who came later', async () => {
    await noticeLedger.enrol(['r1', 'r2']);
    const plan = (day: string, at: number) => noticeLedger.planSummaries(day, at, ['r1', 'r2', 'r3']);
    const soon = Date.now() + HOUR_MS;
    await Promise.all([plan('2026-11-23', soon), plan('2026-11-23', soon)]);
    await plan('2026-11-22', Date.now() - HOUR_MS);
    expect((await noticeLedger.openNotices(100)).map(({ kind, robot }) => [kind, robot]).toSorted()).toEqual([
      ['summary', 'r1'],
      ['summary', 'r2'],
    ]);
    await plan('2026-11-24', soon);
    expect(await noticeLedger.openNotices(100)).toHaveLength(4);
  });

  test('news of a binding come as they were told', async () => {
    const store = { code: 'EW_N1', name: '人民路店' };
    const news = { change: 'bound' as const, user: 'wecom:lisi', name: '李四', store, by: '李经理' };
    await noticeLedger.recordBinding(news);
    await addressAll('r1');
    await noticeLedger.takeDueRobots(10, 60_000);
    expect((await noticeLedger.takeLines('r1', 10))?.lines).toMatchObject([{ kind: 'binding', binding: news }]);
  });

  test('a tally counts lines and times by store, person and outcome within its time', async () => {
    const from = Date.now() - HOUR_MS;
    const to = Date.now() + HOUR_MS;
    await redeem({ state: 'succeeded', vendorMsg: null });
    await redeem({ state: 'succeeded', vendorMsg: null });
    await redeem(REFUSED, 'EW_N2');
    await redeem(REFUSED, 'EW_N3');
    const id = await redeem({ state: 'unknown', reason: 'timeout' }, 'EW_N2');
    const ask = (question: object) =>
      opened.ledger.findStoreRecords({ storeCodes: ['EW_N1', 'EW_N2'], from, to, unknowns: 10, ...question });
    const { counts, unknown, unknownBefore } = await ask({});
    const user = 'wecom:zhangsan';
    const keyOf = ({ store, state }: (typeof counts)[number]) => `${store?.code ?? ''} ${state}`;
    const store = (code: string) => ({ code, name: '人民路店' });
    expect(counts.toSorted((a, b) => keyOf(a).localeCompare(keyOf(b)))).toEqual([
      { store: store('EW_N1'), user, name: null, state: 'succeeded', lines: 2, times: 4 },
      { store: store('EW_N2'), user, name: null, state: 'refused', lines: 1, times: 2 },
      { store: store('EW_N2'), user, name: null, state: 'unknown', lines: 1, times: 2 },
    ]);
    expect(unknown).toMatchObject([{ user, redemption: { id } }]);
    expect(unknownBefore).toBe(0);
    expect(await ask({ from: to, to: to + 1 })).toEqual({ counts: [], unknown: [], unknownBefore: 1 });
    expect(await ask({ storeCodes: [] })).toEqual({ counts: [], unknown: [], unknownBefore: 0 });
  });
});

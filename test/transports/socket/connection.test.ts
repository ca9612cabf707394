import { expect, test } from 'vitest';
import type { Carrier, Incoming } from '../../../src/chat/channel.ts';
import { LedgerError } from '../../../src/ledger/errors.ts';
import { ToyGateway } from '../../support/toy-gateway.ts';
import { BEAT_MS, REFUSED_MS, SILENT_MS } from '../../support/toy-socket.ts';
import { settled, VirtualTime } from '../../support/virtual-time.ts';
import { REPLY, startStage, type Stage } from './stage.ts';

const SECOND = 1_000;
const MINUTE = 60_000;
const HOUR = 3_600_000;

const reasons = ({ said }: Stage) => said.flatMap(({ reason }) => reason ?? []);

/** A reception whose work goes on until it is told what to do with the carrier. */
function slowReception() {
  const heard: string[] = [];
  const carriers: Carrier[] = [];
  const ends: ((how: 'told' | 'failed') => void)[] = [];
  const told: boolean[] = [];
  return {
    heard,
    carriers,
    told,
    finish: (how: 'told' | 'failed' = 'told') => ends.shift()?.(how),
    hear: async (incoming: Incoming, carrier: Carrier) => {
      heard.push(incoming.kind === 'poll' ? incoming.messageId : incoming.kind);
      carriers.push(carrier);
      const how = await new Promise<'told' | 'failed'>((resolve) => ends.push(resolve));
      if (how === 'failed') throw new LedgerError('storage', 'the disk is full');
      told.push(await carrier.final(REPLY));
    },
  };
}

test('what is delivered is answered', async () => {
  const stage = startStage();
  await settled();
  expect(stage.running.isUp()).toBe(true);
  expect(await stage.gateway.deliver('hello').answered).toBe('核销成功');
  await settled();
  expect([stage.results, stage.changes, stage.gauge()]).toEqual([['answered'], ['connected'], true]);
  expect(stage.running.problems()).toEqual([]);
});

test('what needs no reply is confirmed', async () => {
  const stage = startStage({ hear: async () => undefined });
  await settled();
  expect(await stage.gateway.deliver('nothing for us').answered).toBeNull();
});

test('a carrier takes one thing: what comes after it is not handed over', async () => {
  const given: boolean[] = [];
  const stage = startStage({
    async hear(_, carrier) {
      expect(carrier.waiting('still working')).toBe(false);
      given.push(await carrier.final(REPLY));
    },
  });
  await settled();
  expect(await stage.gateway.deliver('hello').answered).toBeNull();
  expect(given).toEqual([false]);
});

test('a delivery that could not be stored stays without an answer, and is answered when it comes again', async () => {
  const reception = slowReception();
  const stage = startStage({ hear: reception.hear });
  await settled();
  let first: unknown = 'nothing';
  void stage.gateway.deliver('m1').answered.then((payload) => (first = payload));
  await settled();
  reception.finish('failed');
  await stage.time.pass(MINUTE);
  expect([first, stage.results]).toEqual(['nothing', ['unanswered']]);
  expect(stage.said.at(-1)).toMatchObject({ level: 'error', channel: 'toy' });

  const again = stage.gateway.deliver('m1');
  await settled();
  reception.finish();
  expect(await again.answered).toBe('核销成功');
});

test('a delivery has a deadline', async () => {
  const reception = slowReception();
  const stage = startStage({ hear: reception.hear, deadlineMs: 3 * SECOND });
  await settled();
  const { answered } = stage.gateway.deliver('m1');
  await settled();
  let over: string | null = null;
  void reception.carriers[0]?.over.then((why) => (over = why));
  await stage.time.pass(3 * SECOND - 1);
  expect(over).toBeNull();
  await stage.time.pass(1);
  expect(over).toBe('too-late');
  reception.finish();
  // Whether it is still shown is for the platform to say.
  expect(await answered).toBe('核销成功');
});

test('dropped in the middle of an answer, it is heard to the end and delivered again', async () => {
  const reception = slowReception();
  const stage = startStage({ hear: reception.hear });
  await settled();
  void stage.gateway.deliver('m1');
  await settled();
  stage.gateway.latest.drop();
  expect(await reception.carriers[0]?.over).toBe('gone');
  reception.finish();
  await settled();
  expect([reception.told, stage.results]).toEqual([[false], ['lost']]);

  await stage.time.pass(SECOND);
  expect(stage.running.isUp()).toBe(true);
  const again = stage.gateway.deliver('m1');
  await settled();
  reception.finish();
  expect(await again.answered).toBe('核销成功');
  expect(reasons(stage)).toEqual(['connected', 'closed', 'connected']);
});

test('an answer that was not confirmed before the connection went has not arrived', async () => {
  const reception = slowReception();
  const gateway = new ToyGateway();
  gateway.confirms = false;
  const stage = startStage({ gateway, hear: reception.hear });
  await settled();
  const { answered } = gateway.deliver('m1');
  await settled();
  reception.finish();
  await answered;
  await settled();
  expect(reception.told).toEqual([]);
  gateway.latest.drop();
  await settled();
  expect([reception.told, stage.results]).toEqual([[false], ['lost']]);
});

test('a platform that never confirms an answer is waited for a while', async () => {
  const reception = slowReception();
  const gateway = new ToyGateway();
  gateway.confirms = false;
  const stage = startStage({ gateway, hear: reception.hear });
  await settled();
  void gateway.deliver('m1');
  await settled();
  reception.finish();
  await stage.time.pass(10 * SECOND);
  expect([reception.told, stage.results, stage.running.isUp()]).toEqual([[false], ['lost'], true]);
});

test('a peer that falls silent is given up, though it never closes', async () => {
  const stage = startStage();
  await stage.time.pass(HOUR);
  expect([stage.running.isUp(), stage.gateway.attempts]).toEqual([true, 1]);
  const silent = stage.gateway.latest;
  silent.isCut = true;
  await stage.time.pass(SILENT_MS + BEAT_MS + SECOND);
  expect([stage.running.isUp(), stage.gateway.attempts, silent.ended]).toEqual([true, 2, 'terminated']);
  expect(reasons(stage)).toEqual(['connected', 'silent', 'connected']);
});

test('a machine that slept finds out at once that its connection may be gone', async () => {
  const stage = startStage();
  await stage.time.pass(MINUTE);
  stage.gateway.latest.isCut = true;
  stage.time.sleepMachine(8 * HOUR);
  await stage.time.pass(2 * SECOND);
  expect([stage.running.isUp(), stage.gateway.attempts]).toEqual([true, 2]);
});

test('the bot is told of each change: kicked, it knows that nobody has the connection', async () => {
  const told: string[] = [];
  const stage = startStage({ changed: (reason) => void told.push(reason) });
  await settled();
  stage.gateway.latest.say({ kicked: true });
  await settled();
  expect(told).toEqual(['connected', 'kicked']);
  expect(stage.changes).toEqual(told);
});

test('kicked by a stranger it does not fight, and says what to do', async () => {
  const stage = startStage();
  await settled();
  stage.gateway.latest.say({ kicked: true });
  await stage.time.pass(24 * HOUR);
  expect([stage.running.isUp(), stage.gateway.attempts]).toEqual([false, 1]);
  const remedy = 'stop the other client, then start again';
  expect(stage.said.at(-1)).toMatchObject({ level: 'error', reason: 'kicked', remedy });
  expect(stage.running.problems()).toMatchObject([{ what: 'connection' }]);
  expect(stage.running.problems()[0]?.detail).toContain(remedy);
  expect(stage.changes).toEqual(['connected', 'kicked']);
  await stage.running.stop(SECOND);
});

test('a wrong secret is tried slowly, told once, and works as soon as it is mended', async () => {
  const gateway = new ToyGateway();
  gateway.secret = 'another secret';
  const stage = startStage({ gateway });
  await stage.time.pass(HOUR);
  expect(gateway.attempts).toBeGreaterThan(HOUR / REFUSED_MS / 2);
  expect(gateway.attempts).toBeLessThanOrEqual(HOUR / REFUSED_MS + 1);
  expect(stage.said).toMatchObject([{ level: 'error', reason: 'refused', remedy: 'check TOY_SECRET' }]);
  expect(stage.running.problems()[0]?.detail).toContain('check TOY_SECRET');
  gateway.secret = 'secret';
  await stage.time.pass(2 * REFUSED_MS);
  expect(stage.running.isUp()).toBe(true);
  expect(stage.running.problems()).toEqual([]);
});

test('a gateway that is away is tried again and again, slower and slower, and found when it is back', async () => {
  const stage = startStage();
  await stage.time.pass(HOUR);
  stage.gateway.manner = 'away';
  stage.gateway.latest.drop();
  await stage.time.pass(5 * SECOND);
  expect(stage.running.problems()).toEqual([]);
  await stage.time.pass(55 * SECOND);
  const inTheFirstMinute = stage.gateway.attempts - 1;
  expect(inTheFirstMinute).toBeGreaterThanOrEqual(4);
  expect(inTheFirstMinute).toBeLessThanOrEqual(7);
  expect(stage.running.problems()).toMatchObject([{ what: 'connection' }]);
  await stage.time.pass(HOUR);
  expect(stage.gateway.attempts - 1 - inTheFirstMinute).toBeLessThanOrEqual(121);
  stage.gateway.manner = 'takes';
  await stage.time.pass(MINUTE);
  expect(stage.running.isUp()).toBe(true);
  expect(reasons(stage)).toEqual(['connected', 'closed', 'unreachable', 'connected']);
  expect(stage.changes).toEqual(reasons(stage));
});

test('a connection that is lost now and then is back within a second each time', async () => {
  const stage = startStage();
  for (let hour = 0; hour < 10; hour++) {
    await stage.time.pass(HOUR);
    stage.gateway.latest.drop();
    await stage.time.pass(SECOND);
    expect(stage.running.isUp()).toBe(true);
  }
});

test.each(['drops', 'announces'] as const)('a gateway that %s every client at once is not hammered', async (manner) => {
  const gateway = new ToyGateway();
  gateway.manner = manner;
  const stage = startStage({ gateway });
  await stage.time.pass(MINUTE);
  expect(gateway.attempts).toBeLessThanOrEqual(8);
  await stage.time.pass(HOUR);
  expect(gateway.attempts).toBeLessThanOrEqual(140);
  expect(gateway.open().length).toBeLessThanOrEqual(2);
});

test('what is never taken is given up after a while, and there is one attempt at a time', async () => {
  const gateway = new ToyGateway();
  gateway.manner = 'mute';
  const stage = startStage({ gateway });
  for (let second = 0; second < 600; second++) {
    await stage.time.pass(SECOND);
    expect(gateway.open().length).toBeLessThanOrEqual(1);
  }
  expect(gateway.attempts).toBeLessThanOrEqual(30);
  expect(reasons(stage)).toEqual(['unreachable']);
});

test('an address that is none, or a platform that cannot say where, is an attempt like others', async () => {
  const refusal = { kind: 'refused', reason: 'unreachable', detail: 'HTTP 500', remedy: null } as const;
  const away = startStage({ locate: () => refusal });
  await away.time.pass(MINUTE);
  expect([away.gateway.attempts, reasons(away)]).toEqual([0, ['unreachable']]);
});

test('frames that are not understood are dropped, and counted in a line a minute', async () => {
  const stage = startStage();
  await settled();
  for (let i = 0; i < 1_000; i++) {
    stage.gateway.latest.sayRaw(i % 2 === 0 ? '{"card":9140' : Buffer.from([0, 255, i % 256]));
    if (i % 10 === 0) await stage.time.pass(SECOND);
  }
  await stage.time.pass(2 * MINUTE);
  for (let i = 0; i < 5; i++) stage.gateway.latest.sayRaw('more');
  expect(await stage.gateway.deliver('hello').answered).toBe('核销成功');
  await stage.running.stop(SECOND);
  const lines = stage.said.filter(({ count }) => count !== undefined);
  expect(lines.length).toBeLessThanOrEqual(6);
  expect(lines.reduce((sum, { count = 0 }) => sum + count, 0)).toBe(1_005);
  expect(stage.dropped()).toBe(1_005);
  expect(JSON.stringify(lines)).not.toContain('9140');
  expect(stage.time.waiting).toBe(0);
});

test('an announced end leaves no gap: the next one serves before the old one closes', async () => {
  const reception = slowReception();
  const stage = startStage({ hear: reception.hear });
  await stage.time.pass(HOUR);
  const old = stage.gateway.latest;
  const inHand = stage.gateway.deliver('m1', old);
  await settled();
  old.say({ ending: true });
  await stage.time.pass(1);
  const fresh = stage.gateway.latest;
  expect([fresh === old, old.ended, stage.running.isUp(), stage.gauge()]).toEqual([false, null, true, true]);
  const next = stage.gateway.deliver('m2', fresh);
  await settled();
  reception.finish();
  expect(await inHand.answered).toBe('核销成功');
  await settled();
  expect(old.ended).toBe('closed');
  reception.finish();
  expect(await next.answered).toBe('核销成功');
  expect(reasons(stage)).toEqual(['connected', 'announced', 'connected']);
});

test('a replaced connection that cannot answer what it has in hand is closed all the same', async () => {
  const stage = startStage({ hear: () => new Promise(() => undefined), deadlineMs: 5 * SECOND });
  await settled();
  const old = stage.gateway.latest;
  void stage.gateway.deliver('m1', old);
  await settled();
  old.say({ ending: true });
  await stage.time.pass(9 * SECOND);
  expect([old.ended, stage.gateway.open().length]).toEqual([null, 2]);
  await stage.time.pass(3 * SECOND);
  expect([old.ended, stage.gateway.open().length]).toEqual(['closed', 1]);
});

test('a stop waits for a replaced connection too', async () => {
  const reception = slowReception();
  const stage = startStage({ hear: reception.hear, deadlineMs: MINUTE });
  await settled();
  const old = stage.gateway.latest;
  const inHand = stage.gateway.deliver('m1', old);
  await settled();
  old.say({ ending: true });
  await stage.time.pass(SECOND);
  let isStopped = false;
  void stage.running.stop(30 * SECOND).then(() => (isStopped = true));
  await stage.time.pass(10 * SECOND);
  expect([isStopped, old.ended]).toEqual([false, null]);
  reception.finish();
  expect(await inHand.answered).toBe('核销成功');
  await settled();
  expect(isStopped).toBe(true);
});

test('while the next one cannot be opened, the old one serves on', async () => {
  const stage = startStage();
  await stage.time.pass(HOUR);
  stage.gateway.manner = 'away';
  stage.gateway.latest.say({ ending: true });
  await stage.time.pass(10 * SECOND);
  expect([stage.running.isUp(), stage.gauge()]).toEqual([true, true]);
  stage.gateway.manner = 'takes';
  stage.gateway.latest.drop();
  await stage.time.pass(MINUTE);
  expect([stage.running.isUp(), stage.gateway.open().length, stage.gateway.taken]).toEqual([true, 1, 2]);
});

test('a stop answers what is in hand and takes nothing new', async () => {
  const reception = slowReception();
  const stage = startStage({ hear: reception.hear });
  await settled();
  const peer = stage.gateway.latest;
  const inHand = stage.gateway.deliver('m1');
  await settled();
  let isStopped = false;
  void stage.running.stop(12 * SECOND).then(() => (isStopped = true));
  let later: unknown = 'nothing';
  void stage.gateway.deliver('m2').answered.then((payload) => (later = payload));
  await stage.time.pass(5 * SECOND);
  expect([isStopped, peer.ended, reception.heard]).toEqual([false, null, ['m1']]);
  reception.finish();
  expect(await inHand.answered).toBe('核销成功');
  await settled();
  expect([isStopped, peer.ended, later, stage.time.waiting]).toEqual([true, 'closed', 'nothing', 0]);
  await stage.time.pass(HOUR);
  expect([stage.gateway.attempts, stage.gauge()]).toEqual([1, false]);
  expect(reasons(stage)).toEqual(['connected', 'stopped']);
});

test('before a stop it can still answer, and what was late can still go out', async () => {
  const reception = slowReception();
  const stage = startStage({ hear: reception.hear });
  await settled();
  const inHand = stage.gateway.deliver('m1');
  await settled();
  stage.running.refuse();
  void stage.gateway.deliver('m2');
  await stage.time.pass(MINUTE);
  expect([reception.heard, stage.running.isUp()]).toEqual([['m1'], true]);
  reception.finish();
  expect(await inHand.answered).toBe('核销成功');
  stage.gateway.latest.drop();
  await stage.time.pass(HOUR);
  expect([stage.gateway.attempts, stage.running.isUp()]).toEqual([1, false]);
  await stage.running.stop(SECOND);
});

test('what the platform would not deliver again is heard until the connection is closed', async () => {
  const reception = slowReception();
  const stage = startStage({ hear: reception.hear, redelivers: false });
  await settled();
  const first = stage.gateway.deliver('m1');
  await settled();
  stage.running.refuse();
  const second = stage.gateway.deliver('m2');
  await settled();
  let isStopped = false;
  void stage.running.stop(12 * SECOND).then(() => (isStopped = true));
  const third = stage.gateway.deliver('m3');
  await settled();
  for (const { answered } of [first, second, third]) {
    expect(isStopped).toBe(false);
    reception.finish();
    expect(await answered).toBe('核销成功');
  }
  await settled();
  expect([isStopped, stage.gateway.open(), reception.heard]).toEqual([true, [], ['m1', 'm2', 'm3']]);
  expect(stage.results).toEqual(['answered', 'answered', 'answered']);
});

test.each([
  [false, ['m1']],
  [true, []],
])(
  'what comes in while the other end has not closed it too is heard (delivered again: %s)',
  async (redelivers, heard) => {
    const reception = slowReception();
    const gateway = new ToyGateway();
    const stage = startStage({ gateway, hear: reception.hear, redelivers });
    await settled();
    gateway.closesLate = true;
    void stage.running.stop(SECOND);
    await settled();
    void gateway.deliver('m1');
    await settled();
    gateway.latest.drop();
    await settled();
    reception.finish();
    await settled();
    // Its reply goes out late.
    expect([reception.heard, reception.told]).toEqual([heard, heard.map(() => false)]);
  },
);

test.each([false, true])('a stop takes no longer than it may (network gone: %s)', async (isCut) => {
  const stage = startStage({ hear: () => new Promise(() => undefined) });
  await settled();
  stage.gateway.latest.isCut = false;
  void stage.gateway.deliver('m1');
  await settled();
  stage.gateway.latest.isCut = isCut;
  let isStopped = false;
  void stage.running.stop(12 * SECOND).then(() => (isStopped = true));
  await stage.time.pass(11 * SECOND);
  expect(isStopped).toBe(false);
  await stage.time.pass(3 * SECOND);
  expect([isStopped, stage.gateway.open()]).toEqual([true, []]);
});

test('a stop while it connects, or waits to, is a stop', async () => {
  for (const manner of ['away', 'mute'] as const) {
    const gateway = new ToyGateway();
    gateway.manner = manner;
    const stage = startStage({ gateway, time: new VirtualTime() });
    await stage.time.pass(2 * SECOND);
    const stopped = stage.running.stop(SECOND);
    await stage.time.pass(5 * SECOND);
    await stopped;
    const { attempts } = gateway;
    await stage.time.pass(HOUR);
    expect([gateway.attempts, gateway.open()]).toEqual([attempts, []]);
  }
});

test('nothing that is logged or shown holds the address, which is a key', async () => {
  const stage = startStage();
  await stage.time.pass(MINUTE);
  stage.gateway.manner = 'away';
  stage.gateway.latest.drop();
  await stage.time.pass(HOUR);
  expect(JSON.stringify([stage.said, stage.running.problems()])).not.toContain('ticket');
});

import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { realTime } from '../../src/time/real.ts';
import type { Time } from '../../src/time/time.ts';
import { lineOf, newLine, newMessage } from './fixtures.ts';
import { DEAD_AFTER_MS, startSharedPlace } from './shared-place.ts';

const HOUR_MS = 3_600_000;

test('a service that died while the clock was ahead is taken over as soon as any other', async () => {
  const place = await startSharedPlace();
  onTestFinished(() => place.clear());
  const dead = await place.open();
  const left = lineOf(await dead.ledger.claim(newMessage(), [newLine()]));
  place.pass(-8 * HOUR_MS);
  // It may be alive, and only have shown itself before the clock was set.
  const other = await place.open();
  expect(other.interrupted).toBe(0);
  place.pass(DEAD_AFTER_MS + 1);
  const third = await place.open();
  expect(third.interrupted).toBe(1);
  expect(await third.ledger.findRedemption(left.id)).toMatchObject({ state: 'unknown', reason: 'interrupted' });
});

test('two services of one process win a message once, hear of results by polling, and take over from each other', async () => {
  const place = await startSharedPlace();
  onTestFinished(() => place.clear());
  const [one, two] = await Promise.all([place.open(), place.open()]);
  const message = newMessage();
  const claims = await Promise.all([one.ledger.claim(message, [newLine()]), two.ledger.claim(message, [newLine()])]);
  expect(claims.map(({ won }) => won).toSorted()).toEqual([false, true]);
  const row = lineOf(claims[0]);
  const [winner, other] = claims[0].won ? [one, two] : [two, one];
  const told = other.ledger.whenSettled(row.id);
  await winner.ledger.settle(row, { state: 'succeeded', vendorMsg: null });
  expect(await told).toMatchObject({ state: 'succeeded' });

  const left = await winner.ledger.claim(newMessage(), [newLine()]);
  place.pass(DEAD_AFTER_MS + 1);
  const third = await place.open();
  expect(third.interrupted).toBe(1);
  expect(await third.ledger.findRedemption(left.message.redemptions[0]?.id ?? -1)).toMatchObject({ state: 'unknown' });
});

test('a service whose machine slept is not robbed of what it begins when it is awake again', async () => {
  const place = await startSharedPlace();
  onTestFinished(() => place.clear());
  // The clock that counts on from the last answer stands still meanwhile, and so does the monotonic one.
  let shown = place.clock.now();
  let slept = 0;
  const clock = { now: () => shown, measure: async () => (shown = place.clock.now()) };
  const time: Time = { ...realTime, uptime: () => realTime.uptime() + slept };
  const { ledger } = await place.open({ clock, time });
  place.pass(HOUR_MS);
  slept += HOUR_MS;
  await ledger.claim(newMessage(), [newLine()]);
  expect((await place.open()).interrupted).toBe(0);
});

test('services that were all without their database do not take each other for dead, and take over from one that is', async () => {
  const place = await startSharedPlace();
  onTestFinished(() => place.clear());
  // The time of everything below: it passes only when the test says so, and then the loops that wait are due.
  let at = 0;
  let pauses: { readonly due: number; readonly end: () => void }[] = [];
  const time: Time = {
    ...realTime,
    now: () => at,
    monotonic: () => at,
    uptime: () => at,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        pauses.push({ due: at + ms, end: resolve });
        signal?.addEventListener('abort', () => resolve());
      }),
  };
  const clock = { now: () => at, measure: async () => at };
  const away = new Set<string>();
  const open = (instance: string, lateMs = 0) =>
    place.open({
      instance,
      time: { ...time, sleep: (ms, signal) => time.sleep(ms + lateMs, signal) },
      clock: {
        ...clock,
        async measure() {
          if (away.has(instance)) throw new Error('the database is away');
          return at;
        },
      },
      heartbeatMs: 5_000,
      clearMs: HOUR_MS,
      pollMs: HOUR_MS,
      graceMs: undefined,
    });
  const pass = async (ms: number) => {
    for (const end = at + ms; at < end; at += 1_000) {
      const due = pauses.filter((pause) => pause.due <= at);
      pauses = pauses.filter((pause) => pause.due > at);
      for (const pause of due) pause.end();
      await sleep(5);
    }
  };
  const [one, two, dead] = [await open('one'), await open('two', 3_000), await open('dead')];
  await pass(30_000);
  const alive = lineOf(await two.ledger.claim(newMessage(), [newLine()]));
  const left = lineOf(await dead.ledger.claim(newMessage(), [newLine()]));
  const stateOf = async ({ id }: { readonly id: number }) => (await one.ledger.findRedemption(id)).state;

  for (const name of ['one', 'two', 'dead']) away.add(name);
  await pass(60_000);
  // One comes back first, and another is started just then; one of those that were there does not come back at all.
  away.delete('one');
  await open('started');
  await pass(7_000);
  away.delete('two');
  await pass(12_000);
  expect([await stateOf(alive), await stateOf(left)]).toEqual(['pending', 'pending']);
  await pass(20_000);
  expect([await stateOf(alive), await stateOf(left)]).toEqual(['pending', 'unknown']);
});

test('all pauses are the ones of the given time, and the first heartbeat after the start comes when it is due', async () => {
  const place = await startSharedPlace();
  onTestFinished(() => place.clear());
  const pauses: { readonly ms: number; readonly end: () => void }[] = [];
  const time: Time = {
    ...realTime,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        pauses.push({ ms, end: resolve });
        signal?.addEventListener('abort', () => resolve());
      }),
  };
  let beats = 0;
  const clock = {
    now: () => Date.now(),
    measure: async () => {
      beats += 1;
      return Date.now();
    },
  };
  await place.open({ time, clock, heartbeatMs: 5_000, clearMs: 1_000, pollMs: 500 });
  await expect.poll(() => pauses.map(({ ms }) => ms).toSorted((a, b) => a - b)).toEqual([500, 1_000, 5_000, 5_000]);
  await sleep(20);
  expect(beats).toBe(1);
  for (const { ms, end } of pauses) if (ms === 5_000) end();
  await expect.poll(() => beats).toBe(2);
});

test('as long as another service may have refused what it could not record, an older message is not for others', async () => {
  const place = await startSharedPlace();
  onTestFinished(() => place.clear());
  const [one, two] = [await place.open(), await place.open({ clearMs: HOUR_MS })];
  await expect.poll(() => one.ledger.mayBeRefusedElsewhere(5_000, 2_000)).toBe(false);
  // It has been heard of, but not since.
  place.pass(5_000);
  expect(await one.ledger.mayBeRefusedElsewhere(5_000, 2_000)).toBe(true);
  expect(await one.ledger.mayBeRefusedElsewhere(400, 300)).toBe(false);
  await expect.poll(() => two.ledger.mayBeRefusedElsewhere(5_000, 2_000)).toBe(false);
  // Once it is dead, and for a while after that.
  place.pass(60_000);
  const third = await place.open();
  expect(await third.ledger.mayBeRefusedElsewhere(5_000, 2_000)).toBe(true);
  place.pass(10 * 60_000);
  let slept = 0;
  const fourth = await place.open({ time: { ...realTime, uptime: () => realTime.uptime() + slept } });
  expect(await fourth.ledger.mayBeRefusedElsewhere(5_000, 2_000)).toBe(true);
  // Not before it has been without trouble for as long itself.
  slept += HOUR_MS;
  await expect.poll(() => fourth.ledger.mayBeRefusedElsewhere(5_000, 2_000)).toBe(false);
  // What was refused so long ago is none of now, no matter which service had trouble meanwhile.
  await place.open({ clearMs: HOUR_MS, instance: 'gone' });
  place.pass(HOUR_MS);
  const fifth = await place.open();
  await expect.poll(() => fifth.ledger.mayBeRefusedElsewhere(5_000, 2_000)).toBe(false);
});

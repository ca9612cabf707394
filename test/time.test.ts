import { expect, onTestFinished, test } from 'vitest';
import { realTime } from '../src/time/real.ts';
import { ClockSteps } from '../src/time/clock-steps.ts';
import { repeat } from '../src/time/repeat.ts';
import { startStopwatch } from '../src/time/stopwatch.ts';
import type { Time } from '../src/time/time.ts';
import { readSparingly } from '../src/time/uptime.ts';

/** Clocks that are set by hand. */
function clocks() {
  const at = { now: 1_000_000, monotonic: 0, uptime: 500 };
  const time: Time = { ...realTime, now: () => at.now, monotonic: () => at.monotonic, uptime: () => at.uptime };
  return { at, time };
}

test.each([
  ['the machine slept', { uptime: 90_000 }],
  ['a virtual machine was paused and its clock put right afterwards', { now: 90_000 }],
  ['nothing special happened', { now: 90_000, monotonic: 90_000, uptime: 90_000 }],
  ['the clock was put back meanwhile', { now: -3_600_000, monotonic: 90_000, uptime: 90_000 }],
])('a stopwatch knows how long it was when %s', (_name, passed) => {
  const { at, time } = clocks();
  const elapsed = startStopwatch(time);
  expect(elapsed()).toBe(0);
  for (const [clock, ms] of Object.entries(passed)) at[clock as keyof typeof at] += ms;
  expect(elapsed()).toBe(90_000);
});

test('a clock that is dear to read is read again as soon as another one has moved, and is exact in between', () => {
  const { at, time } = clocks();
  let reads = 0;
  const uptime = readSparingly({
    ...time,
    uptime() {
      reads += 1;
      return time.uptime();
    },
  });
  const pass = (clocks: Partial<typeof at>) => {
    for (const [clock, ms] of Object.entries(clocks)) at[clock as keyof typeof at] += ms;
    return uptime() - 500;
  };
  expect(pass({})).toBe(0);
  expect(pass({ now: 20, monotonic: 20, uptime: 20 })).toBe(20);
  expect(reads).toBe(1);
  expect(pass({ now: 90_000, uptime: 90_000 })).toBe(90_020);
  expect(pass({ now: -3_600_000, monotonic: 10, uptime: 10 })).toBe(90_030);
  expect(pass({ now: 70, monotonic: 70, uptime: 70 })).toBe(90_100);
  expect(reads).toBe(4);
});

test.each([
  ['before', true],
  ['meanwhile', false],
])('a pause ends at once when its signal is given %s', async (_when, before) => {
  const signalled = new AbortController();
  if (before) signalled.abort('over');
  const paused = realTime.sleep(600_000, signalled.signal);
  signalled.abort('over');
  await expect(paused).resolves.toBeUndefined();
});

const HOUR_MS = 3_600_000;

/** Looks at the clock every five seconds while `happen` has its way with the clocks; returns what was noticed. */
function watchThrough(happen: (at: ReturnType<typeof clocks>['at']) => void) {
  const { at, time } = clocks();
  const noticed: number[] = [];
  const steps = new ClockSteps({ clock: 'the clock', time, onStep: (ms) => noticed.push(ms) });
  const pass = (ms: number) => {
    for (const clock of ['now', 'monotonic', 'uptime'] as const) at[clock] += ms;
  };
  const look = () => {
    pass(5_000);
    steps.see(time.now());
  };
  look();
  happen(at);
  look();
  look();
  return { noticed, steps, pass };
}

test.each([
  ['back by eight hours', -8 * HOUR_MS, 'set back by 8 h 0 min'],
  ['forward by a minute and a half', 90_000, 'set forward by 1 min 30 s'],
  ['back by three seconds', -3_000, 'set back by 3 s'],
])('a clock that is set %s is noticed once, with its size, and shown for an hour', (_name, ms, words) => {
  const { noticed, steps, pass } = watchThrough((at) => (at.now += ms));
  expect(noticed).toEqual([ms]);
  expect(steps.problems()).toMatchObject([{ what: 'clock', detail: expect.stringContaining(words) as string }]);
  pass(HOUR_MS);
  expect(steps.problems()).toEqual([]);
});

test.each([
  [
    'the machine slept, and its clocks with it',
    (at: ReturnType<typeof clocks>['at']) => {
      at.now += HOUR_MS;
      at.uptime += HOUR_MS;
    },
  ],
  [
    'the clocks were not read for a while',
    (at: ReturnType<typeof clocks>['at']) => {
      at.now += HOUR_MS;
      at.uptime += HOUR_MS;
      at.monotonic += HOUR_MS;
    },
  ],
  ['clocks differ a little', (at: ReturnType<typeof clocks>['at']) => (at.now += 900)],
])('a clock was not set where %s', (_name, happen) => {
  const { noticed, steps } = watchThrough(happen);
  expect(noticed).toEqual([]);
  expect(steps.problems()).toEqual([]);
});

test('the clocks of this machine run', async () => {
  const elapsed = startStopwatch(realTime);
  await realTime.sleep(30);
  expect(elapsed()).toBeGreaterThanOrEqual(20);
  expect(realTime.uptime()).toBeGreaterThan(0);
});

test('a pause ends as soon as it is called off', async () => {
  const off = new AbortController();
  const pause = realTime.sleep(3_600_000, off.signal);
  off.abort();
  await pause;
  await realTime.sleep(3_600_000, off.signal);
});

test('what is repeated is done at once, again when asked, never twice at a time, and no more after the stop', async () => {
  let done = 0;
  let running = 0;
  const work = repeat(realTime, 3_600_000, async () => {
    expect(++running).toBe(1);
    await realTime.sleep(5);
    running--;
    done++;
  });
  onTestFinished(() => work.stop());
  expect(done).toBe(0);
  await expect.poll(() => done).toBe(1);
  work.now();
  await expect.poll(() => done).toBe(2);
  await realTime.sleep(20);
  expect(done).toBe(2);
  await work.stop();
  work.now();
  await realTime.sleep(20);
  expect(done).toBe(2);
});

test('asking again while it is being done does it once more afterwards', async () => {
  let done = 0;
  const work = repeat(realTime, 3_600_000, async () => {
    await realTime.sleep(10);
    done++;
  });
  onTestFinished(() => work.stop());
  work.now();
  work.now();
  await expect.poll(() => done).toBe(2);
});

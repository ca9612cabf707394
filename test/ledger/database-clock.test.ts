import type { Transaction } from 'kysely';
import { beforeEach, expect, test } from 'vitest';
import { DatabaseClock } from '../../src/ledger/postgres/clock.ts';
import type { Tables } from '../../src/ledger/schema.ts';
import { ClockSteps } from '../../src/time/clock-steps.ts';
import { realTime } from '../../src/time/real.ts';
import type { Time } from '../../src/time/time.ts';

const HOUR_MS = 3_600_000;

let at: { now: number; monotonic: number; uptime: number; database: number };
let noticed: number[];
let clock: DatabaseClock;
beforeEach(() => {
  at = { now: 5_000_000, monotonic: 0, uptime: 500, database: 9_000_000 };
  noticed = [];
  const time: Time = { ...realTime, now: () => at.now, monotonic: () => at.monotonic, uptime: () => at.uptime };
  const steps = new ClockSteps({ clock: "the database's clock", time, onStep: (ms) => noticed.push(ms) });
  clock = new DatabaseClock(time, steps);
});

/** A database that answers after `ms` what its clock shows. */
const answeringAfter = (ms: number) =>
  ({
    getExecutor: () => ({
      transformQuery: (node: unknown) => node,
      compileQuery: () => ({}),
      executeQuery: async () => {
        pass(ms);
        return { rows: [{ ms: at.database }] };
      },
    }),
  }) as unknown as Transaction<Tables>;

function pass(ms: number): void {
  for (const name of Object.keys(at) as (keyof typeof at)[]) at[name] += ms;
}

test('the ledger follows its database when that is set back, and says by how much', async () => {
  await clock.measure(answeringAfter(5));
  pass(5_000);
  at.database -= 8 * HOUR_MS;
  await clock.measure(answeringAfter(5));
  expect(noticed).toEqual([-8 * HOUR_MS]);
  expect(Math.abs(clock.now() - at.database)).toBeLessThan(10);
});

test('neither an answer that was long under way, nor this machine’s own clock, is taken for a step of the database', async () => {
  await clock.measure(answeringAfter(5));
  at.now += 8 * HOUR_MS;
  pass(5_000);
  await clock.measure(answeringAfter(2_900));
  await clock.measure(answeringAfter(5));
  // It slept, and its monotonic clock with it.
  for (const name of ['now', 'uptime', 'database'] as const) at[name] += HOUR_MS;
  await clock.measure(answeringAfter(5));
  expect(noticed).toEqual([]);
});

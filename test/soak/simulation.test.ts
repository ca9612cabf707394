import { beforeAll, expect, test } from 'vitest';
import { openStorage, type Storage } from '../simulation/database.ts';
import { play } from '../simulation/history.ts';
import { FAULTS, makePlan } from '../simulation/plan.ts';
import { playMany, printTotals } from '../simulation/run.ts';

const SEEDS = 3_000;

let storage: Storage;
beforeAll(async () => {
  storage = await openStorage();
});

test('under all faults no line is consumed twice, no reply says too much, and all people are told', async () => {
  const totals = await playMany(storage, { from: 1, many: SEEDS });
  expect(totals.seeds, printTotals(totals)).toEqual({});

  // It was a storm indeed.
  const kinds = [
    'warn: took over from a service that died: unknown now',
    'unknown became known',
    'outcome not stored',
    'seen: late',
  ] as const;
  for (const kind of [...FAULTS, ...kinds]) expect(totals.counts[kind] ?? 0, kind).toBeGreaterThan(5);
}, 300_000);

test('a seed plays the same history again, and what was prevented does not come about', async () => {
  for (const seed of [1, 7, 42]) {
    const plan = makePlan(seed);
    const first = await play(plan, storage, { verbose: true });
    const again = await play(plan, storage, { verbose: true });
    expect(again.trace.lines).toEqual(first.trace.lines);
    expect(again.trace.digest).toBe(first.trace.digest);
    const [something = ''] = first.happened;
    const without = await play({ ...plan, prevented: [something] }, storage);
    expect(without.happened).not.toContain(something);
  }
});

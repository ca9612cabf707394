import { expect, onTestFinished, test } from 'vitest';
import { runChaos } from '../chaos/harness.ts';
import { checkInvariants } from '../chaos/invariants.ts';
import { sqliteLedger } from '../chaos/rows.ts';
import { summarize } from '../chaos/summary.ts';

// Two services side by side, because most of the time goes into waiting for them to start.
const SEEDS = [1, 2];

test('a service that is killed again and again consumes nothing twice, loses nothing and tells all people', async () => {
  const runs = await Promise.all(SEEDS.map((seed) => runChaos({ seed, rounds: 11, openLedger: sqliteLedger })));
  for (const run of runs) onTestFinished(() => run.clear());
  for (const { evidence } of runs) expect(checkInvariants(evidence)).toEqual([]);

  // It was a storm indeed.
  const summaries = runs.map(({ evidence }) => summarize(evidence));
  const total = (name: keyof (typeof summaries)[number]) => summaries.reduce((sum, summary) => sum + summary[name], 0);
  expect(total('kills')).toBe(20);
  expect(total('terms')).toBe(2);
  for (const outcome of ['succeeded', 'refused', 'unsent', 'unknown', 'interrupted'] as const) {
    expect(total(outcome), outcome).toBeGreaterThan(0);
  }
  for (const event of ['by webhook', 'duplicates', 'replies in response', 'replies late'] as const) {
    expect(total(event), event).toBeGreaterThan(10);
  }
  for (const event of [
    'by connection: WeCom',
    'by connection: DingTalk',
    'by connection: Feishu',
    'messages by both',
  ] as const) {
    expect(total(event), event).toBeGreaterThan(0);
  }
}, 120_000);

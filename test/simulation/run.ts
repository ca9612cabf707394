import { check, INVARIANTS, type Invariant } from './check.ts';
import type { Storage } from './database.ts';
import { play } from './history.ts';
import { makePlan } from './plan.ts';

/** What many histories came to. */
export interface Totals {
  readonly histories: number;
  readonly cpuMs: number;
  /** How often each kind of thing happened. */
  readonly counts: Readonly<Record<string, number>>;
  /** Seeds by the invariant that they violate. */
  readonly seeds: Readonly<Partial<Record<Invariant, readonly number[]>>>;
}

export interface Range {
  readonly from: number;
  /** How many histories, of the seeds `from`, `from + step` and so on. */
  readonly many: number;
  readonly step?: number;
  /** Ends with the first that violates something. */
  readonly untilFound?: boolean;
}

export async function playMany(storage: Storage, { from, many, step = 1, untilFound = false }: Range): Promise<Totals> {
  const counts: Record<string, number> = {};
  const seeds: Partial<Record<Invariant, number[]>> = {};
  const began = process.cpuUsage();
  let played = 0;
  while (played < many && !(untilFound && Object.keys(seeds).length > 0)) {
    const seed = from + played * step;
    played += 1;
    const { evidence, trace } = await play(makePlan(seed), storage);
    for (const [kind, times] of trace.counts) counts[kind] = (counts[kind] ?? 0) + times;
    for (const invariant of new Set(check(evidence).map((violation) => violation.invariant))) {
      (seeds[invariant] ??= []).push(seed);
    }
  }
  const { user, system } = process.cpuUsage(began);
  return { histories: played, cpuMs: (user + system) / 1_000, counts, seeds };
}

export function add(totals: readonly Totals[]): Totals {
  const counts: Record<string, number> = {};
  for (const one of totals) {
    for (const [kind, times] of Object.entries(one.counts)) counts[kind] = (counts[kind] ?? 0) + times;
  }
  const invariants = Object.keys(INVARIANTS) as Invariant[];
  const seeds = Object.fromEntries(
    invariants
      .map((name) => [name, totals.flatMap((one) => one.seeds[name] ?? []).sort((a, b) => a - b)] as const)
      .filter(([, found]) => found.length > 0),
  );
  const sum = (of: (one: Totals) => number) => totals.reduce((all, one) => all + of(one), 0);
  return { histories: sum((one) => one.histories), cpuMs: sum((one) => one.cpuMs), counts, seeds };
}

const SHOWN_SEEDS = 12;

/** For a person to read. */
export function printTotals({ histories, cpuMs, counts, seeds }: Totals): string {
  const rate = Math.round(histories / (cpuMs / 1_000));
  const happened = Object.entries(counts)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([kind, times]) => `${kind.padEnd(28)} ${times}`);
  const violated = Object.entries(seeds).map(([name, found]) => {
    const shown = found.slice(0, SHOWN_SEEDS).join(' ');
    return `${name}: ${INVARIANTS[name as Invariant]}\n  violated by ${found.length}: ${shown}`;
  });
  return [...happened, `${histories} histories, ${rate} in a second of one core`, ...violated].join('\n');
}

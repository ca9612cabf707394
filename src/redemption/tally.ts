import type { RecordCount } from './records.ts';

/** What a number of redemptions came to. */
export interface Tally {
  /** Redemptions that succeeded, and the times that they spent. */
  readonly succeeded: number;
  readonly times: number;
  readonly refused: number;
  /** Their outcome is not known to this day. */
  readonly unknown: number;
}

/** Adds up redemptions by outcome. `times` count where they were spent. */
export function tallyOf(counts: readonly Pick<RecordCount, 'state' | 'lines' | 'times'>[]): Tally {
  const tally = { succeeded: 0, times: 0, refused: 0, unknown: 0 };
  for (const { state, lines, times } of counts) {
    if (state === 'succeeded') tally.times += times;
    if (state === 'succeeded' || state === 'refused' || state === 'unknown') tally[state] += lines;
  }
  return tally;
}

export function addUp(tallies: readonly Tally[]): Tally {
  return tallies.reduce(
    (sum, { succeeded, times, refused, unknown }) => ({
      succeeded: sum.succeeded + succeeded,
      times: sum.times + times,
      refused: sum.refused + refused,
      unknown: sum.unknown + unknown,
    }),
    { succeeded: 0, times: 0, refused: 0, unknown: 0 },
  );
}

export function isNothing({ succeeded, refused, unknown }: Tally): boolean {
  return succeeded + refused + unknown === 0;
}

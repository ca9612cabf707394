import { FURTHEST_MS } from '../redemption/instants.ts';

const FIRST_MS = 1_000;
const LONGEST_MS = FURTHEST_MS.reply;

/** How long to wait after the `attempt`th try (from 1) failed: doubling from one second to ten minutes. */
export function backOffMs(attempt: number): number {
  return Math.min(FIRST_MS * 2 ** Math.min(attempt - 1, 20), LONGEST_MS);
}

import { setImmediate as turn } from 'node:timers/promises';

const LENGTH = 2_000;

/** A long list in parts, between which callbacks have their turn. */
export async function* slices<Entry>(list: readonly Entry[]): AsyncGenerator<readonly Entry[], void> {
  for (let start = 0; start < list.length; start += LENGTH) {
    if (start > 0) await turn();
    yield list.slice(start, start + LENGTH);
  }
}

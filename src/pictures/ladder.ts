import type { Rgba } from './decode.ts';
import { type Grey, greyOf, turned, within } from './grey.ts';
import { MAX_SYMBOLS } from './symbols.ts';

/** Pixels of the long side: most codes are read in the first, and three times as fast as in the second. */
const SMALL = 1_600;
const LARGE = 2_400;
/** A bar code that is tilted by more than about 17° has no line that crosses all of its bars. */
const TURN = 20;

/**
 * Reads the same picture in different ways until it says something besides links: those are printed next to what people
 * mean to show. `shrunk` is what `shrunkFor` returned; returns each text once.
 */
export async function climb(shrunk: Grey, read: (grey: Grey) => Promise<string[]>): Promise<string[]> {
  const small = within(shrunk, SMALL);
  const texts = new Set<string>();
  for (const make of [
    () => small,
    ...(small === shrunk ? [] : [() => shrunk]),
    () => turned(small, TURN),
    () => turned(small, -TURN),
  ]) {
    for (const text of await read(make())) texts.add(text);
    if ([...texts].some((text) => !/^[a-z][a-z0-9+.-]*:/iu.test(text))) break;
  }
  return [...texts].slice(-MAX_SYMBOLS);
}

/** What all steps start from; the picture itself is not needed any more. */
export function shrunkFor(rgba: Rgba): Grey {
  return greyOf(rgba, LARGE);
}

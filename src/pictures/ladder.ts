import type { Rgba } from './decode.ts';
import { type Grey, greyOf, turned, within } from './grey.ts';

/** Pixels of the long side: most codes are read in the first, and three times as fast as in the second. */
const SMALL = 1_600;
const LARGE = 2_400;
/** A bar code that is tilted by more than about 17° has no line that crosses all of its bars. */
const TURN = 20;

/** Reads the same picture in different ways until there is something to be read. `shrunk` is `greyOf` the picture. */
export async function climb(shrunk: Grey, read: (grey: Grey) => Promise<string[]>): Promise<string[]> {
  const small = within(shrunk, SMALL);
  for (const make of [
    () => small,
    ...(small === shrunk ? [] : [() => shrunk]),
    () => turned(small, TURN),
    () => turned(small, -TURN),
  ]) {
    const texts = await read(make());
    if (texts.length > 0) return texts;
  }
  return [];
}

/** What all steps start from; the picture itself is not needed any more. */
export function shrunkFor(rgba: Rgba): Grey {
  return greyOf(rgba, LARGE);
}

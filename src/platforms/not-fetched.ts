import type { Fetched, NotFetched } from '../redemption/shown.ts';
import type { Meaning } from './errors.ts';

export function notFetched(why: NotFetched): Fetched {
  return { kind: 'not-fetched', why };
}

/** Why a picture is not fetched that the platform refused, by what its code means; undefined: nothing is known of it. */
export function whyNotFetched(means: Meaning | undefined): NotFetched {
  switch (means) {
    case 'busy':
    case 'throttled':
      return 'unreachable';
    case 'over':
    case 'content':
      return 'gone';
    case 'token':
    case 'settings':
    case 'console':
    case 'receiver':
    case undefined:
      return 'forbidden';
  }
}

import type { LateResult } from '../../redemption/message.ts';
import type { Meaning } from '../errors.ts';
import { afterRefusal } from '../refused.ts';
import { ERRORS, THROTTLED_MS } from './errors.ts';

/** Tried again like a token that was not taken: what WeCom says of a text is not known to be final. */
const TRIED_AGAIN: ReadonlySet<Meaning | undefined> = new Set(['content', 'over', undefined]);

/** What becomes of a late reply whose `attempt`th try (from 1) WeCom refused. */
export function afterWecomRefusal(errcode: number, attempt: number): LateResult {
  const means = ERRORS[errcode]?.means;
  return afterRefusal(TRIED_AGAIN.has(means) ? 'token' : means, attempt, THROTTLED_MS);
}

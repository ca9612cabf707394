import type { Check } from './check.ts';
import { OUTSIDE_CHECKS } from './outside.ts';

/** Everything that can be looked at from here. A name never changes, and none is used twice. */
export const ALL_CHECKS: readonly Check[] = [...OUTSIDE_CHECKS];

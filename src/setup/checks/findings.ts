import type { Text } from '../../pages/text.ts';
import type { Finding } from './check.ts';

/** All is well; `todo` only where there is something worth doing all the same. */
export const ok = (seen: Text, todo: Text | null = null): Finding => ({ outcome: 'ok', seen, todo });

/** It works, and something should be looked after. */
export const warn = (seen: Text, todo: Text): Finding => ({ outcome: 'warn', seen, todo });

/** It does not work, or not safely. */
export const fail = (seen: Text, todo: Text): Finding => ({ outcome: 'fail', seen, todo });

/** It was not looked at; `why` says why not. */
export const skipped = (why: Text, todo: Text | null = null): Finding => ({ outcome: 'skipped', seen: why, todo });

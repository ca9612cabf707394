import type { Log } from '../../log.ts';
import { realTime } from '../../time/real.ts';
import { createRefusals, createStorage, type LedgerParts, type OpenedLedger } from '../ledger.ts';
import { createWatchers } from '../redemptions/watchers.ts';
import type { Found } from './protocol.ts';

export interface AssembleParts extends Pick<LedgerParts, 'call' | 'reads' | 'waiters' | 'close'> {
  readonly found: Found;
  readonly now: () => number;
  readonly log: Log | undefined;
}

/** The ports over a SQLite database that this process alone writes, however its verbs get there. */
export function assembleLedger({ call, reads, waiters, found, now, log, close }: AssembleParts): OpenedLedger {
  const refusals = createRefusals({ call, waiters, time: realTime, log });
  const watchers = createWatchers();
  const heldUsers = new Set(found.heldUsers);
  return {
    ...createStorage({ call, reads, waiters, heldUsers, refusals, refusedElsewhere: null, watchers, now, close }),
    interrupted: found.interrupted,
    now,
    // Its clock is that of the machine.
    problems: () => [],
  };
}

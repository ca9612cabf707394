import type { Problem } from '../problem.ts';
import type { Ledger, Storage } from '../redemption/ledger.ts';
import type { MessageRecord } from '../redemption/message.ts';
import { realTime } from '../time/real.ts';
import type { Time } from '../time/time.ts';
import { createFigureLedger } from './figures/port.ts';
import { createLeases } from './leases/port.ts';
import { createClaimCheck } from './messages/claim-check.ts';
import { createMessages, type MessageParts } from './messages/port.ts';
import { Refusals, type RefusalsParts } from './messages/refusals.ts';
import { createNoticeLedger } from './notices/port.ts';
import { createPeopleLedger } from './people/port.ts';
import { createRedemptions, type RedemptionParts } from './redemptions/port.ts';
import { createSessionLedger } from './sessions/port.ts';
import type { Watchers } from './redemptions/watchers.ts';

export interface OpenedLedger extends Storage {
  /** How many rows were found that a dead process had left pending; they are *unknown* now. */
  readonly interrupted: number;
  /**
   * Calls `watcher` whenever redemptions may have changed, here or in another service that shares the ledger, until the function
   * that it returns is called. A help, not a promise: what happens elsewhere may be missed.
   */
  readonly watch: (watcher: () => void) => () => void;
  /** The clock that the ledger's instants are taken from, in milliseconds since 1970. */
  readonly now: () => number;
  /** What an operator should know of the database, though it works. */
  readonly problems: () => readonly Problem[];
}

export interface LedgerParts extends MessageParts, RedemptionParts {
  readonly watchers: Watchers;
  readonly close: () => Promise<void>;
  readonly time?: Time;
}

/** All ports over a way to call verbs: the same for every database. */
export function createStorage({
  now,
  ...parts
}: LedgerParts & Pick<OpenedLedger, 'now'>): Storage & Pick<OpenedLedger, 'watch'> {
  const { call, reads, watchers } = parts;
  return {
    ledger: createLedger({ ...parts, call: watchers.around(call) }),
    watch: (watcher) => watchers.watch(watcher),
    notices: createNoticeLedger(call),
    people: createPeopleLedger(call),
    leases: createLeases(call),
    sessions: createSessionLedger(call),
    figures: createFigureLedger(call, reads, now),
  };
}

export function createLedger(parts: Omit<LedgerParts, 'watchers'>): Ledger {
  const { call, onClaimFailed, refusals, close, time = realTime } = parts;
  const check = createClaimCheck({ write: () => call('checkClaims'), time });
  return {
    ...createMessages({
      ...parts,
      onClaimFailed(...failure) {
        check.forget();
        onClaimFailed?.(...failure);
      },
    }),
    ...createRedemptions(parts),
    check: () => check.run(),
    async close() {
      check.forget();
      await refusals.stop();
      await close();
    },
  };
}

/** What a ledger remembers of messages that storage did not take. */
export function createRefusals(parts: Pick<LedgerParts, 'waiters'> & Omit<RefusalsParts, 'onRecorded'>): Refusals {
  const onRecorded = ({ redemptions }: MessageRecord) => {
    for (const row of redemptions) if (row.state !== 'pending') parts.waiters.tell(row);
  };
  return new Refusals({ ...parts, onRecorded });
}

import type { Log } from '../log.ts';
import type { PeopleLedger } from '../redemption/ledger.ts';
import type { AddressOf, Place, StaffBook } from '../redemption/people.ts';
import { isSameUser } from '../redemption/user-id.ts';
import type { Say } from './notice.ts';
import { memberView, nameIn } from './staff-views.ts';

export interface TellBoundParts {
  readonly book: Pick<StaffBook, 'snapshot'>;
  readonly ledger: Pick<PeopleLedger, 'tell'>;
  readonly admins: readonly string[];
  readonly addressOf: AddressOf;
  readonly say: Say;
  /** Unique over all services. */
  readonly newId: () => string;
  readonly log: Log;
}

/**
 * Tells a person where `by` has put them, unless that was themselves. The change stays made, even when this fails. Never
 * rejects.
 */
export type TellBound = (user: string, place: Place, by: string) => Promise<void>;

export function createTellBound({ book, ledger, admins, addressOf, say, newId, log }: TellBoundParts): TellBound {
  return async (user, place, by) => {
    if (isSameUser(user, by)) return;
    const current = book.snapshot();
    const member = memberView(current, admins, { user, ...place });
    const text = say({ kind: 'bound-by', member, by: nameIn(current, by) });
    const topic = { kind: 'entry', storeCode: place.storeCode } as const;
    await ledger.tell([{ key: newId(), user, ...addressOf(user), text, topic }]).catch((error: unknown) => {
      log.warn({ err: error, user }, 'a person was bound and is not told');
    });
  };
}

import type { RecordFilter } from '../redemption/records.ts';
import type { Who } from './permissions.ts';

/** The records of the stores that a person manages; an admin manages all. */
export function managedBy({ role, member }: Who): Watched {
  return role === 'admin' ? {} : { storeCode: member?.store.code ?? '' };
}

/** What a person may know of a card or a receipt: what they typed themselves, and what is booked to their store. */
export function knownTo({ role, user, member }: Who): RecordFilter {
  return role === 'admin' ? {} : { seenBy: { user, storeCode: member?.store.code ?? null } };
}

/** Of whom or of which store a person watches what happens; where neither is given, all. */
export type Watched = Pick<RecordFilter, 'user' | 'storeCode'>;

/** What a person watches: what they type themselves; a manager what their store does; an admin all, or one store. */
export function watchedBy(who: Who, storeCode: string | null): Watched {
  if (who.role === 'admin') return storeCode === null ? {} : { storeCode };
  return who.role === 'manager' ? managedBy(who) : { user: who.user };
}

/** Whether a redemption of this person and store is part of what is watched. */
export function isWatched({ user, storeCode }: Watched, typedBy: string | null, store: string | null): boolean {
  return (user === undefined || typedBy === user) && (storeCode === undefined || store === storeCode);
}

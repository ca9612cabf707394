import type { RecordFilter } from '../redemption/records.ts';
import type { Who } from './permissions.ts';

/** The records of the stores that a person manages; an admin manages all. */
export function managedBy({ role, member }: Who): RecordFilter {
  return role === 'admin' ? {} : { storeCode: member?.store.code ?? '' };
}

/** What a person may know of a card or a receipt: what they typed themselves, and what is booked to their store. */
export function knownTo({ role, user, member }: Who): RecordFilter {
  return role === 'admin' ? {} : { seenBy: { user, storeCode: member?.store.code ?? null } };
}

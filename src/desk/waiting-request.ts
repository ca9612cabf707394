import type { PeopleLedger } from '../redemption/ledger.ts';
import { isSameUser } from '../redemption/user-id.ts';

/** So many requests, at most, are looked through. */
const LOOKED_THROUGH = 1_000;

/** The number of the request by which this person waits to be bound; null where there is none, or it cannot be read. Never rejects. */
export type WaitingRequest = (user: string) => Promise<number | null>;

export function createWaitingRequest(ledger: Pick<PeopleLedger, 'openBindingRequests'>): WaitingRequest {
  return async (user) => {
    const open = await ledger.openBindingRequests(null, LOOKED_THROUGH).catch(() => []);
    return open.findLast((request) => isSameUser(request.user, user))?.number ?? null;
  };
}

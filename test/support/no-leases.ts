import type { Leases } from '../../src/redemption/ledger.ts';

const noLeases = () => Promise.reject(new Error('no leases'));

/** Of a service that needs none. */
export const NO_LEASES: Leases = { takeLease: noLeases, renewLease: noLeases, giveBackLease: noLeases };

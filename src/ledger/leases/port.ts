import type { Leases } from '../../redemption/leases.ts';
import type { Call } from '../verbs.ts';

/** Leases by name, over a way to call verbs. */
export function createLeases(call: Call): Leases {
  return {
    takeLease: (name, holder, forMs) => call('takeLease', name, holder, forMs),
    renewLease: (name, holder, forMs) => call('renewLease', name, holder, forMs),
    async giveBackLease(name, holder) {
      await call('giveBackLease', name, holder);
    },
  };
}

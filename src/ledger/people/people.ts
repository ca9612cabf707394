import type { PeopleLedger } from '../../redemption/people.ts';
import type { Call } from '../verbs.ts';

/** The port over a way to call verbs: the same for every database. */
export function createPeopleLedger(call: Call): PeopleLedger {
  const done = async (work: Promise<null>): Promise<void> => {
    await work;
  };
  return {
    askBinding: (request) => call('askBinding', request),
    findBindingRequest: (number) => call('findBindingRequest', number),
    openBindingRequests: (storeCode, limit) => call('openBindingRequests', storeCode, limit),
    decideBinding: (number, decision, by, leaseMs) => call('decideBinding', number, decision, by, leaseMs),
    reopenBinding: (number, by) => done(call('reopenBinding', number, by)),
    finishBinding: (number, tellings) => done(call('finishBinding', number, tellings)),
    beginStaffChange: (change) => call('beginStaffChange', change),
    endStaffChange: (id, made) => done(call('endStaffChange', id, made)),
    tell: (tellings) => done(call('tell', tellings)),
  };
}

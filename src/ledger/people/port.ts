import type { PeopleLedger } from '../../redemption/ledger.ts';
import type { Call } from '../verbs.ts';

/** Requests and changes of the mapping, over a way to call verbs. */
export function createPeopleLedger(call: Call): PeopleLedger {
  return {
    askBinding: (request) => call('askBinding', request),
    findBindingRequest: (number) => call('findBindingRequest', number),
    openBindingRequests: (storeCode, limit) => call('openBindingRequests', storeCode, limit),
    decideBinding: (number, decision, by, leaseMs) => call('decideBinding', number, decision, by, leaseMs),
    async reopenBinding(number, by) {
      await call('reopenBinding', number, by);
    },
    async finishBinding(number, tellings) {
      await call('finishBinding', number, tellings);
    },
    async noteName(user, name) {
      await call('noteName', user, name);
    },
    beginStaffChange: (change) => call('beginStaffChange', change),
    async endStaffChange(id, made) {
      await call('endStaffChange', id, made);
    },
    findStaffChange: (id) => call('findStaffChange', id),
    listStaffChanges: (asked) => call('listStaffChanges', asked),
    beginMappingChange: (change) => call('beginMappingChange', change),
    async endMappingChange(id, made) {
      await call('endMappingChange', id, made);
    },
    findMappingChange: (id) => call('findMappingChange', id),
    listMappingChanges: (asked) => call('listMappingChanges', asked),
    async tell(tellings) {
      await call('tell', tellings);
    },
  };
}

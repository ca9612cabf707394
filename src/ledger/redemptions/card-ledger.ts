import type { CardLedger } from '../../redemption/questions.ts';
import type { Wishes } from '../notices/notices.ts';
import type { Call } from '../verbs.ts';

/** The ledger's part about cards, over a way to call verbs. */
export function createCardLedger(call: Call, wishes: Wishes): CardLedger {
  return {
    noteCard: ({ id, message }, seen, policy) => call('noteCard', { id, message }, seen, policy),
    noteReadings: (id, readings) => call('noteReadings', id, readings),
    noteRemaining: (id, remaining) => call('noteRemaining', id, remaining),
    cancelQuestion: (speaker, receipt) => call('cancelQuestion', speaker, receipt),
    findQuestions: (speaker) => call('findQuestions', speaker),
    async expireQuestions() {
      await call('expireQuestions');
    },
    takeDueLooks: (limit, leaseMs, firstAfterMs) => call('takeDueLooks', limit, leaseMs, firstAfterMs),
    async scheduleLook(id, at) {
      await call('scheduleLook', id, at);
    },
    async endLooks(id, tellings) {
      await call('endLooks', id, tellings);
    },
    settleByLook: (id, sight, last) => call('settleByLook', id, sight, last, wishes.kinds),
    settleByHand: (id, state, by) => call('settleByHand', id, state, by, wishes.kinds),
  };
}

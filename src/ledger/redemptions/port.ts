import type { Looks, Questions, Redemptions } from '../../redemption/ledger.ts';
import type { RecordFilter } from '../../redemption/records.ts';
import type { Redemption } from '../../redemption/redemption.ts';
import type { Reads } from '../reads.ts';
import type { Call } from '../verbs.ts';
import type { Waiters } from './waiters.ts';

export interface RedemptionParts {
  readonly call: Call;
  /** For what no customer waits for. */
  readonly reads: Reads;
  readonly waiters: Waiters;
  /** Told after a row of this service was settled. */
  readonly onSettled?: ((row: Redemption) => void) | undefined;
}

/** Redemptions, questions and looks, over a way to call verbs. */
export function createRedemptions(parts: RedemptionParts): Redemptions & Questions & Looks {
  const { call, reads, waiters, onSettled } = parts;
  return {
    noteCard: ({ id, message }, seen, policy) => call('noteCard', { id, message }, seen, policy),
    async settle({ id, message }, outcome) {
      const row = await call('settle', { id, message }, outcome);
      // One that a later message has confirmed is still under way, and not settled here.
      if (row.state === 'pending') return row;
      waiters.tell(row);
      onSettled?.(row);
      return row;
    },
    noteRemaining: (id, remaining) => call('noteRemaining', id, remaining),
    findRedemption: (id) => call('findRedemption', id),
    whenSettled(id) {
      const { told, giveUp } = waiters.wait(id);
      call('findRedemption', id).then((row) => {
        if (row.state !== 'pending') waiters.tell(row);
      }, giveUp);
      return told;
    },
    findRecords: (filter, limit) =>
      isOfOne(filter) ? call('findRecords', filter, limit) : reads.findRecords(filter, limit),
    findStoreRecords: (span) => reads.findStoreRecords(span),
    findBacklog: () => reads.findBacklog(),

    askShown: (message, line, policy) => call('askShown', message, line, policy),
    noteReadings: (id, readings) => call('noteReadings', id, readings),
    cancelQuestion: (speaker, named) => call('cancelQuestion', speaker, named),
    cancelQuestions: (speaker) => call('cancelQuestions', speaker),
    findQuestions: (speaker) => call('findQuestions', speaker),
    isReading: (speaker) => call('isReading', speaker, null),
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
    settleByLook: (id, sight, last) => call('settleByLook', id, sight, last),
    settleByHand: (id, state, by) => call('settleByHand', id, state, by),
  };
}

/**
 * Whether it is about one redemption or one card: there are a few rows of those, each found by its index, and they are asked
 * for while a customer stands there.
 */
function isOfOne({ receipt, card }: RecordFilter): boolean {
  return receipt !== undefined || card !== undefined;
}

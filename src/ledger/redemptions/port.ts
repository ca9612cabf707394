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

  function tellIfSettled(row: Redemption): Redemption {
    if (row.state !== 'unknown') onSettled?.(row);
    return row;
  }

  return {
    noteCard: ({ id, message }, seen, policy) => call('noteCard', { id, message }, seen, policy),
    async settle({ id, message }, outcome, sentAt = null) {
      const row = await call('settle', { id, message }, outcome, sentAt);
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
    findChanges: (since, limit) => reads.findChanges(since, limit),
    countUnknowns: () => reads.countUnknowns(),
    findTrail: (receipt, seenBy) => reads.findTrail(receipt, seenBy),
    findUnknowns: (...of) => reads.findUnknowns(...of),
    findSettledUnknowns: (...of) => reads.findSettledUnknowns(...of),
    findReceipts: (receipts) => reads.findReceipts(receipts),
    findSucceeded: (...of) => reads.findSucceeded(...of),
    listRecords: (filter, page) => reads.listRecords(filter, page),
    findTypists: (text, storeCode, limit) => reads.findTypists(text, storeCode, limit),
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
    settleByLook: async (id, sight, last, by = null) => tellIfSettled(await call('settleByLook', id, sight, last, by)),
    settleByHand: async (id, state, by, asOf) => tellIfSettled(await call('settleByHand', id, state, by, asOf)),
    settleByList: async (id, state, by, asOf) => tellIfSettled(await call('settleByList', id, state, by, asOf)),
  };
}

/**
 * Whether it is about one redemption or one card: there are a few rows of those, each found by its index, and they are asked
 * for while a customer stands there.
 */
function isOfOne({ receipt, card }: RecordFilter): boolean {
  return receipt !== undefined || card !== undefined;
}

import { randomUUID } from 'node:crypto';
import { NEVER_ASK } from '../redemption/card-ledger.ts';
import type { Asking, Ledger, MessageKey } from '../redemption/ports.ts';
import type { Outbox } from '../redemption/outbox.ts';
import type { PeopleLedger } from '../redemption/people.ts';
import type { Redemption } from '../redemption/redemption.ts';
import { createCardLedger } from './details/card-ledger.ts';
import type { Wishes } from './outbox/outbox.ts';
import type { Call } from './verbs/index.ts';
import type { createWaiters } from './waiters.ts';

export interface OpenedLedger {
  readonly ledger: Ledger;
  /** What groups are told; lives and ends with the ledger. */
  readonly outbox: Outbox;
  /** Who asked for, decided and changed what in the mapping; part of the ledger too. */
  readonly people: PeopleLedger;
  /** How many rows were found that a dead process had left pending; they are *unknown* now. */
  readonly interrupted: number;
  /** The clock that the ledger's instants are taken from, in milliseconds since 1970. */
  readonly now: () => number;
}

export interface LedgerParts {
  readonly call: Call;
  readonly waiters: ReturnType<typeof createWaiters>;
  readonly wishes: Wishes;
  /**
   * Who has held replies, where this process alone writes the ledger, so that nobody else's message need ask for them.
   * Null where other processes can hold replies too.
   */
  readonly heldUsers: Set<string> | null;
  /** Told after a row of this service was settled. */
  readonly onSettled?: (row: Redemption) => void;
  /** Told when a claim failed, with the token that it carried. */
  readonly onClaimFailed?: (error: unknown, message: MessageKey, token: string) => void;
  readonly close: () => Promise<void>;
}

/** The port over a way to call verbs: the same for every database. */
export function createLedger(parts: LedgerParts): Ledger {
  const { call, waiters, wishes, heldUsers, onSettled, onClaimFailed, close } = parts;
  return {
    async claim(message, lines, asking = NOT_ASKING) {
      const token = randomUUID();
      try {
        return await call('claim', message, lines, token, asking);
      } catch (error) {
        onClaimFailed?.(error, message, token);
        throw error;
      }
    },
    async settle({ id, message }, outcome) {
      const row = await call('settle', { id, message }, outcome, wishes.kinds);
      // One that a later message has confirmed is still under way, and not settled here.
      if (row.state === 'pending') return row;
      waiters.tell(row);
      onSettled?.(row);
      return row;
    },
    findRedemption: (id) => call('findRedemption', id),
    whenSettled(id) {
      const { told, giveUp } = waiters.wait(id);
      call('findRedemption', id).then((row) => {
        if (row.state !== 'pending') waiters.tell(row);
      }, giveUp);
      return told;
    },
    ...createCardLedger(call, wishes),
    findMessage: (key) => call('findMessage', key),
    async saveAnswers(message, answers) {
      await call('saveAnswers', message, answers);
    },
    findRecords: (filter, limit) => call('findRecords', filter, limit),
    async replyAnswered(message, asOf) {
      await call('replyAnswered', message, asOf);
    },
    async queueReply(message, afterMs) {
      await call('queueReply', message, afterMs);
    },
    takeReply: (message) => call('takeReply', message),
    takeDueReplies: (limit, leaseMs) => call('takeDueReplies', limit, leaseMs),
    async finishReply(message, result, asOf) {
      const { heldFor } = await call('finishReply', message, result, asOf);
      if (heldFor !== null) heldUsers?.add(heldFor);
    },
    async takeHeldReplies(user, message) {
      if (heldUsers?.has(user) === false) return { taken: [], elsewhere: [] };
      const { left, ...held } = await call('takeHeldReplies', user, message);
      // Answers come in the order of their transactions, so what is held from now on is added after this.
      if (!left) heldUsers?.delete(user);
      return held;
    },
    async check() {
      await call('heartbeat');
    },
    close,
  };
}

const NOT_ASKING: Asking = { policy: NEVER_ASK, confirmations: [] };

import { randomUUID } from 'node:crypto';
import { NEVER_ASK } from '../redemption/questions.ts';
import type { Asking, Claim, Ledger, MessageKey, MessageRecord } from '../redemption/ports.ts';
import type { Outbox } from '../redemption/notices.ts';
import type { PeopleLedger } from '../redemption/people.ts';
import type { Redemption } from '../redemption/redemption.ts';
import type { Problem } from '../problem.ts';
import { realTime } from '../time/real.ts';
import type { Time } from '../time/time.ts';
import { createClaimCheck } from './messages/claim-check.ts';
import { createCardLedger } from './redemptions/card-ledger.ts';
import { LedgerError } from './errors.ts';
import type { Wishes } from './notices/notices.ts';
import { Refusals, type RefusalsParts } from './messages/refusals.ts';
import type { Call } from './verbs.ts';
import type { createWaiters } from './redemptions/waiters.ts';

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
  /** What an operator should know of the database, though it works. */
  readonly problems: () => readonly Problem[];
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
  readonly onClaimFailed?: (error: unknown, message: MessageKey, token: string, wasLost: boolean) => void;
  /** The token of a claim of that message which may have been stored, and which is this caller's from now on. */
  readonly takeLostClaim?: (message: MessageKey) => string | null;
  readonly refusals: Refusals;
  /** See `Ledger.mayBeRefusedElsewhere`; null where there is no other service. */
  readonly refusedElsewhere: Ledger['mayBeRefusedElsewhere'] | null;
  readonly close: () => Promise<void>;
  readonly time?: Time;
}

/** The port over a way to call verbs: the same for every database. */
export function createLedger(parts: LedgerParts): Ledger {
  const { call, waiters, wishes, heldUsers, onSettled, onClaimFailed, takeLostClaim } = parts;
  const { refusals, refusedElsewhere, close, time = realTime } = parts;
  const check = createClaimCheck({ write: () => call('checkClaims'), time });
  return {
    async claim(message, lines, asking = NOT_ASKING) {
      // One that may have been stored is found again by its token.
      const lost = takeLostClaim?.(message) ?? null;
      const token = lost ?? randomUUID();
      const end = refusals.beginClaim(message);
      let claim: Claim;
      try {
        claim = await call('claim', message, lines, token, asking);
      } catch (error) {
        check.forget();
        onClaimFailed?.(error, message, token, lost !== null);
        throw error;
      } finally {
        end();
      }
      if (refusals.takesBack(message, token))
        throw new LedgerError('storage', 'the message was stored only after it had been refused');
      return claim;
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
    refuse: (message, lines) => refusals.add(message, lines),
    findRefusal: (message) => refusals.find(message),
    mayBeRefusedElsewhere: refusedElsewhere ?? (() => false),
    check: () => check.run(),
    async close() {
      check.forget();
      await refusals.stop();
      await close();
    },
  };
}

/** What a ledger keeps in mind of messages that storage did not take. */
export function createRefusals(
  parts: Pick<LedgerParts, 'call' | 'waiters'> & Pick<RefusalsParts, 'time' | 'log' | 'takeLostClaim'>,
): Refusals {
  const onRecorded = ({ redemptions }: MessageRecord) => {
    for (const row of redemptions) if (row.state !== 'pending') parts.waiters.tell(row);
  };
  return new Refusals({ ...parts, onRecorded });
}

const NOT_ASKING: Asking = { policy: NEVER_ASK, confirmations: [] };

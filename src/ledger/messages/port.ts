import { randomUUID } from 'node:crypto';
import type * as ports from '../../redemption/ledger.ts';
import { NOTHING_HELD, type Claim, type MessageKey } from '../../redemption/message.ts';
import { NOT_ASKING } from '../../redemption/questions.ts';
import { LedgerError } from '../errors.ts';
import type { Call } from '../verbs.ts';
import type { Refusals } from './refusals.ts';

export interface MessageParts {
  readonly call: Call;
  /**
   * Who has held replies, where this process alone writes the ledger, so that no other person's message need ask for
   * them. Null where other processes can hold replies too.
   */
  readonly heldUsers: Set<string> | null;
  /** Told when a claim failed, with the token that it carried. */
  readonly onClaimFailed?: ((error: unknown, message: MessageKey, token: string, wasLost: boolean) => void) | undefined;
  /** The token of a claim of that message which may have been stored, and which is this caller's from now on. */
  readonly takeLostClaim?: ((message: MessageKey) => string | null) | undefined;
  readonly refusals: Refusals;
  /** See the port; null where there is no other service. */
  readonly refusedElsewhere: ports.Refusals['mayBeRefusedElsewhere'] | null;
}

/** Messages, their replies and what was refused, over a way to call verbs. */
export function createMessages(parts: MessageParts): ports.Messages & ports.Replies & ports.Refusals {
  const { call, heldUsers, onClaimFailed, takeLostClaim, refusals, refusedElsewhere } = parts;
  return {
    async claim(message, lines, asking = NOT_ASKING) {
      // One that may have been stored is found again by its token.
      const lost = asking.asNew === true ? null : (takeLostClaim?.(message) ?? null);
      const token = lost ?? randomUUID();
      const end = refusals.beginClaim(message);
      let claim: Claim;
      try {
        claim = await call('claim', message, lines, token, asking);
      } catch (error) {
        onClaimFailed?.(error, message, token, lost !== null);
        throw error;
      } finally {
        end();
      }
      if (refusals.takesBack(message, token))
        throw new LedgerError('storage', 'the message was stored only after it had been refused');
      return claim;
    },
    findMessage: (key) => call('findMessage', key),
    async saveAnswers(message, answers) {
      await call('saveAnswers', message, answers);
    },
    async noteRedelivered(redelivered) {
      await call('noteRedelivered', redelivered);
    },

    async repliesAnswered(answered) {
      await call('repliesAnswered', answered);
    },
    async queueReply(message, afterMs) {
      await call('queueReply', message, afterMs);
    },
    takeReply: (message, evenAnswered) => call('takeReply', message, evenAnswered),
    takeDueReplies: (limit, leaseMs, notOf = []) => call('takeDueReplies', limit, leaseMs, notOf),
    async finishReply(message, result, asOf) {
      const { heldFor } = await call('finishReply', message, result, asOf);
      if (heldFor !== null) heldUsers?.add(heldFor);
    },
    takeHeldReplies(user, message) {
      if (heldUsers?.has(user) === false) return NOTHING_HELD;
      return call('takeHeldReplies', user, message).then(({ left, ...held }) => {
        // Answers come in the order of their transactions, so what is held from now on is added after this.
        if (!left) heldUsers?.delete(user);
        return held;
      });
    },

    findHeldUsers: () => call('findHeldUsers'),
    async wakeHeldReplies(users) {
      await call('wakeHeldReplies', users);
    },

    refuse: (message, lines) => refusals.add(message, lines),
    findRefusal: (message) => refusals.find(message),
    mayBeRefusedElsewhere: refusedElsewhere ?? (() => false),
  };
}

import type { Log } from '../log.ts';
import { keyOf, type NewMessage } from '../redemption/message.ts';
import type { Ledger } from '../redemption/ledger.ts';
import type { DeliveryNotes } from './delivery-notes.ts';

/** People who were greeted lately need no look at the ledger. */
const REMEMBERED = 10_000;

export interface GreetingsParts {
  readonly ledger: Pick<Ledger, 'claim'>;
  readonly notes: DeliveryNotes;
  readonly log: Log;
}

/** What is said once, on record like a message, so that neither another instance nor a restart says it again. */
export interface Greetings {
  /** Whether it is this caller's to say. Never rejects: where storage does not answer, it is not said. */
  isFirst(once: Pick<NewMessage, 'channel' | 'account' | 'messageId' | 'user' | 'returnAddress'>): Promise<boolean>;
}

export function createGreetings({ ledger, notes, log }: GreetingsParts): Greetings {
  const known = new Set<string>();

  return {
    async isFirst(once) {
      const key = keyOf(once);
      if (known.has(key)) return false;
      if (known.size >= REMEMBERED) known.clear();
      known.add(key);
      try {
        // If this process dies before the greeting is noted as told, the person gets the help text late.
        const { won, message } = await ledger.claim({ ...once, conversation: null, text: 'help' }, []);
        if (won) notes.answered({ message: message.id, asOf: message.changes });
        return won;
      } catch (error) {
        known.delete(key);
        log.warn({ err: error }, 'could not look whether a person was greeted today; not greeted');
        return false;
      }
    },
  };
}

import type { AddressOf, StaffBook } from '../redemption/people.ts';
import type { PeopleLedger } from '../redemption/ledger.ts';
import type { Redemption } from '../redemption/redemption.ts';
import type { Say } from './notice.ts';
import { managersOf } from './staff-rules.ts';

export interface TellOverruledParts {
  readonly book: StaffBook;
  readonly ledger: Pick<PeopleLedger, 'tell'>;
  readonly admins: readonly string[];
  readonly addressOf: AddressOf;
  readonly say: Say;
  /** Writes it, and tries again until it is written. */
  readonly note: (write: () => Promise<void>) => void;
}

/**
 * Tells those who manage the store, and the person who had settled the redemption by hand or by a list, that its caller knows better.
 * The person who typed it hears so in the reply.
 */
export function createTellOverruled({ book, ledger, admins, addressOf, say, note }: TellOverruledParts) {
  return (redemption: Redemption): void => {
    const { id, receipt, state, store, settledBy } = redemption;
    if (settledBy?.how !== 'overruled') return;
    const byHand = settledBy.by.how === 'look' ? [] : [settledBy.by.user];
    const users = new Set([...managersOf(book.snapshot(), admins, store?.code ?? ''), ...byHand]);
    const text = say({ kind: 'redemption', redemption });
    const tellings = [...users].map((user) => ({
      key: `overruled-${receipt}-${state}-${user}`,
      user,
      ...addressOf(user),
      text,
      topic: { kind: 'redemption', id } as const,
    }));
    note(() => ledger.tell(tellings));
  };
}

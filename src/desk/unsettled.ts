import type { AddressOf, StaffBook, Telling } from '../redemption/people.ts';
import type { Redemption } from '../redemption/redemption.ts';
import type { Say } from './notice.ts';
import { managersOf } from './staff-rules.ts';

export interface TellUnsettledParts {
  readonly book: StaffBook;
  readonly admins: readonly string[];
  readonly addressOf: AddressOf;
  readonly say: Say;
}

/**
 * What managers of the store are told of a redemption that stays unknown after its last look: only they can settle it now.
 * Managers of all stores, where the store has none of its own. The person who typed it hears it in the reply.
 */
export function createTellUnsettled({ book, admins, addressOf, say }: TellUnsettledParts) {
  return (redemption: Redemption, typedBy: string | null): Telling[] => {
    const current = book.snapshot();
    const own = managersOf(current, [], redemption.store?.code ?? '');
    const person = typedBy === null ? null : current.person(typedBy);
    const text = say({ kind: 'unsettled', redemption, who: person?.name ?? typedBy });
    const about = { text, topic: { kind: 'unsettled', id: redemption.id } } as const;
    return (own.length > 0 ? own : admins)
      .filter((user) => user !== typedBy)
      .map((user) => ({ key: `unsettled-${redemption.receipt}-${user}`, user, ...addressOf(user), ...about }));
  };
}

import type { Undo } from '../command/command.ts';
import type { Ledger } from '../redemption/ledger.ts';
import type { RecordFilter } from '../redemption/records.ts';
import type { Person, StaffBook } from '../redemption/people.ts';
import type { Speaker } from '../redemption/questions.ts';
import type { Redemption, State } from '../redemption/redemption.ts';
import { isSameUser } from '../redemption/user-id.ts';
import type { Who } from './permissions.ts';
import type { Choice } from './choices.ts';
import type { Questions } from './questions.ts';
import { knownTo } from './scope.ts';

/** A redemption is still what the person speaks of for a day. */
const RECENT_MS = 24 * 60 * 60_000;
/** So many names are said at most. */
const MOST_NAMED = 3;

/** A redemption cannot be taken back from here. */
export interface NotUndone {
  readonly kind: 'not-undone';
  /** The one that is meant, to be forwarded: named, or the person's last of a day; null where there is none that they may see. */
  readonly redemption: Redemption | null;
  /** Whether a receipt or a card was named. */
  readonly named: boolean;
  /** Who can help, by name: managers of the store, or where it has none, admins. Empty where none has a name, or the person is one. */
  readonly helpers: readonly string[];
  /** Whether the helpers are the store's own. */
  readonly ofStore: boolean;
  /** Questions that wait for the person's answer. */
  readonly open: readonly Choice[];
}

/** Nothing of it was sent yet: a question that waited, and that is withdrawn now. */
export interface WithdrawnInstead {
  readonly kind: 'withdrawn-instead';
  readonly redemption: Redemption;
}

export interface UndoParts {
  readonly ledger: Pick<Ledger, 'cancelQuestion' | 'findRecords'>;
  readonly questions: Pick<Questions, 'open'>;
  readonly book: Pick<StaffBook, 'snapshot'>;
  /** Managers of all stores. */
  readonly admins: readonly string[];
  /** The ledger's clock: milliseconds since 1970. */
  readonly now: () => number;
}

/** Withdraws what is only asked about, and tells of everything else who can take it back. */
export type AskUndo = (command: Undo, who: Who, speaker: Speaker) => Promise<NotUndone | WithdrawnInstead>;

/** First those of which something may have been spent. */
const ORDER: readonly (readonly State[])[] = [['succeeded', 'unknown', 'pending'], ['refused']];

export function createUndo({ ledger, questions, book, admins, now }: UndoParts): AskUndo {
  /** Withdraws the question that is meant: the one that is named, or the only one. */
  async function withdraw({ receipt, card }: Undo, speaker: Speaker): Promise<Redemption | null> {
    if (card === null) return ledger.cancelQuestion(speaker, { receipt });
    const [only, ...others] = (await questions.open(speaker)).filter((choice) => choice.card === card);
    return only === undefined || others.length > 0 ? null : ledger.cancelQuestion(speaker, { receipt: only.receipt });
  }

  async function find({ receipt, card }: Undo, who: Who): Promise<Redemption | null> {
    if (receipt !== null) {
      const [found] = (await ledger.findRecords({ receipt, ...knownTo(who) }, 1)).newest;
      return found?.redemption ?? null;
    }
    const span = { from: now() - RECENT_MS, to: now() + 1 };
    const mine: RecordFilter = card === null ? { user: who.user, span } : { user: who.user, card };
    const filters = card === null ? [mine] : [mine, { card, ...knownTo(who) }];
    for (const states of ORDER) {
      for (const filter of filters) {
        const [found] = (await ledger.findRecords({ ...filter, states }, 1)).newest;
        if (found !== undefined) return found.redemption;
      }
    }
    return null;
  }

  function helpersFor(who: Who, storeCode: string | null): Pick<NotUndone, 'helpers' | 'ofStore'> {
    const current = book.snapshot();
    if (who.role === 'manager' || who.role === 'admin') return { helpers: [], ofStore: false };
    const managers = storeCode === null ? [] : current.people({ storeCode, role: 'manager' }, MOST_NAMED);
    if (managers.length > 0) return { helpers: namesOf(managers), ofStore: true };
    const people = admins
      .filter((admin) => !isSameUser(admin, who.user))
      .flatMap((admin) => current.person(admin) ?? []);
    return { helpers: namesOf(people).slice(0, MOST_NAMED), ofStore: false };
  }

  return async (command, who, speaker) => {
    const withdrawn = await withdraw(command, speaker);
    if (withdrawn !== null) return { kind: 'withdrawn-instead', redemption: withdrawn };
    const redemption = await find(command, who);
    return {
      kind: 'not-undone',
      redemption,
      named: command.receipt !== null || command.card !== null,
      ...helpersFor(who, who.member?.store.code ?? redemption?.store?.code ?? null),
      open: await questions.open(speaker),
    };
  };
}

function namesOf(people: readonly Pick<Person, 'name'>[]): string[] {
  return [...new Set(people.flatMap(({ name }) => name ?? []))];
}

import type { Calendar } from '../redemption/calendar.ts';
import type { Ledger } from '../redemption/ledger.ts';
import type { StaffBook } from '../redemption/people.ts';
import type { Directory } from '../redemption/ports.ts';
import type { RecordCursor, RecordedRedemption, RecordFilter, RecordPage } from '../redemption/records.ts';
import type { State } from '../redemption/redemption.ts';
import { isAtLeast } from '../redemption/role.ts';
import { spanOf } from './days.ts';
import { nameOnRecord } from './names.ts';
import { createMeantPeople, type MeantPerson } from './meant-people.ts';
import { mayManage, type Who } from './permissions.ts';
import { readSearched } from './searched.ts';
import { knownTo, managedBy } from './scope.ts';

/** Parts of the ledger that are read for one page at most. */
const MOST_PARTS = 4;

/** Which records are looked at: those for which all that is given holds. */
export interface RecordView {
  /** The last digits of a card. */
  readonly tail?: string;
  /** A receipt: all redemptions of its card. A card itself is never named. */
  readonly like?: string;
  /** A name, an account or a part of one. */
  readonly name?: string;
  /** The account of one person: platform and id. */
  readonly user?: string;
  readonly storeCode?: string;
  /** Days, both included, such as `2026-11-23`. */
  readonly first?: string;
  readonly last?: string;
  readonly state?: State;
  /** What they typed themselves, of those who may see more. */
  readonly mine?: true;
}

export interface RecordsShown {
  readonly kind: 'shown';
  /** With the names that people have now, where they have one. */
  readonly page: RecordPage;
  /** Whom a name or a part of one stands for; null: none was given. */
  readonly people: readonly MeantPerson[] | null;
  /** The card of which all are shown; null: it is not about one. */
  readonly card: string | null;
}

/** Why nothing can be shown. */
export interface NotShown {
  /** `not-theirs`: not with their role; `no-such`: no redemption that they may know of; `too-many`: people with such a name. */
  readonly kind: 'not-theirs' | 'no-such' | 'too-many';
}

/** What a text that was typed to search for has led to. */
export type Found =
  | { readonly kind: 'receipt'; readonly receipt: string }
  | { readonly kind: 'view'; readonly view: RecordView }
  /** A redemption or a card that is not on record, or not for them; the last characters of what was typed. */
  | { readonly kind: 'nothing'; readonly of: 'receipt' | 'card'; readonly ends: string }
  /** It cannot be looked for. */
  | { readonly kind: 'bad-receipt' | 'too-short' | 'not-theirs' };

export interface RecordSearchParts {
  readonly ledger: Pick<Ledger, 'listRecords' | 'findTypists'>;
  readonly directory: Pick<Directory, 'findStaff'>;
  readonly book: Pick<StaffBook, 'snapshot'>;
  readonly calendar: Calendar;
}

export interface RecordPart {
  readonly before: RecordCursor | null;
  readonly limit: number;
}

/** The records as pages show them, in parts, as far as a person may know them. */
export interface RecordSearch {
  show(view: RecordView, who: Who, part: RecordPart): Promise<RecordsShown | NotShown>;
  /** Reads what was typed into one field: a receipt, a card or its end, a person. */
  find(text: string, who: Who): Promise<Found>;
}

export function createRecordSearch({ ledger, directory, book, calendar }: RecordSearchParts): RecordSearch {
  const peopleCalled = createMeantPeople({ ledger, directory, book });

  async function first(filter: RecordFilter): Promise<RecordedRedemption | undefined> {
    return (await ledger.listRecords(filter, { before: null, limit: 1 })).rows[0];
  }

  /** Where what matches is rare, several parts are read until there is a row. */
  async function search(filter: RecordFilter, { before, limit }: RecordPart): Promise<RecordPage> {
    let page = await ledger.listRecords(filter, { before, limit });
    for (let read = 1; read < MOST_PARTS && page.rows.length === 0 && page.next !== null; read += 1)
      page = await ledger.listRecords(filter, { before: page.next, limit });
    return page;
  }

  return {
    async show(view, who, part) {
      if (!isTheirs(view, who)) return { kind: 'not-theirs' };
      const like = view.like === undefined ? null : await first({ receipt: view.like, ...knownTo(who) });
      if (like === undefined) return { kind: 'no-such' };
      const people = view.name === undefined ? null : await peopleCalled(view.name, who);
      if (people === 'too-many') return { kind: 'too-many' };
      const card = like?.redemption ?? null;
      const users = view.user === undefined ? people?.map(({ user }) => user) : [view.user];
      const filter: RecordFilter = {
        ...scopeOf(view, who),
        ...(view.storeCode !== undefined && { storeCode: view.storeCode }),
        ...(view.tail !== undefined && { tail: view.tail }),
        ...(card !== null && { cards: [...new Set([card.card, card.realCard ?? card.card])] }),
        ...(users !== undefined && { users }),
        ...(view.state !== undefined && { states: [view.state] }),
        ...spanOfView(view, calendar),
      };
      const nobody = users?.length === 0;
      const { rows, next } = nobody ? { rows: [], next: null } : await search(filter, part);
      const named = rows.map((row) => ({ ...row, name: nameOnRecord(directory, row) }));
      return { kind: 'shown', page: { rows: named, next }, people, card: card?.realCard ?? card?.card ?? null };
    },

    async find(text, who) {
      const searched = readSearched(text);
      switch (searched.kind) {
        case 'receipt': {
          const { receipt } = searched;
          const known = await first({ receipt, ...knownTo(who) });
          return known === undefined ? { kind: 'nothing', of: 'receipt', ends: receipt } : { kind: 'receipt', receipt };
        }
        case 'tail':
          return { kind: 'view', view: { tail: searched.tail } };
        case 'card': {
          const { card } = searched;
          const known = await first({ cards: [card], ...knownTo(who) });
          if (known !== undefined) return { kind: 'view', view: { like: known.redemption.receipt } };
          // A receipt may be typed without what it begins with.
          const marked = readSearched(`R-${card}`);
          const receipt = marked.kind === 'receipt' ? marked.receipt : null;
          if (receipt !== null && (await first({ receipt, ...knownTo(who) })) !== undefined)
            return { kind: 'receipt', receipt };
          // Accounts may look like cards.
          const people = mayLookForPeople(who) ? await peopleCalled(card, who) : [];
          const person = people === 'too-many' ? undefined : people[0];
          if (person !== undefined) return { kind: 'view', view: { user: person.user } };
          return { kind: 'nothing', of: 'card', ends: card.slice(-4) };
        }
        case 'name':
          if (!mayLookForPeople(who)) return { kind: 'not-theirs' };
          return { kind: 'view', view: { name: searched.name } };
        default:
          return searched;
      }
    },
  };
}

/** Whether this person may ask for such a view at all; whatever they ask for, they are shown what is theirs to know. */
function isTheirs({ storeCode, name, user }: RecordView, who: Who): boolean {
  if (storeCode !== undefined && !mayManage(who, storeCode)) return false;
  return (name === undefined && (user === undefined || user === who.user)) || mayLookForPeople(who);
}

/** Whether the records of others than themselves are open to this person. */
export function mayLookForPeople({ role }: Who): boolean {
  return isAtLeast(role, 'manager');
}

/** As in the chat: of a card what they may know of it, else their store's where they manage it, else their own. */
function scopeOf({ tail, like, mine }: RecordView, who: Who): RecordFilter {
  const own = mine === true ? { user: who.user } : {};
  if (tail !== undefined || like !== undefined) return { ...knownTo(who), ...own };
  return mayLookForPeople(who) && mine !== true ? managedBy(who) : { user: who.user };
}

/** Before and behind all days that there will be records of. */
const [EARLIEST, LATEST] = ['2000-01-01', '2999-12-31'];

function spanOfView({ first, last }: RecordView, calendar: Calendar): Pick<RecordFilter, 'span'> {
  if (first === undefined && last === undefined) return {};
  return { span: spanOf({ first: first ?? EARLIEST, last: last ?? LATEST }, calendar) };
}

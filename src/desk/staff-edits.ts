import type { RecordedStaffChange } from '../redemption/changes.ts';
import type { PeopleLedger } from '../redemption/ledger.ts';
import type { PeopleFilter, Person, Place, StaffBook, StaffSnapshot } from '../redemption/people.ts';
import { mayManage, type Who } from './permissions.ts';
import { placeOf, type StaffChanges } from './staff-changes.ts';
import { changesRole, judgePlace, samePlace, type Judgement, type Refusal, type Wish } from './staff-rules.ts';
import {
  bindingAsked,
  holdersView,
  memberView,
  type BindingAsked,
  type HoldersView,
  type MemberView,
} from './staff-views.ts';
import type { TellBound } from './tell-bound.ts';

/** Of those who are found by name or account so many, at most, are counted. */
const MOST_FOUND = 1_000;
const REQUESTS_SHOWN = 50;
/** Changes that are told of an entry that was changed since. */
const SINCE = 5;

export interface StaffEditsParts {
  readonly book: StaffBook;
  /** Whether the mapping is broken by hand at the moment. */
  readonly isBroken: () => boolean;
  readonly ledger: Pick<PeopleLedger, 'openBindingRequests' | 'findStaffChange' | 'listStaffChanges'>;
  readonly changes: StaffChanges;
  readonly admins: readonly string[];
  readonly tellBound: TellBound;
}

/** People in parts. `total` is at most `MOST_FOUND` where they were searched for. */
export interface PeoplePage {
  readonly people: readonly MemberView[];
  readonly total: number;
  readonly isCut: boolean;
}

/** What is wanted of a person's entry; null: they are to be in no store. */
export interface Edit {
  readonly user: string;
  readonly after: Place | null;
  /** As `seenOf` gave it of the entry that was looked at. */
  readonly seen: string;
}

/** What an edit would change. */
export interface Planned {
  readonly kind: 'planned';
  readonly before: Place | null;
  readonly after: Place | null;
  /** Who else has the employee id that is to be theirs. */
  readonly holders: HoldersView | null;
  readonly changesRole: boolean;
}

/** Why an edit is not made. */
export type NotEdited =
  | { readonly kind: 'refused'; readonly why: Refusal }
  | { readonly kind: 'unchanged' }
  /** It was changed since it was looked at: to this, by these changes as far as they are on record. */
  | { readonly kind: 'stale'; readonly now: Place | null; readonly since: readonly RecordedStaffChange[] }
  /** The mapping is broken by hand at the moment, or could not be written. */
  | { readonly kind: 'mapping-broken' }
  /** There is no such change, or none that they may know of. */
  | { readonly kind: 'no-such-change' };

export type Made = Omit<Planned, 'kind'> & { readonly kind: 'made' };

/** A change on record, as far as they who ask may know of it. */
export interface ChangeView extends Omit<RecordedStaffChange, 'before' | 'after'> {
  readonly before: Place | 'elsewhere' | null;
  readonly after: Place | 'elsewhere' | null;
  /** Whether the entry is still as the change left it. */
  readonly stands: boolean;
}

/** The people of a store, or of all, as those who manage them see and change them. */
export interface StaffEdits {
  isBroken(): boolean;
  /** `page` counts from 1; `storeCode` counts only for an admin. */
  list(
    who: Who,
    asked: { readonly storeCode: string | null; readonly search: string; readonly page: number; readonly size: number },
  ): Promise<PeoplePage>;
  requests(who: Who): Promise<readonly Pick<BindingAsked, 'request' | 'holders'>[]>;
  /** Null where there is none, or none that they may know of. */
  person(who: Who, user: string): Person | null;
  plan(who: Who, edit: Edit): Planned | NotEdited;
  make(who: Who, edit: Edit): Promise<Made | NotEdited>;
  changes(
    who: Who,
    asked: { readonly user?: string; readonly storeCode?: string; readonly before?: number; readonly limit: number },
  ): Promise<readonly ChangeView[]>;
  planUndo(who: Who, id: number): Promise<(Planned & { readonly user: string }) | NotEdited>;
  undo(who: Who, id: number): Promise<Made | NotEdited>;
}

/** What a form carries of the entry that it edits: the entry is then the same only if this is. */
export function seenOf(person: Place | null): string {
  return JSON.stringify(placeOf(person));
}

export function createStaffEdits(parts: StaffEditsParts): StaffEdits {
  const { book, isBroken, ledger, changes, admins, tellBound } = parts;

  const scope = ({ role, member }: Who, storeCode: string | null): PeopleFilter => {
    if (role !== 'admin') return { storeCode: member?.store.code ?? '' };
    return storeCode === null ? {} : { storeCode };
  };

  function judge(current: StaffSnapshot, wish: Wish, after: Place | null, seen: string): Judgement | { kind: 'stale' } {
    const judged = judgePlace(current, admins, wish, after);
    // What they may not change they do not hear more of.
    return judged.kind === 'change' && seenOf(judged.before) !== seen ? { kind: 'stale' } : judged;
  }

  function planned(who: Who, user: string, before: Place | null, after: Place | null): Omit<Planned, 'kind'> {
    const id = after?.employeeId ?? null;
    const holders = id === null ? null : holdersView(book.snapshot(), who, { employeeId: id, user });
    return { before, after, holders, changesRole: changesRole(before, after) };
  }

  async function stale(who: Who, user: string): Promise<NotEdited> {
    const now = placeOf(book.snapshot().person(user));
    const since = await ledger.listStaffChanges({ user, limit: SINCE });
    return {
      kind: 'stale',
      now,
      since: since.filter(({ before, after }) => isKnown(who, before) && isKnown(who, after)),
    };
  }

  async function carryOut(who: Who, { user, after, seen }: Edit, undoes: number | null): Promise<Made | NotEdited> {
    if (isBroken()) return { kind: 'mapping-broken' };
    const wish = { by: who.user, user };
    const reason = undoes === null ? { request: null } : { request: null, undoes };
    const changed = await changes.makeIfFresh(wish, reason, (current) => judge(current, wish, after, seen));
    switch (changed.kind) {
      case 'failed':
        return { kind: 'mapping-broken' };
      case 'stale':
        return stale(who, user);
      case 'unchanged':
        return { kind: 'unchanged' };
      case 'refused':
        return changed;
      case 'change':
        if (changed.after !== null) await tellBound(user, changed.after, who.user);
        return { kind: 'made', ...planned(who, user, placeOf(changed.before), changed.after) };
    }
  }

  const isKnown = (who: Who, place: Place | null) => place === null || mayManage(who, place.storeCode);

  /** The change, as an edit that takes it back. */
  async function reverse(who: Who, id: number): Promise<Edit | null> {
    const change = await ledger.findStaffChange(id);
    if (change === null || change.state === 'not-made') return null;
    const { user, before, after } = change;
    const concerns = [before, after].some((place) => place !== null && mayManage(who, place.storeCode));
    return concerns ? { user, after: before, seen: seenOf(after) } : null;
  }

  function plan(who: Who, { user, after, seen }: Edit): Planned | NotEdited {
    if (isBroken()) return { kind: 'mapping-broken' };
    const current = book.snapshot();
    const judged = judge(current, { by: who.user, user }, after, seen);
    if (judged.kind === 'stale') return { kind: 'stale', now: placeOf(current.person(user)), since: [] };
    if (judged.kind === 'unchanged') return { kind: 'unchanged' };
    if (judged.kind === 'refused') return judged;
    return { kind: 'planned', ...planned(who, user, placeOf(judged.before), judged.after) };
  }

  return {
    isBroken,
    async list(who, { storeCode, search, page, size }) {
      const current = book.snapshot();
      const filter = scope(who, storeCode);
      const from = (page - 1) * size;
      const found = search === '' ? null : await current.search(filter, search, MOST_FOUND + 1);
      const people = found?.slice(from, from + size) ?? current.people(filter, size, from);
      const total = found === null ? current.count(filter) : Math.min(found.length, MOST_FOUND);
      return {
        people: people.map((person) => memberView(current, admins, person)),
        total,
        isCut: (found?.length ?? 0) > MOST_FOUND,
      };
    },

    async requests(who) {
      const current = book.snapshot();
      const asked = await ledger.openBindingRequests(scope(who, null).storeCode ?? null, MOST_FOUND);
      return asked
        .filter(({ user }) => current.person(user) === null)
        .slice(0, REQUESTS_SHOWN)
        .map((request) => bindingAsked(current, who, request));
    },

    person(who, user) {
      const person = book.snapshot().person(user);
      return person !== null && mayManage(who, person.storeCode) ? person : null;
    },

    plan,
    make: (who, edit) => carryOut(who, edit, null),

    async changes(who, { user, storeCode = null, before, limit }) {
      const { storeCode: own } = scope(who, storeCode);
      const listed = await ledger.listStaffChanges({
        ...(user !== undefined && { user }),
        ...(own !== undefined && { storeCode: own }),
        ...(before !== undefined && { before }),
        limit,
      });
      const current = book.snapshot();
      const view = (place: Place | null) => (isKnown(who, place) ? place : 'elsewhere');
      return listed.map((change) => ({
        ...change,
        before: view(change.before),
        after: view(change.after),
        stands: change.state !== 'not-made' && samePlace(placeOf(current.person(change.user)), change.after),
      }));
    },

    async planUndo(who, id) {
      const edit = await reverse(who, id);
      if (edit === null) return { kind: 'no-such-change' };
      const result = plan(who, edit);
      if (result.kind === 'planned') return { ...result, user: edit.user };
      return result.kind === 'stale' ? stale(who, edit.user) : result;
    },

    async undo(who, id) {
      const edit = await reverse(who, id);
      return edit === null ? { kind: 'no-such-change' } : carryOut(who, edit, id);
    },
  };
}

import type { Log } from '../log.ts';
import type { BindingNews } from '../redemption/notices.ts';
import type { PeopleLedger } from '../redemption/ledger.ts';
import type { Place, StaffBook, StaffSnapshot } from '../redemption/people.ts';
import { samePlace, storeIn, type Judgement, type Wish } from './staff-rules.ts';

/** Edits of the very same person that may overtake a change. */
const TRIES = 3;

export interface StaffChangesParts {
  readonly book: StaffBook;
  readonly ledger: Pick<PeopleLedger, 'beginStaffChange' | 'endStaffChange'>;
  /** Told of every change that was made. */
  readonly onChanged: (news: BindingNews) => Promise<void>;
  readonly log: Log;
}

/** `failed`: the mapping is broken or cannot be written; nothing was changed. */
export type Changed = Judgement | { readonly kind: 'failed' };

/** The entry is not any more what was to be changed. */
export interface Stale {
  readonly kind: 'stale';
}

/** What a change comes from: a request that it grants, or a change that it takes back. */
export interface Reason {
  readonly request: number | null;
  readonly undoes?: number;
}

export interface StaffChanges {
  /** Makes a change if `judge` still allows it at the moment when it is written. `request` is the one that it grants. */
  make(wish: Wish, request: number | null, judge: (current: StaffSnapshot) => Judgement): Promise<Changed>;
  /** The same where `judge` may also say that the entry is not what it was taken for. */
  makeIfFresh(
    wish: Wish,
    reason: Reason,
    judge: (current: StaffSnapshot) => Judgement | Stale,
  ): Promise<Changed | Stale>;
}

/** Changes entries of the mapping, each on record before it is made. */
export function createStaffChanges({ book, ledger, onChanged, log }: StaffChangesParts): StaffChanges {
  async function attempt(
    wish: Wish,
    reason: Reason,
    planned: Extract<Judgement, { kind: 'change' }>,
    judge: (current: StaffSnapshot) => Judgement | Stale,
  ): Promise<'made' | 'overtaken' | 'failed'> {
    const { before, after } = planned;
    const id = await ledger.beginStaffChange({ ...wish, before: placeOf(before), after, ...reason });
    // Where `decide` stands after its last call; it is not called when the mapping cannot be read.
    const decided: ('made' | 'overtaken')[] = [];
    try {
      await book.change(wish.user, (current) => {
        const now = judge(current);
        const same = now.kind === 'change' && samePlace(now.before, before) && samePlace(now.after, after);
        decided.push(same ? 'made' : 'overtaken');
        return same ? after : 'leave';
      });
    } catch (error) {
      log.warn({ err: error, by: wish.by, user: wish.user }, 'the mapping could not be changed');
      // A write that failed may have come through all the same: then the record stays open.
      if (decided.at(-1) !== 'made') await ledger.endStaffChange(id, false);
      return 'failed';
    }
    const result = decided.at(-1) ?? 'overtaken';
    await ledger.endStaffChange(id, result === 'made');
    return result;
  }

  async function make<Else extends Stale>(
    wish: Wish,
    reason: Reason,
    judge: (current: StaffSnapshot) => Judgement | Else,
  ): Promise<Changed | Else> {
    for (let tries = 1; tries <= TRIES; tries += 1) {
      const planned = judge(book.snapshot());
      if (planned.kind !== 'change') return planned;
      const result = await attempt(wish, reason, planned, judge);
      if (result === 'failed') return { kind: 'failed' };
      if (result === 'overtaken') continue;
      log.info({ by: wish.by, user: wish.user, before: planned.before, after: planned.after }, 'mapping changed');
      await onChanged(newsOf(book.snapshot(), wish, planned)).catch((error: unknown) => {
        log.warn({ err: error }, 'groups are not told of a change of the mapping');
      });
      return planned;
    }
    throw new Error('the entry was edited again and again while it was to be changed');
  }

  return {
    make: (wish, request, judge) => make<never>(wish, { request }, judge),
    makeIfFresh: make,
  };
}

/** Where somebody is, without who it is. */
export function placeOf(person: Place | null): Place | null {
  if (person === null) return null;
  const { name, employeeId, storeCode, role } = person;
  return { name, employeeId, storeCode, role };
}

function newsOf(
  current: StaffSnapshot,
  { by, user }: Wish,
  { before, after }: Extract<Judgement, { kind: 'change' }>,
): BindingNews {
  const code = (after ?? before)?.storeCode ?? '';
  return {
    change: after === null ? 'unbound' : 'bound',
    user,
    name: (after ?? before)?.name ?? user,
    store: storeIn(current, code) ?? { code, name: code },
    by: current.person(by)?.name ?? by,
  };
}

import type { Calendar } from '../redemption/calendar.ts';
import type { Ledger } from '../redemption/ledger.ts';
import type { Directory } from '../redemption/ports.ts';
import type { RecordCount, RecordedRedemption, UnknownCount } from '../redemption/records.ts';
import type { Redemption, State } from '../redemption/redemption.ts';
import { daysOf, spanOf } from './days.ts';
import { nameOnRecord } from './names.ts';
import type { Who } from './permissions.ts';
import { isWatched, watchedBy, type Watched } from './scope.ts';

/** Before an instant that has just passed, there may be transactions for so long that are not seen yet. */
export const LOOK_BACK_MS = 20_000;

export interface TodayParts {
  readonly ledger: Pick<Ledger, 'findRecords' | 'findChanges' | 'countUnknowns'>;
  readonly staff: Pick<Directory, 'findStaff'>;
  readonly calendar: Calendar;
  /** The ledger's clock: milliseconds since 1970. */
  readonly now: () => number;
}

/** A redemption, and what the person is called who typed it; null where that is not known. */
export interface DayLine {
  readonly redemption: Redemption;
  readonly user: string | null;
  readonly who: string | null;
}

/** What the shop's day has come to so far. */
export interface DayCounts {
  /** Redemptions by outcome. */
  readonly lines: Readonly<Record<State, number>>;
  /** Visits that were spent by those that succeeded. */
  readonly times: number;
  /** Still *unknown*, of this day or one before. */
  readonly unknowns: number;
}

export interface DaySeen {
  /** Such as `2026-11-27`. */
  readonly day: string;
  /** When it was like this, in milliseconds since 1970: all that happened before is in it, or in `since` of that instant. */
  readonly at: number;
  readonly counts: DayCounts;
  /** The newest of those asked for, newest first. */
  readonly newest: readonly DayLine[];
}

/** What has happened since, in the order of the claims. */
export interface DaySince {
  readonly at: number;
  readonly day: string;
  readonly lines: readonly DayLine[];
  /** Whether there was more than could be read. */
  readonly more: boolean;
}

/** The shop's day, as it happens. */
export interface Today {
  /** The day as one person may watch it: the newest `limit` redemptions, of one outcome where one is given. */
  see(who: Who, storeCode: string | null, state: State | null, limit: number): Promise<DaySeen>;
  /** What has happened since an instant, of everybody, as those who watch are told it: what they know may be among it. */
  since(instant: number, limit: number): Promise<DaySince>;
  /** What the day has come to, read once for all who watch. */
  count(): Promise<(watched: Watched) => DayCounts>;
}

export function createToday({ ledger, staff, calendar, now }: TodayParts): Today {
  const lineOf = ({ redemption, user, name = null }: RecordedRedemption): DayLine => ({
    ...{ redemption, user },
    who: nameOnRecord(staff, { user, name }),
  });
  const todayIs = (instant: number) => calendar.dayOf(instant);
  const spanAt = (day: string) => spanOf(daysOf({ kind: 'today' }, day), calendar);

  return {
    async see(who, storeCode, state, limit) {
      const at = now();
      const day = todayIs(at);
      const watched = watchedBy(who, storeCode);
      const filter = { ...watched, span: spanAt(day) };
      const [all, some, unknowns] = await Promise.all([
        ledger.findRecords(filter, state === null ? limit : 0),
        state === null ? null : ledger.findRecords({ ...filter, states: [state] }, limit),
        ledger.countUnknowns(),
      ]);
      const counts = addUp(all.counts, ofThem(unknowns, watched));
      return { day, at, counts, newest: (some ?? all).newest.map(lineOf) };
    },
    async since(instant, limit) {
      const at = now();
      const { redemptions, more } = await ledger.findChanges(instant - LOOK_BACK_MS, limit);
      return { at, day: todayIs(at), lines: redemptions.map(lineOf), more };
    },
    async count() {
      const [{ counts }, unknowns] = await Promise.all([
        ledger.findRecords({ span: spanAt(todayIs(now())) }, 0),
        ledger.countUnknowns(),
      ]);
      const of = countsFor(counts);
      return (watched) => addUp(of(watched), ofThem(unknowns, watched));
    },
  };
}

/** The counts of one person or store, found without a look at those of all others. */
function countsFor(counts: readonly RecordCount[]): (watched: Watched) => readonly RecordCount[] {
  const byUser = Map.groupBy(counts, ({ user }) => user);
  const byStore = Map.groupBy(counts, ({ store }) => store?.code ?? null);
  return ({ user, storeCode }) => {
    if (user !== undefined) return byUser.get(user) ?? [];
    return storeCode === undefined ? counts : (byStore.get(storeCode) ?? []);
  };
}

function ofThem(unknowns: readonly UnknownCount[], watched: Watched): number {
  return unknowns
    .filter(({ user, storeCode }) => isWatched(watched, user, storeCode))
    .reduce((sum, { lines }) => sum + lines, 0);
}

function addUp(counts: readonly RecordCount[], unknowns: number): DayCounts {
  const lines: Record<State, number> = { asked: 0, pending: 0, succeeded: 0, refused: 0, unsent: 0, unknown: 0 };
  let times = 0;
  for (const { state, lines: some, times: spent } of counts) {
    lines[state] += some;
    if (state === 'succeeded') times += spent;
  }
  return { lines, times, unknowns };
}

import type { RecordsOf } from '../command/command.ts';
import type { Calendar } from '../redemption/calendar.ts';
import type { Ledger } from '../redemption/ledger.ts';
import type { Directory } from '../redemption/ports.ts';
import type { RecordCount, RecordedRedemption, RecordFilter } from '../redemption/records.ts';
import type { Redemption } from '../redemption/redemption.ts';
import { tallyOf, type Tally } from '../redemption/tally.ts';
import { nameOnRecord } from './names.ts';
import { daysOf, sayYear, spanOf } from './days.ts';
import type { Who } from './permissions.ts';
import { knownTo, managedBy } from './scope.ts';

/** As many lines as are read on a phone. */
const LISTED = 15;

export interface RecordsParts {
  readonly ledger: Pick<Ledger, 'findRecords'>;
  readonly staff: Pick<Directory, 'findStaff'>;
  readonly calendar: Calendar;
  /** The ledger's clock: milliseconds since 1970. */
  readonly now: () => number;
}

/** What a search of the records has found. */
export interface RecordList {
  readonly kind: 'records';
  /** What was searched for; a day has its year where that is not the present one. */
  readonly of: RecordsOf;
  /** Newest first. */
  readonly lines: readonly RecordLine[];
  /** Of all that was found, listed or not. */
  readonly totals: Tally;
  /** From 1: they are listed in parts. */
  readonly page: number;
  /** How many were found that come behind those listed. */
  readonly more: number;
  /** How many were only asked about and not confirmed, or typed too fast; none of them is listed. */
  readonly unanswered: number;
}

export interface RecordLine extends Pick<Redemption, 'card' | 'count' | 'state' | 'receipt'> {
  /** When it was typed, in milliseconds since 1970. */
  readonly at: number;
  /** A name; null where it is clear, as in one's own records, and where it is not known. */
  readonly who: string | null;
  /** A name; null where all are of one store. */
  readonly store: string | null;
}

/** The redemption of a receipt, and the name of the person who typed it. */
export interface OneRecord {
  readonly kind: 'record';
  readonly redemption: Redemption;
  readonly who: string | null;
}

/** Finds what is on record, as far as the person may know it; a whole store's only for those who may manage one. */
export type ListRecords = (of: RecordsOf, who: Who, page?: number) => Promise<RecordList | OneRecord>;

export function createListRecords({ ledger, staff, calendar, now }: RecordsParts): ListRecords {
  const nameOf = (recorded: Pick<RecordedRedemption, 'user' | 'name'>) => nameOnRecord(staff, recorded);

  async function list(of: RecordsOf, filter: RecordFilter, page: number): Promise<RecordList> {
    const { counts, newest } = await ledger.findRecords({ ...filter, asked: 'without' }, page * LISTED);
    const asked = await ledger.findRecords({ ...filter, asked: 'only' }, 0);
    const oneStore = new Set(counts.map(({ store }) => store?.code)).size === 1;
    const lines = newest
      .slice((page - 1) * LISTED)
      .map(({ redemption: { card, count, state, receipt, store, claimedAt }, user, name = null }) => ({
        ...{ at: claimedAt, card, count, state, receipt },
        who: of.kind === 'mine' ? null : nameOf({ user, name }),
        store: oneStore ? null : (store?.name ?? null),
      }));
    const more = Math.max(0, sumOf(counts) - page * LISTED);
    return { kind: 'records', of, lines, totals: tallyOf(counts), page, more, unanswered: sumOf(asked.counts) };
  }

  async function one(of: RecordsOf, filter: RecordFilter): Promise<RecordList | OneRecord> {
    const [found] = (await ledger.findRecords(filter, 1)).newest;
    if (found === undefined)
      return { kind: 'records', of, lines: [], totals: tallyOf([]), page: 1, more: 0, unanswered: 0 };
    return { kind: 'record', redemption: found.redemption, who: nameOf(found) };
  }

  return (of, who, page = 1) => {
    switch (of.kind) {
      case 'mine':
      case 'store': {
        const today = calendar.dayOf(now());
        const span = spanOf(daysOf(of.day, today), calendar);
        const whose = of.kind === 'mine' ? { user: who.user } : managedBy(who);
        return list({ ...of, day: sayYear(of.day, today) }, { span, ...whose }, page);
      }
      case 'card':
        return list(of, { card: of.card, ...knownTo(who) }, page);
      case 'receipt':
        return one(of, { receipt: of.receipt, ...knownTo(who) });
    }
  };
}

function sumOf(counts: readonly RecordCount[]): number {
  return counts.reduce((sum, { lines }) => sum + lines, 0);
}

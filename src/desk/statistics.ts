import type { Period } from '../command/command.ts';
import type { RecordCount } from '../redemption/records.ts';
import { tallyOf, type Tally } from '../redemption/tally.ts';
import { daysOf, sayYear, spanOf } from './days.ts';
import { nameOnRecord } from './names.ts';
import type { Who } from './permissions.ts';
import type { RecordsParts } from './records.ts';
import { managedBy } from './scope.ts';

/** As many people as are read on a phone. */
const LISTED = 15;

/** A period of the stores that a person manages, added up. */
export interface Statistics {
  readonly kind: 'statistics';
  /** It has its year where that is not the present one. */
  readonly period: Period;
  readonly total: Tally;
  /** Those with most times first. A person who worked in two stores is there twice. */
  readonly people: readonly PersonTally[];
  /** From 1: people are listed in parts. */
  readonly page: number;
  /** How many people come behind those listed. */
  readonly more: number;
}

export interface PersonTally extends Tally {
  /** A name. */
  readonly who: string;
  /** A name; null where all are of one store. */
  readonly store: string | null;
}

/** Only for those who may manage a store. */
export type SumUp = (period: Period, who: Who, page?: number) => Promise<Statistics>;

export function createSumUp({ ledger, staff, calendar, now }: RecordsParts): SumUp {
  return async (asked, who, page = 1) => {
    const today = calendar.dayOf(now());
    const span = spanOf(daysOf(asked, today), calendar);
    const { counts } = await ledger.findRecords({ span, ...managedBy(who) }, 0);
    // Unsent lines are not work done.
    const done = counts.filter(({ state }) => state === 'succeeded' || state === 'refused' || state === 'unknown');
    const people = byPerson(done, (count) => nameOnRecord(staff, count) ?? '');
    return {
      kind: 'statistics',
      period: sayYear(asked, today),
      total: tallyOf(done),
      people: people.slice((page - 1) * LISTED, page * LISTED),
      page,
      more: Math.max(0, people.length - page * LISTED),
    };
  };
}

function byPerson(counts: readonly RecordCount[], nameOf: (count: RecordCount) => string): PersonTally[] {
  const oneStore = new Set(counts.map(({ store }) => store?.code)).size === 1;
  const groups = Map.groupBy(counts, ({ store, user }) => JSON.stringify([store?.code, user]));
  return [...groups.values()]
    .map((own) => ({
      ...tallyOf(own),
      who: own[0] === undefined ? '' : nameOf(own[0]),
      store: oneStore ? null : (own[0]?.store?.name ?? null),
    }))
    .toSorted((a, b) => b.times - a.times || b.refused - a.refused || b.unknown - a.unknown);
}

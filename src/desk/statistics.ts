import type { Period } from '../command/command.ts';
import type { RecordCount } from '../redemption/records.ts';
import { tallyOf, type Tally } from '../redemption/tally.ts';
import { daysOf, sayYear, spanOf } from './days.ts';
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
  /** How many people there are besides those listed. */
  readonly more: number;
}

export interface PersonTally extends Tally {
  /** A name. */
  readonly who: string;
  /** A name; null where all are of one store. */
  readonly store: string | null;
}

/** Only for those who may manage a store. */
export type SumUp = (period: Period, who: Who) => Promise<Statistics>;

export function createSumUp({ ledger, staff, calendar, now }: RecordsParts): SumUp {
  return async (asked, who) => {
    const today = calendar.dayOf(now());
    const span = spanOf(daysOf(asked, today), calendar);
    const { counts } = await ledger.findRecords({ span, ...managedBy(who) }, 0);
    // Unsent lines are not work done.
    const done = counts.filter(({ state }) => state === 'succeeded' || state === 'refused' || state === 'unknown');
    const people = byPerson(done, (user) => staff.findStaff(user)?.name ?? user);
    return {
      kind: 'statistics',
      period: sayYear(asked, today),
      total: tallyOf(done),
      people: people.slice(0, LISTED),
      more: Math.max(0, people.length - LISTED),
    };
  };
}

function byPerson(counts: readonly RecordCount[], nameOf: (user: string) => string): PersonTally[] {
  const oneStore = new Set(counts.map(({ store }) => store?.code)).size === 1;
  const groups = Map.groupBy(counts, ({ store, user }) => JSON.stringify([store?.code, user]));
  return [...groups.values()]
    .map((own) => ({
      ...tallyOf(own),
      who: nameOf(own[0]?.user ?? ''),
      store: oneStore ? null : (own[0]?.store?.name ?? null),
    }))
    .toSorted((a, b) => b.times - a.times || b.refused - a.refused || b.unknown - a.unknown);
}

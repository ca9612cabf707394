import type { Period } from '../command/command.ts';
import * as sentences from '../command/sentences.ts';
import type { PersonTally } from '../command/sentences.ts';
import type { RecordCount } from '../redemption/records.ts';
import { tallyOf } from '../redemption/tally.ts';
import { daysOf, sayYear, spanOf } from './days.ts';
import type { Who } from './permissions.ts';
import type { RecordsParts } from './records.ts';
import { managedBy } from './scope.ts';

/** As many people as are read on a phone. */
const LISTED = 15;

/** Adds up a period of the stores that the person manages; only for those who may manage one. */
export type TellStatistics = (period: Period, who: Who) => Promise<string>;

export function createTellStatistics({ ledger, staff, calendar, now }: RecordsParts): TellStatistics {
  return async (period, who) => {
    const today = calendar.dayOf(now());
    const span = spanOf(daysOf(period, today), calendar);
    const { counts } = await ledger.findRecords({ span, ...managedBy(who) }, 0);
    // What was not submitted is nobody's work.
    const done = counts.filter(({ state }) => state === 'succeeded' || state === 'refused' || state === 'unknown');
    const people = byPerson(done, (user) => staff.findStaff(user)?.name ?? user);
    return sentences.statistics(sayYear(period, today), tallyOf(done), people.slice(0, LISTED), people.length - LISTED);
  };
}

/** Whoever did most comes first. Somebody who worked in two stores is there twice. */
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

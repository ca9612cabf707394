import { redemptionText } from '../command/sentences/redemption-text.ts';
import type { RecordsOf } from '../command/command.ts';
import * as sentences from '../command/sentences.ts';
import type { Calendar } from '../redemption/calendar.ts';
import type { Ledger, StaffDirectory } from '../redemption/ports.ts';
import type { RecordFilter } from '../redemption/records.ts';
import { tallyOf } from '../redemption/tally.ts';
import { daysOf, sayYear, spanOf } from './days.ts';
import type { Who } from './permissions.ts';
import { knownTo, managedBy } from './scope.ts';
import { dayAndTime } from '../command/sentences/when.ts';

/** As many lines as are read on a phone. */
const LISTED = 15;

export interface RecordsParts {
  readonly ledger: Pick<Ledger, 'findRecords'>;
  readonly staff: Pick<StaffDirectory, 'findStaff'>;
  readonly calendar: Calendar;
  /** The ledger's clock: milliseconds since 1970. */
  readonly now: () => number;
}

/** Says what is on record, as far as the person may know it; a whole store's only to those who may manage one. */
export type TellRecords = (of: RecordsOf, who: Who) => Promise<string>;

export function createTellRecords({ ledger, staff, calendar, now }: RecordsParts): TellRecords {
  const nameOf = (user: string | null) => (user === null ? null : (staff.findStaff(user)?.name ?? user));
  const whenOf = (at: number) => dayAndTime(calendar, at, now());

  async function list(of: RecordsOf, filter: RecordFilter, timeOf: (at: number) => string): Promise<string> {
    const { counts, newest } = await ledger.findRecords(filter, LISTED);
    const oneStore = new Set(counts.map(({ store }) => store?.code)).size === 1;
    const lines = newest.map(({ redemption, user }) => ({
      ...redemption,
      when: timeOf(redemption.claimedAt),
      who: of.kind === 'mine' ? null : nameOf(user),
      store: oneStore ? null : (redemption.store?.name ?? null),
    }));
    const all = counts.reduce((sum, count) => sum + count.lines, 0);
    return sentences.records(of, lines, tallyOf(counts), all - lines.length);
  }

  async function one(of: RecordsOf, filter: RecordFilter): Promise<string> {
    const [found] = (await ledger.findRecords(filter, 1)).newest;
    if (found === undefined) return sentences.records(of, [], tallyOf([]), 0);
    const { redemption, user } = found;
    return sentences.record(redemptionText(redemption), whenOf(redemption.claimedAt), nameOf(user));
  }

  return (of, who) => {
    switch (of.kind) {
      case 'mine':
      case 'store': {
        const today = calendar.dayOf(now());
        const span = spanOf(daysOf(of.day, today), calendar);
        const whose = of.kind === 'mine' ? { user: who.user } : managedBy(who);
        return list({ ...of, day: sayYear(of.day, today) }, { span, ...whose }, (at) => calendar.timeOf(at));
      }
      case 'card':
        return list(of, { card: of.card, ...knownTo(who) }, whenOf);
      case 'receipt':
        return one(of, { receipt: of.receipt, ...knownTo(who) });
    }
  };
}

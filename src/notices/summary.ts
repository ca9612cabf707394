import { cutLine, dayText, type DayReport, type StoreDay } from '../command/sentences/groups.ts';
import type { Calendar } from '../redemption/calendar.ts';
import type { Ledger } from '../redemption/ledger.ts';
import type { RecordCount, RecordedRedemption } from '../redemption/records.ts';
import type { Store } from '../redemption/redemption.ts';
import { addUp, isNothing, tallyOf } from '../redemption/tally.ts';
import { dress, type Manner } from './compose.ts';
import { isAboutSameDay } from './daily.ts';
import type { RobotApi, RobotText } from '../platforms/robot.ts';

/** Stores of one question to the database. */
const STORES_AT_ONCE = 100;
/** Unknown redemptions that are listed. */
const LISTED = 20;

export interface SummaryParts {
  readonly ledger: Pick<Ledger, 'findStoreRecords'>;
  readonly calendar: Calendar;
  /** When the summary is due every day. */
  readonly time: string;
  readonly manner: Manner;
}

export interface SummaryQuestion {
  readonly day: string;
  readonly stores: readonly Store[];
  /** Whether these are all. */
  readonly all: boolean;
  readonly platform: Pick<RobotApi, 'fits'>;
  /** Without any words that came from outside. */
  readonly bare: boolean;
}

/** Sums up the day of some stores in one message. */
export async function summarise(parts: SummaryParts, question: SummaryQuestion): Promise<RobotText> {
  const { ledger, calendar, time, manner } = parts;
  const { day, stores, all, platform, bare } = question;
  const from = calendar.instantOf(day, '00:00');
  const to = calendar.instantOf(calendar.dayAfter(day), '00:00');
  // What comes late in the evening is in no report of its own day, unless that is made on the day after.
  const lastAt = calendar.instantOf(calendar.dayAfter(day, -1), time);
  const hasLate = isAboutSameDay(time);

  const counts: RecordCount[] = [];
  const lateCounts: RecordCount[] = [];
  const unknown: RecordedRedemption[] = [];
  let unknownBefore = 0;
  for (let at = 0; at < stores.length; at += STORES_AT_ONCE) {
    const storeCodes = stores.slice(at, at + STORES_AT_ONCE).map(({ code }) => code);
    const records = await ledger.findStoreRecords({ storeCodes, from, to, unknowns: LISTED });
    counts.push(...records.counts);
    unknown.push(...records.unknown);
    unknownBefore += records.unknownBefore;
    if (!hasLate) continue;
    const late = await ledger.findStoreRecords({ storeCodes, from: lastAt, to: from, unknowns: 0 });
    lateCounts.push(...late.counts);
  }

  const days = storeDays(stores, counts, manner);
  const sum = addUp(days.map(({ tally }) => tally));
  const late = tallyOf(lateCounts);
  const listed = unknown.toSorted((a, b) => a.redemption.claimedAt - b.redemption.claimedAt).slice(0, LISTED);
  const report: DayReport = {
    day,
    stores: bare ? [{ name: '', tally: sum, people: [] }] : days,
    all: all && !bare,
    unknown: listed.map(({ redemption, user, name }) => ({
      redemption: bare ? { ...redemption, store: null } : redemption,
      who: user === null || bare ? '' : manner.nameOf(user, name),
      when: calendar.timeOf(redemption.claimedAt),
    })),
    unknownMore: sum.unknown - listed.length,
    unknownBefore,
    afterLast: isNothing(late) ? null : { at: time, tally: late },
  };
  return cut(dress(dayText(report), manner), platform);
}

function storeDays(stores: readonly Store[], counts: readonly RecordCount[], { nameOf }: Manner): StoreDay[] {
  const byStore = Map.groupBy(counts, ({ store }) => store?.code);
  const days = stores.map(({ code, name }) => {
    const ofStore = byStore.get(code) ?? [];
    const people = [...Map.groupBy(ofStore, ({ user }) => user ?? '')].map(([user, own]) => ({
      who: nameOf(user, own[0]?.name),
      ...tallyOf(own),
    }));
    return { name, tally: tallyOf(ofStore), people: people.filter((person) => !isNothing(person)).toSorted(mostFirst) };
  });
  return days.toSorted((a, b) => mostFirst(a.tally, b.tally));
}

function mostFirst(a: { readonly succeeded: number }, b: { readonly succeeded: number }): number {
  return b.succeeded - a.succeeded;
}

/** A summary is one message, however many stores there are: what does not fit is counted. */
function cut(text: RobotText, platform: SummaryQuestion['platform']): RobotText {
  for (let kept = text.lines.length; ; kept -= 1) {
    const lines = text.lines.slice(0, kept);
    const left = text.lines.length - kept;
    const shorter = left === 0 ? text : { ...text, lines: [...lines, cutLine(left)] };
    if (kept === 0 || platform.fits(shorter)) return shorter;
  }
}

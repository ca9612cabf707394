import type { Calendar } from '../../redemption/calendar.ts';
import type { DayRange } from '../../redemption/figures.ts';
import type { ReadContext } from '../context.ts';
import type { Span } from './read-rows.ts';
import { CLOSED_AFTER_MS } from './swift.ts';

/** A period that is added up; there are no texts where there was nothing of the store. */
export interface Tally extends Span {
  readonly texts: readonly string[];
}

export interface TalliesAsked {
  readonly calendar: Calendar;
  /** Null: all stores together. */
  readonly storeCode: string | null;
  readonly now: number;
}

/** What is added up of these days: whole months where it can be, else their days. None is there twice. */
export async function talliesOf(context: ReadContext, days: DayRange, asked: TalliesAsked): Promise<Tally[]> {
  const tallies: Tally[] = [];
  for (const part of monthsOf(days, asked.calendar)) {
    const [month] = part.isWhole ? await read(context, { first: part.month, last: part.month }, asked) : [];
    tallies.push(...(month === undefined ? await read(context, part, asked) : [month]));
  }
  return tallies;
}

/** The days by month. */
function monthsOf({ first, last }: DayRange, calendar: Calendar) {
  const parts: (DayRange & { readonly month: string; readonly isWhole: boolean })[] = [];
  for (let from = first; from <= last;) {
    const month = from.slice(0, 7);
    const end = lastOf(month, calendar);
    const to = end < last ? end : last;
    parts.push({ month, first: from, last: to, isWhole: from.endsWith('-01') && to === end });
    from = calendar.dayAfter(to);
  }
  return parts;
}

/** The last day of a month. */
export function lastOf(month: string, calendar: Calendar): string {
  // From the last days of a month it is a few into the next one.
  const next = calendar.dayAfter(`${month}-28`, 4).slice(0, 7);
  return calendar.dayAfter(`${next}-01`, -1);
}

async function read(
  { trx }: ReadContext,
  { first, last }: DayRange,
  { calendar, storeCode, now }: TalliesAsked,
): Promise<Tally[]> {
  const rows = (code: string) =>
    trx
      .selectFrom('tallies')
      .where('time_zone', '=', calendar.timeZone)
      .where('store_code', '=', code)
      .where('period', '>=', first)
      .where('period', '<=', last)
      // Any that is younger was made before the clock was set back.
      .where('ends', '<=', now - CLOSED_AFTER_MS);
  const own = await rows(storeCode ?? '')
    .select(['period', 'starts', 'ends', 'sums', 'people'])
    .execute();
  const all = storeCode === null ? own : await rows('').select(['period', 'starts', 'ends']).execute();
  const texts = new Map(own.map(({ period, sums, people }) => [period, [sums, people]]));
  return all.map(({ period, starts: from, ends: to }) => ({ from, to, texts: texts.get(period) ?? [] }));
}

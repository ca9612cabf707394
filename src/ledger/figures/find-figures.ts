import { createCalendar, type Calendar } from '../../redemption/calendar.ts';
import type { Counts, DayRange, Figures, FiguresAsked, PersonFigures, StoreFigures } from '../../redemption/figures.ts';
import type { ReadContext } from '../context.ts';
import { createLocalHours } from './local-hours.ts';
import { edgeOf, otherRows, rowsWithin, type Span } from './read-rows.ts';
import { addPacked, addRow, addText, countsOf, linesSent, noSums, totalOf, type Sums } from './sums.ts';
import { talliesOf } from './tallies-of.ts';

type Transact = <T>(work: (context: ReadContext) => Promise<T>) => Promise<T>;

/**
 * Counts what was typed within some days: what is added up is taken as it is, with that of it which may have changed counted;
 * the days that are not are counted, each in a transaction of its own. `now` is that of the ledger's clock.
 */
export async function findFigures(transact: Transact, asked: FiguresAsked, now: number): Promise<Figures> {
  const calendar = createCalendar(asked.timeZone);
  const sums = await sumsOf(transact, asked.days, { ...asked, calendar, now });
  const people = ranked(sums.people);
  const [from, to] = [asked.people.from, asked.people.from + asked.people.atMost];
  const shown = people.slice(from, to);
  const who = new Set(shown.map(([user]) => user));
  const before = await sumsOf(transact, asked.before, { ...asked, calendar, now }, who);
  const others: number[] = [];
  for (const [user, packed] of people) if (!who.has(user)) addPacked(others, packed);
  return {
    total: totalOf(sums),
    before: totalOf(before),
    days: mapOf(sums.days, (day) => day),
    hours: mapOf(sums.hours, Number),
    ...(await transact(async (context) => ({
      stores: await nameStores(context, ranked(sums.stores), before),
      people: await namePeople(context, shown, before),
    }))),
    others: { people: people.length - shown.length, counts: countsOf(others) },
  };
}

/** The same in one transaction. */
export function findFiguresAtOnce(context: ReadContext, asked: FiguresAsked, now: number): Promise<Figures> {
  return findFigures((work) => work(context), asked, now);
}

/** Of which store, and how days are told. */
export interface How {
  readonly calendar: Calendar;
  readonly storeCode: string | null;
  readonly now: number;
}

/** All that was typed within these days; by person of `people` at least, where they are given. */
async function sumsOf(
  transact: Transact,
  days: DayRange,
  how: How,
  people: ReadonlySet<string> | null = null,
): Promise<Sums> {
  const { calendar, storeCode } = how;
  const sums = noSums();
  const hourOf = createLocalHours(calendar);
  const whole = { from: calendar.startOf(days.first), to: calendar.startOf(calendar.dayAfter(days.last)) };
  const isOwn = (code: string | null) => storeCode === null || code === storeCode;

  const gaps = await transact(async (context) => {
    const tallies = await talliesOf(context, days, how);
    const isCovered = (at: number) => tallies.some(({ from, to }) => at >= from && at < to);
    if (tallies.length > 0) {
      for (const row of await otherRows(context, whole))
        if (isOwn(row.store_code) && isCovered(row.claimed_at)) addRow(sums, hourOf(row.claimed_at), row);
    }
    for (const { texts } of tallies) for (const text of texts) addText(sums, text, people);
    return nonEmpty(context, gapsIn(whole, tallies), storeCode);
  });

  for (const gap of gaps) {
    for (let from: number | null = gap.from; from !== null;) {
      const at: number = from;
      from = await transact(async (context) => {
        const to = Math.min(gap.to, calendar.startOf(calendar.dayAfter(calendar.dayOf(at))));
        for (const row of await rowsWithin(context, { from: at, to }, storeCode))
          addRow(sums, hourOf(row.claimed_at), row);
        return edgeOf(context, 'first', { from: to, to: gap.to }, storeCode);
      });
    }
  }
  return sums;
}

/** The spans in which there is something, from the first of it on. */
async function nonEmpty(context: ReadContext, spans: readonly Span[], storeCode: string | null): Promise<Span[]> {
  const found: Span[] = [];
  for (const span of spans) {
    const first = await edgeOf(context, 'first', span, storeCode);
    if (first !== null) found.push({ from: first, to: span.to });
  }
  return found;
}

/** The parts of the whole that nothing covers. */
function gapsIn(whole: Span, covered: readonly Span[]): Span[] {
  const gaps: Span[] = [];
  let { from } = whole;
  for (const part of covered.toSorted((a, b) => a.from - b.from)) {
    if (part.from > from) gaps.push({ from, to: part.from });
    from = Math.max(from, part.to);
  }
  return from < whole.to ? [...gaps, { from, to: whole.to }] : gaps;
}

/** By what was sent, then by what of it succeeded. */
function ranked(by: ReadonlyMap<string, number[]>): (readonly [key: string, packed: number[]])[] {
  return [...by]
    .map(([key, packed]) => ({ key, packed, sent: linesSent(packed), succeeded: packed[0] ?? 0 }))
    .sort((a, b) => b.sent - a.sent || b.succeeded - a.succeeded || (a.key < b.key ? -1 : 1))
    .map(({ key, packed }) => [key, packed] as const);
}

async function nameStores(
  { trx }: ReadContext,
  stores: ReturnType<typeof ranked>,
  before: Sums,
): Promise<StoreFigures[]> {
  const named: StoreFigures[] = [];
  for (const [code, packed] of stores) {
    const last = await trx
      .selectFrom('redemptions')
      .select('store_name')
      .where('store_code', '=', code)
      .orderBy('claimed_at', 'desc')
      .limit(1)
      .executeTakeFirst();
    named.push({
      ...{ code: code === '' ? null : code, name: last?.store_name ?? null },
      ...{ counts: countsOf(packed), before: countsOf(before.stores.get(code)) },
    });
  }
  return named;
}

async function namePeople(
  { trx }: ReadContext,
  people: ReturnType<typeof ranked>,
  before: Sums,
): Promise<PersonFigures[]> {
  const users = people.map(([user]) => user);
  const known =
    users.length === 0 ? [] : await trx.selectFrom('known_names').selectAll().where('user_id', 'in', users).execute();
  const names = new Map(known.map(({ user_id, name }) => [user_id, name]));
  return people.map(([user, packed]) => ({
    ...{ user: user === '' ? null : user, name: names.get(user) ?? null },
    ...{ counts: countsOf(packed), before: countsOf(before.people.get(user)) },
  }));
}

function mapOf<Key>(by: ReadonlyMap<string, number[]>, keyOf: (key: string) => Key): Map<Key, Counts> {
  return new Map([...by].map(([key, packed]) => [keyOf(key), countsOf(packed)]));
}

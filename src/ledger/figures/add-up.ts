import { createCalendar, type Calendar } from '../../redemption/calendar.ts';
import type { ReadContext, VerbContext } from '../context.ts';
import { createLocalHours } from './local-hours.ts';
import { edgeOf, swiftRows, type Span } from './read-rows.ts';
import { addRow, addText, noSums, peopleText, sumsText, type Sums } from './sums.ts';
import { CLOSED_AFTER_MS } from './swift.ts';
import { lastOf } from './tallies-of.ts';

/** What a period comes to, to be kept if nothing that had been added up has changed since. */
export interface NextTally {
  readonly timeZone: string;
  readonly period: string;
  readonly starts: number;
  readonly ends: number;
  /** By store; an empty code stands for all of them. */
  readonly rows: readonly { readonly storeCode: string; readonly sums: string; readonly people: string }[];
  readonly revision: number;
}

export type Next =
  | NextTally
  /** The clock has been set back: some of what is added up is not over yet. */
  | { readonly ahead: true };

/** Adds up the newest day that is over, has redemptions and is not added up; where there is none, such a month. Null: there is none. */
export async function findNextTally(context: ReadContext, timeZone: string, now: number): Promise<Next | null> {
  const calendar = createCalendar(timeZone);
  const closedBefore = now - CLOSED_AFTER_MS;
  const ahead = context.trx.selectFrom('tallies').select('ends').where('ends', '>', closedBefore).limit(1);
  if ((await ahead.executeTakeFirst()) !== undefined) return { ahead: true };
  const revision = await revisionOf(context);
  const known = await periodsOf(context, timeZone);
  const last = calendar.dayAfter(calendar.dayOf(closedBefore), -1);
  const day = await newestDay(context, calendar, last, known);
  if (day !== null) {
    const span = spanOf({ first: day, last: day }, calendar);
    return { ...toTally(timeZone, day, span, await addUpDay(context, span, calendar)), revision };
  }
  const month = newestMonth(calendar, last, known);
  if (month === null) return null;
  const days = { first: `${month}-01`, last: lastOf(month, calendar) };
  return { ...toTally(timeZone, month, spanOf(days, calendar), await addUpMonth(context, timeZone, days)), revision };
}

/** By period when it began. */
async function periodsOf({ trx }: ReadContext, timeZone: string): Promise<ReadonlyMap<string, number>> {
  const rows = await trx
    .selectFrom('tallies')
    .select(['period', 'starts'])
    .where('time_zone', '=', timeZone)
    .where('store_code', '=', '')
    .execute();
  return new Map(rows.map(({ period, starts }) => [period, starts]));
}

async function newestDay(
  context: ReadContext,
  calendar: Calendar,
  last: string,
  known: ReadonlyMap<string, number>,
): Promise<string | null> {
  let to = calendar.startOf(calendar.dayAfter(last));
  for (;;) {
    const at = await edgeOf(context, 'last', { from: 0, to });
    if (at === null) return null;
    let day = calendar.dayOf(at);
    // Of days that follow each other there is no need to look whether they have any.
    for (let starts = known.get(day); starts !== undefined; starts = known.get(day)) {
      to = starts;
      day = calendar.dayAfter(day, -1);
    }
    if (to > at) return day;
  }
}

function newestMonth(calendar: Calendar, last: string, known: ReadonlyMap<string, number>): string | null {
  const months = new Set([...known.keys()].map((period) => period.slice(0, 7)));
  const open = [...months].filter((month) => !known.has(month) && lastOf(month, calendar) <= last);
  return open.toSorted().at(-1) ?? null;
}

async function addUpDay(context: ReadContext, span: Span, calendar: Calendar): Promise<ReadonlyMap<string, Sums>> {
  const hourOf = createLocalHours(calendar);
  const byStore = new Map([['', noSums()]]);
  for (const row of await swiftRows(context, span)) {
    const hour = hourOf(row.claimed_at);
    addRow(sumsIn(byStore, ''), hour, row);
    if (row.store_code !== null) addRow(sumsIn(byStore, row.store_code), hour, row);
  }
  return byStore;
}

async function addUpMonth(
  { trx }: ReadContext,
  timeZone: string,
  { first, last }: { readonly first: string; readonly last: string },
): Promise<ReadonlyMap<string, Sums>> {
  const days = await trx
    .selectFrom('tallies')
    .select(['store_code', 'sums', 'people'])
    .where('time_zone', '=', timeZone)
    .where('period', '>=', first)
    .where('period', '<=', last)
    .execute();
  const byStore = new Map<string, Sums>();
  for (const { store_code, sums, people } of days) {
    addText(sumsIn(byStore, store_code), sums);
    addText(sumsIn(byStore, store_code), people);
  }
  return byStore;
}

function sumsIn(byStore: Map<string, Sums>, storeCode: string): Sums {
  let sums = byStore.get(storeCode);
  if (sums === undefined) byStore.set(storeCode, (sums = noSums()));
  return sums;
}

function spanOf({ first, last }: { readonly first: string; readonly last: string }, calendar: Calendar): Span {
  return { from: calendar.startOf(first), to: calendar.startOf(calendar.dayAfter(last)) };
}

function toTally(timeZone: string, period: string, { from, to }: Span, byStore: ReadonlyMap<string, Sums>) {
  const rows = [...byStore].map(([storeCode, sums]) => ({
    ...{ storeCode, sums: sumsText(sums), people: peopleText(sums) },
  }));
  return { timeZone, period, starts: from, ends: to, rows };
}

const REVISION = 1;

async function revisionOf({ trx }: ReadContext): Promise<number> {
  const row = await trx.selectFrom('tally_revision').select('revision').executeTakeFirst();
  return row?.revision ?? 0;
}

/** Keeps what was added up, unless another instance has, or something that was added up has changed since. */
export async function saveTally(context: VerbContext, tally: NextTally): Promise<null> {
  // Written and not just read, so that what changes something meanwhile waits for this, or this for that.
  const { revision } = await context.trx
    .insertInto('tally_revision')
    .values({ id: REVISION, revision: 0 })
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet((set) => ({ revision: set.ref('tally_revision.revision') })),
    )
    .returning('revision')
    .executeTakeFirstOrThrow();
  if (revision !== tally.revision) return null;
  for (const { storeCode, sums, people } of tally.rows) {
    await context.trx
      .insertInto('tallies')
      .values({
        ...{ time_zone: tally.timeZone, store_code: storeCode, period: tally.period },
        ...{ starts: tally.starts, ends: tally.ends, sums, people },
      })
      .onConflict((conflict) => conflict.columns(['time_zone', 'store_code', 'period']).doNothing())
      .execute();
  }
  return null;
}

/** Something that may have been added up changes: the periods that it is in are added up anew. */
export async function forgetTallies({ trx }: Pick<VerbContext, 'trx'>, at: number): Promise<null> {
  await nextRevision(trx);
  await trx.deleteFrom('tallies').where('starts', '<=', at).where('ends', '>', at).execute();
  return null;
}

/** What was added up before the clock was set back is not over yet. */
export async function forgetTalliesAhead({ trx, now }: Pick<VerbContext, 'trx' | 'now'>): Promise<null> {
  await nextRevision(trx);
  await trx
    .deleteFrom('tallies')
    .where('ends', '>', now - CLOSED_AFTER_MS)
    .execute();
  return null;
}

async function nextRevision(trx: VerbContext['trx']): Promise<void> {
  await trx
    .insertInto('tally_revision')
    .values({ id: REVISION, revision: 1 })
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet((set) => ({ revision: set('tally_revision.revision', '+', 1) })),
    )
    .execute();
}

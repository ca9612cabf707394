import { sql, type Expression, type ExpressionBuilder, type ExpressionWrapper, type SqlBool } from 'kysely';
import type { State, UnsentReason } from '../../redemption/redemption.ts';
import type { RecordCount, RecordedRedemption, RecordFilter, Records } from '../../redemption/records.ts';
import type { ReadContext } from '../context.ts';
import { knownName } from '../people/known-names.ts';
import type { Tables } from '../schema.ts';
import { toRedemption } from './row.ts';

const DAY_MS = 24 * 60 * 60_000;
/** A month has no more days. */
const MAX_PARTS = 31;

type Where = ExpressionBuilder<Tables, 'redemptions'>;

/** Counts the redemptions that match, and reads the newest `limit` of them. */
export async function findRecords(context: ReadContext, filter: RecordFilter, limit: number): Promise<Records> {
  const counts = await countMatching(context, filter);
  return { counts, newest: await findNewest(context, filter, limit) };
}

/**
 * The same in transactions that each read a day at most: one that is open for long keeps SQLite from clearing its write-ahead
 * log. Each day is as it was when it was read.
 */
export async function findRecordsInParts(
  transact: <T>(work: (context: ReadContext) => Promise<T>) => Promise<T>,
  filter: RecordFilter,
  limit: number,
): Promise<Records> {
  const sums = new Map<string, RecordCount>();
  const newest: RecordedRedemption[] = [];
  for (const part of partsOf(filter)) {
    await transact(async (context) => {
      for (const count of await countMatching(context, part)) addTo(sums, count);
      const missing = limit - newest.length;
      if (missing > 0) newest.push(...(await findNewest(context, part, missing)));
    });
  }
  return { counts: [...sums.values()], newest };
}

/** The filter for each day of its span, the newest first, or for each part of it where there would be too many. */
function partsOf(filter: RecordFilter): RecordFilter[] {
  const { span } = filter;
  if (span === undefined) return [filter];
  const length = Math.max(DAY_MS, Math.ceil((span.to - span.from) / MAX_PARTS));
  const parts: RecordFilter[] = [];
  for (let to = span.to; parts.length === 0 || to > span.from; to -= length) {
    parts.push({ ...filter, span: { from: Math.max(span.from, to - length), to } });
  }
  return parts;
}

function addTo(sums: Map<string, RecordCount>, count: RecordCount): void {
  const key = JSON.stringify([count.store?.code, count.user, count.state]);
  const sum = sums.get(key);
  // The newest name that the store had.
  sums.set(key, sum === undefined ? count : { ...sum, lines: sum.lines + count.lines, times: sum.times + count.times });
}

async function findNewest(context: ReadContext, filter: RecordFilter, limit: number): Promise<RecordedRedemption[]> {
  const newest = await context.trx
    .selectFrom('redemptions')
    .selectAll()
    .select(knownName.as('known_name'))
    .where((where) => matching(where, filter))
    .orderBy('claimed_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return newest.map((row) => ({ redemption: toRedemption(row), user: row.user_id, name: row.known_name }));
}

function countMatching(context: ReadContext, filter: RecordFilter): Promise<RecordCount[]> {
  return countRecords(context, (where) => matching(where, filter));
}

/** Counts the redemptions that match by store, person and outcome. */
export async function countRecords(
  context: ReadContext,
  matches: (where: Where) => Expression<SqlBool>,
): Promise<RecordCount[]> {
  const counts = await context.trx
    .selectFrom('redemptions')
    .select((select) => [
      'store_code',
      // A store may have been renamed meanwhile.
      select.fn.max('store_name').as('store_name'),
      'user_id as user',
      knownName.as('name'),
      'state',
      select.fn.countAll<number>().as('lines'),
      select.fn.sum<number | string>('count').as('times'),
    ])
    .where(matches)
    .groupBy(['store_code', 'user_id', 'state'])
    .execute();
  return counts.map(({ store_code: code, store_name: name, times, ...count }) => ({
    store: code === null ? null : { code, name: name ?? code },
    // Sums are wider than what they sum up, and come as text from some databases.
    times: Number(times),
    ...count,
  }));
}

/** The condition that a filter stands for. */
export function matching(
  where: Where,
  { span, user, users, storeCode, states, card, cards, tail, receipt, asked, seenBy }: RecordFilter,
): ExpressionWrapper<Tables, 'redemptions', SqlBool> {
  return where.and([
    ...(span === undefined ? [] : [where('claimed_at', '>=', span.from), where('claimed_at', '<', span.to)]),
    ...(user === undefined ? [] : [where('user_id', '=', user)]),
    ...(users === undefined ? [] : [where('user_id', 'in', users)]),
    ...(storeCode === undefined ? [] : [where('store_code', '=', storeCode)]),
    ...(states === undefined ? [] : [where('state', 'in', states)]),
    ...(card === undefined ? [] : [where.or([where('card', '=', card), where('real_card', '=', card)])]),
    ...(cards === undefined ? [] : [where.or([where('card', 'in', cards), where('real_card', 'in', cards)])]),
    ...(tail === undefined ? [] : [where.or([endsWith('card', tail), endsWith('real_card', tail)])]),
    ...(receipt === undefined ? [] : [where('receipt', '=', receipt)]),
    ...(asked === undefined ? [] : [asked === 'only' ? isUnanswered(where) : where.not(isUnanswered(where))]),
    ...(seenBy === undefined
      ? []
      : [where.or([where('user_id', '=', seenBy.user), where('store_code', '=', seenBy.storeCode)])]),
  ]);
}

/** Written so that every database understands it, and finds the index of the last four characters where it is asked for those. */
export function endsWith(column: 'card' | 'real_card', tail: string): Expression<SqlBool> {
  const name = sql.ref(column);
  return sql<SqlBool>`substr(${name}, length(${name}) - ${sql.lit(tail.length - 1)}) = ${tail}`;
}

/** That it has this outcome, in the words of the indexes of the outcomes that few have: partial indexes take literals. */
export function hasRare(where: Where, state: 'refused' | 'unsent' | 'unknown'): readonly Expression<SqlBool>[] {
  const indexed = ['refused', 'unsent', 'unknown'] as const;
  return [
    where('state', '=', sql.lit(state)),
    where(
      'state',
      'in',
      indexed.map((one) => sql.lit<State>(one)),
    ),
  ];
}

/** What was never on its way to the vendor: questions that were not confirmed, and lines beyond a person's allowance. */
const NOT_ORDERED: readonly UnsentReason[] = ['cancelled', 'unconfirmed', 'replaced', 'too-many-lines'];

function isUnanswered(where: Where): ExpressionWrapper<Tables, 'redemptions', SqlBool> {
  return where.or([
    where('state', '=', 'asked'),
    where.and([where('state', '=', 'unsent'), where('reason', 'in', NOT_ORDERED)]),
  ]);
}

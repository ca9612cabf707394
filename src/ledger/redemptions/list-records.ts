import { sql, type Expression, type ExpressionBuilder, type SelectQueryBuilder, type SqlBool } from 'kysely';
import type { RecordCursor, RecordedRedemption, RecordFilter, RecordPage } from '../../redemption/records.ts';
import type { State } from '../../redemption/redemption.ts';
import type { ReadContext } from '../context.ts';
import { knownName } from '../people/known-names.ts';
import type { Tables } from '../schema.ts';
import { endsWith, hasRare, matching } from './find-records.ts';
import { toRedemption } from './row.ts';

/** Rows that are read for one part, whatever they are compared with: some ten milliseconds. */
const MOST_READ = 5_000;
/** By how many last characters cards have an index. */
const INDEXED_TAIL = 4;

type Where = ExpressionBuilder<Tables, 'redemptions'>;

/** Rows that one index has in their order, among which those that match are looked for. */
interface Source {
  readonly where: (where: Where) => readonly Expression<SqlBool>[];
  /** So few that they are put in order when they are read. */
  readonly few?: true;
}

/**
 * Reads the newest redemptions that match, from the newest or from behind `before` on. Of each source a bounded number of rows is
 * read; where that was not all, nothing older than its end is told yet.
 */
export async function listRecords(
  context: ReadContext,
  filter: RecordFilter,
  { before, limit }: { readonly before: RecordCursor | null; readonly limit: number },
): Promise<RecordPage> {
  const sources = sourcesOf(filter);
  // One more than is asked for tells whether it goes on.
  const wanted = limit + 1;
  const scan = Math.max(wanted, Math.floor(MOST_READ / sources.length));
  const part = { filter, before, scan };
  const found = new Map<number, RecordCursor>();
  let end: RecordCursor | null = null;
  for (const source of sources) {
    const places = await newestOf(context, source, part, wanted);
    for (const place of places) found.set(place.id, place);
    const last = places.length === wanted ? places.at(-1) : await endOf(context, source, part);
    if (last !== undefined && (end === null || compare(last, end) < 0)) end = last;
  }
  const horizon = end;
  const places = [...found.values()]
    .filter((place) => horizon === null || compare(place, horizon) <= 0)
    .toSorted(compare);
  const told = places.slice(0, limit);
  const next = places.length > limit ? (told.at(-1) ?? before) : horizon;
  return { rows: await rowsAt(context, told), next };
}

interface Part {
  readonly filter: RecordFilter;
  readonly before: RecordCursor | null;
  readonly scan: number;
}

/** Where those are that match of the first `scan` rows of a source. */
function newestOf({ trx }: ReadContext, source: Source, part: Part, wanted: number): Promise<RecordCursor[]> {
  return (
    trx
      // Limited within, so that no more is read; the order is that of what is read, so that reading ends with the last row wanted.
      .selectFrom(inOrder(trx.selectFrom('redemptions').selectAll(), source, part).as('redemptions'))
      .select(['claimed_at as at', 'id'])
      .where((where) => matching(where as unknown as Where, part.filter))
      .limit(wanted)
      .execute()
  );
}

async function rowsAt({ trx }: ReadContext, places: readonly RecordCursor[]): Promise<RecordedRedemption[]> {
  if (places.length === 0) return [];
  const ids = places.map(({ id }) => id);
  const rows = await trx
    .selectFrom('redemptions')
    .selectAll()
    .select(knownName.as('known_name'))
    .where('id', 'in', ids)
    .execute();
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids
    .map((id) => byId.get(id))
    .filter((row) => row !== undefined)
    .map((row) => ({ redemption: toRedemption(row), user: row.user_id, name: row.known_name }));
}

/** Where the first `scan` rows of a source end; absent: it has no more. */
async function endOf({ trx }: ReadContext, source: Source, part: Part): Promise<RecordCursor | undefined> {
  const query = inOrder(trx.selectFrom('redemptions').select(['claimed_at as at', 'id']), source, { ...part, scan: 1 });
  return query.offset(part.scan - 1).executeTakeFirst();
}

/** The first `scan` rows of a source. */
function inOrder<O>(
  query: SelectQueryBuilder<Tables, 'redemptions', O>,
  { where: condition, few }: Source,
  { filter: { span }, before, scan }: Part,
): SelectQueryBuilder<Tables, 'redemptions', O> {
  // As a calculation it has no index: else the one by time seems to be as good, and is walked through to its end.
  const at = few === true ? sql<number>`claimed_at + 0` : sql.ref<number>('claimed_at');
  return query
    .where((where) =>
      where.and([
        ...condition(where),
        ...(span === undefined ? [] : [where(at, '>=', span.from), where(at, '<', span.to)]),
        ...(before === null
          ? []
          : [where(at, '<=', before.at), where.or([where(at, '<', before.at), where('id', '<', before.id)])]),
      ]),
    )
    .orderBy(at, 'desc')
    .orderBy('id', 'desc')
    .limit(scan);
}

/** Where to look for what a filter asks for: by what leaves the fewest rows, as far as can be known without counting. */
function sourcesOf({ receipt, card, cards, tail, users, user, storeCode, states, seenBy }: RecordFilter): Source[] {
  if (receipt !== undefined) return [{ where: (where) => [where('receipt', '=', receipt)] }];
  const numbers = cards ?? (card === undefined ? null : [card]);
  if (numbers !== null) return numbers.flatMap((number) => [is('card', number), is('real_card', number)]);
  if (tail !== undefined) return [ofTail('card', tail), ofTail('real_card', tail)];
  const outcomes = states === undefined ? null : sourcesOfStates(new Set(states), storeCode);
  if (outcomes !== null && states?.every(isRare) === true) return outcomes;
  if (users !== undefined) return [...new Set(users)].map((one) => is('user_id', one));
  if (user !== undefined) return [is('user_id', user)];
  if (outcomes !== null) return outcomes;
  if (storeCode !== undefined) return [is('store_code', storeCode)];
  if (seenBy === undefined) return [{ where: () => [] }];
  return [is('user_id', seenBy.user), ...(seenBy.storeCode === null ? [] : [is('store_code', seenBy.storeCode)])];
}

function is(column: 'card' | 'real_card' | 'user_id' | 'store_code', value: string): Source {
  return { where: (where) => [where(column, '=', value)] };
}

function ofTail(column: 'card' | 'real_card', tail: string): Source {
  return { where: (where) => [endsWith(column, tail.slice(-INDEXED_TAIL)), where(column, 'is not', null)] };
}

/** Fewer redemptions have this outcome than most people have redemptions. */
const isRare = (state: State) => state === 'asked' || state === 'pending' || state === 'unknown';

/** Null where one of the outcomes is that of most redemptions. */
function sourcesOfStates(states: ReadonlySet<State>, storeCode: string | undefined): Source[] | null {
  const sources = [...states].map((state): Source | null => {
    switch (state) {
      case 'succeeded':
        return null;
      case 'asked':
      case 'pending':
        // They are that for minutes; partial indexes take literals.
        return { where: (where) => [where('state', '=', sql.lit(state))], few: true };
      default:
        return {
          where: (where) => [
            ...hasRare(where, state),
            ...(storeCode === undefined ? [] : [where('store_code', '=', storeCode)]),
          ],
        };
    }
  });
  return sources.every((source) => source !== null) ? sources : null;
}

/** Newer ones come first. */
const compare = (one: RecordCursor, other: RecordCursor): number => other.at - one.at || other.id - one.id;

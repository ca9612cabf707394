import { sql, type SelectQueryBuilder } from 'kysely';
import type { Sight } from '../../redemption/looks.ts';
import type {
  OpenUnknown,
  OpenUnknowns,
  RecordCursor,
  RecordedRedemption,
  UnknownsFilter,
} from '../../redemption/records.ts';
import type { ReadContext } from '../context.ts';
import { knownName } from '../people/known-names.ts';
import type { Tables } from '../schema.ts';
import { hasRare } from './find-records.ts';
import { toRedemption, type RedemptionRow } from './row.ts';
import { rowsOfCard } from './same-card.ts';

/** What a redemption took may show on the card this much later. */
const LAG_MS = 10 * 60_000;
/** Of one card; nobody reads more. */
const MAX_OTHERS = 20;

/** What is still unknown, oldest first, with what else was sent for its card since. */
export async function findUnknowns(
  context: ReadContext,
  filter: UnknownsFilter,
  after: RecordCursor | null,
  limit: number,
): Promise<OpenUnknowns> {
  const open = () =>
    of(
      filter,
      context.trx.selectFrom('redemptions').where((where) => where.and(hasRare(where, 'unknown'))),
    );
  const rows = await open()
    .selectAll()
    .select(knownName.as('known_name'))
    .$if(after !== null, (query) => query.where(behind(after)))
    .orderBy('claimed_at')
    .orderBy('id')
    .limit(limit)
    .execute();
  const { total } = await open()
    .select((select) => select.fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow();
  const unknowns: OpenUnknown[] = [];
  for (const row of rows) unknowns.push({ ...toRecorded(row), ...looksOf(row), others: await othersOf(context, row) });
  return { unknowns, total };
}

/** What was settled without the vendor's answer since then, the latest first. */
export async function findSettledUnknowns(
  context: ReadContext,
  filter: UnknownsFilter,
  since: number,
  limit: number,
): Promise<RecordedRedemption[]> {
  const rows = await of(filter, context.trx.selectFrom('redemptions'))
    .selectAll()
    .select(knownName.as('known_name'))
    .where('settled_by', 'is not', null)
    .where('settled_at', '>=', since)
    .where('state', '!=', 'unknown')
    .orderBy('settled_at', 'desc')
    .limit(limit)
    .execute();
  return rows.map(toRecorded);
}

export type NamedRow = RedemptionRow & { readonly known_name: string | null };

export function toRecorded(row: NamedRow): RecordedRedemption {
  return { redemption: toRedemption(row), user: row.user_id, name: row.known_name };
}

/** That a row comes behind another one, oldest first. */
export function behind(after: RecordCursor | null) {
  return sql<boolean>`(claimed_at, id) > (${after?.at ?? 0}, ${after?.id ?? 0})`;
}

/** Both columns have indexes of all rows, which are not meant here. */
function of<Output>(
  { user, storeCode }: UnknownsFilter,
  query: SelectQueryBuilder<Tables, 'redemptions', Output>,
): SelectQueryBuilder<Tables, 'redemptions', Output> {
  return query
    .$if(user !== undefined, (all) => all.where(sql<boolean>`user_id || '' = ${user}`))
    .$if(storeCode !== undefined, (all) => all.where(sql<boolean>`store_code || '' = ${storeCode}`));
}

function looksOf({ looks, sights, look_due }: RedemptionRow): Omit<OpenUnknown, keyof RecordedRedemption | 'others'> {
  return { looks, sights: sights === null ? [] : (JSON.parse(sights) as Sight[]), nextLookAt: look_due };
}

/** Nothing was sent for the others of the card that are asked or unsent. */
async function othersOf(context: ReadContext, row: RedemptionRow): Promise<RecordedRedemption[]> {
  const rows = await rowsOfCard(context, row, row.claimed_at - LAG_MS);
  // One that was typed as a code and whose own number is known is found by both.
  const others = new Map(rows.map((other) => [other.id, other]));
  return [...others.values()]
    .filter(({ id, state }) => id !== row.id && state !== 'asked' && state !== 'unsent')
    .toSorted((one, other) => one.claimed_at - other.claimed_at || one.id - other.id)
    .slice(0, MAX_OTHERS)
    .map((other) => ({ redemption: toRedemption(other), user: other.user_id }));
}

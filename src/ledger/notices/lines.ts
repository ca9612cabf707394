import { sql } from 'kysely';
import type { BindingNews, NoticeLine, TakenLines } from '../../redemption/notices.ts';
import { toRedemption } from '../redemptions/row.ts';
import type { VerbContext } from '../context.ts';
import { holdRobot, release } from './robots.ts';

/** What a reserved robot is to tell: the message that it has begun, or else what waits. Null when there is nothing. */
export async function takeLines(context: VerbContext, robot: string, limit: number): Promise<TakenLines | null> {
  const held = await holdRobot(context, robot);
  const begun = await context.trx
    .selectFrom('notice_messages')
    .select(['id', 'uuid', 'bare'])
    .where('robot', '=', robot)
    .where('finished_at', 'is', null)
    .executeTakeFirst();
  if (begun !== undefined) {
    const lines = await readLines(context, robot, limit, begun.id);
    if (lines.length > 0) {
      const message = { id: begun.id, uuid: begun.uuid, bare: begun.bare === 1 };
      return { message, lines, waiting: await countOf(context, robot), failures: held?.failures ?? 0 };
    }
    // All its lines were given up.
    await context.trx
      .updateTable('notice_messages')
      .set({ finished_at: context.now })
      .where('id', '=', begun.id)
      .execute();
  }
  const lines = await readLines(context, robot, limit, null);
  if (lines.length > 0) {
    return { message: null, lines, waiting: await countOf(context, robot), failures: held?.failures ?? 0 };
  }
  await release(context, robot);
  return null;
}

/** Gives up what is older than `lifetimeMs`; returns how many lines that were. */
export async function giveUpLines(context: VerbContext, robot: string, lifetimeMs: number): Promise<number> {
  const lines = await context.trx
    .updateTable('notice_deliveries')
    .set({ state: 'given-up', done_at: context.now })
    .where('robot', '=', robot)
    .where('state', '=', sql.lit('waiting'))
    .where('created_at', '<', context.now - lifetimeMs)
    .returning('notice')
    .execute();
  return lines.length;
}

/** Lines that wait, of all robots, and notices that are not addressed yet. */
export async function countWaiting(context: VerbContext): Promise<number> {
  const { notices } = await context.trx
    .selectFrom('notices')
    .select((select) => select.fn.countAll<number>().as('notices'))
    .where('addressed_at', 'is', null)
    .executeTakeFirstOrThrow();
  const { lines } = await context.trx
    .selectFrom('notice_deliveries')
    .select((select) => select.fn.countAll<number>().as('lines'))
    .where('state', '=', sql.lit('waiting'))
    .executeTakeFirstOrThrow();
  return notices + lines;
}

async function countOf(context: VerbContext, robot: string): Promise<number> {
  const { lines } = await context.trx
    .selectFrom('notice_deliveries')
    .select((select) => select.fn.countAll<number>().as('lines'))
    .where('state', '=', sql.lit('waiting'))
    .where('robot', '=', robot)
    .executeTakeFirstOrThrow();
  return lines;
}

async function readLines(
  context: VerbContext,
  robot: string,
  limit: number,
  message: number | null,
): Promise<NoticeLine[]> {
  const notices = await context.trx
    .selectFrom('notice_deliveries')
    .innerJoin('notices', 'notices.id', 'notice_deliveries.notice')
    .select(['notices.id', 'kind', 'redemption', 'binding', 'day', 'notices.created_at'])
    .where('notice_deliveries.robot', '=', robot)
    .where('state', '=', sql.lit('waiting'))
    .where('message', 'is not distinct from', message)
    .orderBy('notice')
    .limit(limit)
    .execute();
  const ids = notices.flatMap(({ redemption }) => redemption ?? []);
  const rows =
    ids.length === 0 ? [] : await context.trx.selectFrom('redemptions').selectAll().where('id', 'in', ids).execute();
  const byId = new Map(rows.map((row) => [row.id, row]));
  return notices.map(({ id, kind, redemption, binding, day, created_at }) => {
    const row = redemption === null ? undefined : byId.get(redemption);
    return {
      notice: id,
      kind,
      createdAt: created_at,
      redemption: row === undefined ? null : toRedemption(row),
      user: row?.user_id ?? null,
      binding: binding === null ? null : (JSON.parse(binding) as BindingNews),
      day,
    };
  });
}

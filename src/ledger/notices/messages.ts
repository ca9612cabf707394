import { sql } from 'kysely';
import { FURTHEST_MS } from '../../redemption/instants.ts';
import type { BegunMessage, MessageResult } from '../../redemption/notices.ts';
import type { VerbContext } from '../context.ts';
import { ahead } from '../instants.ts';
import { holdRobot, release } from './robots.ts';

const CHUNK = 100;

/** Records that these notices are about to go out together, before they do. */
export async function beginMessage(
  context: VerbContext,
  robot: string,
  uuid: string,
  notices: readonly number[],
): Promise<BegunMessage> {
  const { id } = await context.trx
    .insertInto('notice_messages')
    .values({ robot, uuid, bare: 0, begun_at: context.now })
    .returning('id')
    .executeTakeFirstOrThrow();
  const put = await context.trx
    .updateTable('notice_deliveries')
    .set({ message: id })
    .where('robot', '=', robot)
    .where('notice', 'in', notices)
    .where('state', '=', sql.lit('waiting'))
    .where('message', 'is', null)
    .returning('notice')
    .execute();
  if (put.length !== notices.length) throw new Error('some of these notices are in another message');
  return { id, uuid, bare: false };
}

/** Records how an attempt to send a message ended, and lets go of its robot. */
export async function finishMessage(
  context: VerbContext,
  robot: string,
  message: number,
  result: MessageResult,
): Promise<null> {
  const held = await holdRobot(context, robot);
  if (result.kind === 'sent') await markSent(context, robot, message, result.told);
  if (result.kind === 'bare') {
    await context.trx.updateTable('notice_messages').set({ bare: 1 }).where('id', '=', message).execute();
  }
  const parked = result.kind === 'parked';
  await release(context, robot, {
    freeAt: ahead(context.now, result.restMs, parked ? FURTHEST_MS.parkedRobot : FURTHEST_MS.robot),
    failures: result.kind === 'sent' ? 0 : (held?.failures ?? 0) + 1,
    parked,
  });
  return null;
}

async function markSent(context: VerbContext, robot: string, message: number, told: readonly number[]): Promise<void> {
  const ofMessage = () =>
    context.trx
      .updateTable('notice_deliveries')
      .where('robot', '=', robot)
      .where('state', '=', sql.lit('waiting'))
      .where('message', '=', message);
  await ofMessage().set({ state: 'sent', done_at: context.now }).where('notice', 'in', told).execute();
  await ofMessage().set({ message: null }).execute();
  await context.trx
    .updateTable('notice_messages')
    .set({ finished_at: context.now })
    .where('id', '=', message)
    .execute();
}

/** The robot is gone: what waits for it is addressed anew, to the robots that are there in its place. */
export async function dismiss(context: VerbContext, robot: string): Promise<null> {
  await holdRobot(context, robot);
  const moved = await context.trx
    .updateTable('notice_deliveries')
    .set({ state: 'moved', message: null })
    .where('robot', '=', robot)
    .where('state', '=', sql.lit('waiting'))
    .returning('notice')
    .execute();
  await context.trx
    .updateTable('notice_messages')
    .set({ finished_at: context.now })
    .where('robot', '=', robot)
    .where('finished_at', 'is', null)
    .execute();
  for (let at = 0; at < moved.length; at += CHUNK) {
    const notices = moved.slice(at, at + CHUNK).map(({ notice }) => notice);
    await context.trx.updateTable('notices').set({ addressed_at: null }).where('id', 'in', notices).execute();
  }
  await release(context, robot);
  return null;
}

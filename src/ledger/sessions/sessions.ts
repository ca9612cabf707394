import type { Selectable } from 'kysely';
import { FURTHEST_MS } from '../../redemption/instants.ts';
import type { Telling } from '../../redemption/people.ts';
import {
  MAX_SESSIONS,
  SESSION_IDLE_MS,
  SESSION_LASTS_MS,
  type NewSession,
  type Session,
} from '../../redemption/sessions.ts';
import type { VerbContext } from '../context.ts';
import { ahead, isDue, isTooFarAhead } from '../instants.ts';
import { tell } from '../messages/tell.ts';
import { sweepLogins, useLogin, voidLogins } from './logins.ts';
import type { SessionTables } from './tables.ts';

/**
 * Begins a session, by a link that is used up with it; `login` is null where something else has shown who it is. Null where the
 * link does not count, or no more. What is to be told of it is put on record in the same step.
 */
export async function beginSession(
  context: VerbContext,
  login: string | null,
  session: NewSession,
  tellings: readonly Telling[],
): Promise<Session | null> {
  const { id, user, agent, former } = session;
  if (login !== null && !(await useLogin(context, login, user, id))) return null;
  const begun = await findSession(context, id);
  // Done again, because no answer said whether it was stored.
  if (begun !== null) return begun;
  await sweepLogins(context);
  const before = former === null ? null : await findSession(context, former);
  const root = before !== null && before.user === user ? before.root : id;
  if (before !== null) await context.trx.deleteFrom('sessions').where('id', '=', before.id).execute();
  await sweep(context, user);
  const row = {
    id,
    user_id: user,
    agent,
    began_at: context.now,
    seen_at: context.now,
    ends_at: endFor(context.now, context.now),
    root,
  };
  await context.trx.insertInto('sessions').values(row).execute();
  await tell(context, tellings);
  return toSession(row);
}

/** Ends what has lapsed, and of this person's sessions those for which there is no room beside another one. */
async function sweep(context: VerbContext, user: string): Promise<void> {
  await context.trx
    .deleteFrom('sessions')
    .where(isDue('ends_at', context.now, FURTHEST_MS.session))
    .execute();
  const own = await sessionsOf(context, user);
  const beyond = own.slice(MAX_SESSIONS - 1).map(({ id }) => id);
  if (beyond.length > 0) await context.trx.deleteFrom('sessions').where('id', 'in', beyond).execute();
}

/** The session as it stands; null: there is none, or it has ended. */
export async function findSession(context: VerbContext, id: string): Promise<Session | null> {
  const row = await lasting(context).where('id', '=', id).executeTakeFirst();
  return row === undefined ? null : toSession(row);
}

/** This person's sessions, the newest first. */
export async function sessionsOf(context: VerbContext, user: string): Promise<Session[]> {
  const rows = await lasting(context).where('user_id', '=', user).orderBy('began_at', 'desc').orderBy('id').execute();
  return rows.map(toSession);
}

/** Something was asked for in a session that lasts: so it goes on lasting. */
export async function touchSession(context: VerbContext, id: string): Promise<null> {
  const session = await findSession(context, id);
  if (session === null) return null;
  await context.trx
    .updateTable('sessions')
    .set({ seen_at: context.now, ends_at: endFor(context.now, session.beganAt) })
    .where('id', '=', id)
    .execute();
  return null;
}

/** Ends one session of this person; returns whether there was one. */
export async function endSession(context: VerbContext, user: string, id: string): Promise<boolean> {
  const ended = await context.trx
    .deleteFrom('sessions')
    .where('id', '=', id)
    .where('user_id', '=', user)
    .returning('id')
    .executeTakeFirst();
  return ended !== undefined;
}

/** Ends all sessions of this person but one, and their links that were not used; returns how many sessions there were. */
export async function endSessions(context: VerbContext, user: string, except: string | null): Promise<number> {
  await voidLogins(context, user);
  const others = (await sessionsOf(context, user)).filter(({ id }) => id !== except);
  let all = context.trx.deleteFrom('sessions').where('user_id', '=', user);
  if (except !== null) all = all.where('id', '!=', except);
  await all.execute();
  return others.length;
}

function lasting({ trx, now }: VerbContext) {
  return trx
    .selectFrom('sessions')
    .selectAll()
    .where((where) =>
      where.not(
        where.or([isDue('ends_at', now, FURTHEST_MS.session), isTooFarAhead('began_at', now, FURTHEST_MS.past)]),
      ),
    );
}

/** When a session ends that began at `beganAt` and in which nothing is asked for from now on. */
function endFor(now: number, beganAt: number): number {
  return Math.min(ahead(now, SESSION_IDLE_MS, FURTHEST_MS.session), beganAt + SESSION_LASTS_MS);
}

const toSession = (row: Selectable<SessionTables['sessions']>): Session => ({
  id: row.id,
  user: row.user_id,
  agent: row.agent,
  beganAt: row.began_at,
  seenAt: row.seen_at,
  root: row.root,
});

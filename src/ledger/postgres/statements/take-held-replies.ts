import { sql } from 'kysely';
import { statementOf, type Statement } from './statement.ts';

/** Finds out that people have no held reply. */
export const takeHeldReplies: Statement<'takeHeldReplies'> = {
  text: statementOf(
    'user_id text',
    sql``,
    sql`
    select given.n from given
    where not exists (select 1 from messages where reply_state = 'held' and user_id = given.user_id)
    `,
  ),
  given: (_situation, user) => ({ user_id: user }),
  result: () => ({ taken: [], elsewhere: [], left: false }),
};

import { sql } from 'kysely';
import type { Answered } from '../../redemption/message.ts';
import type { VerbContext } from '../context.ts';
import { record } from '../trail/record.ts';
import { afterTelling } from './after-telling.ts';

/**
 * Carriers told these replies, each as of that many `changes`; a service that was about to send one late finds it done.
 * Where more has become known since, it is due again, in either order of the two writes. One statement, however many.
 */
export async function repliesAnswered(context: VerbContext, answered: readonly Answered[]): Promise<null> {
  const told = await context.trx
    .updateTable('messages')
    .from(asRows(context, answered).as('answered'))
    .set(afterTelling(context, sql.ref<number>('answered.as_of'), 'answered'))
    .whereRef('messages.id', '=', 'answered.message')
    // What was sent late was the newest there is.
    .where('reply_state', '!=', 'sent')
    .returning(['messages.id', 'told_at'])
    .execute();
  const again = told.filter(({ told_at }) => told_at !== context.now).map(({ id }) => ({ message: id }));
  await record(context, again, { kind: 'told-again' });
  return null;
}

/** A row for each message, of the newest change that was told; in the order of their ids, for whoever locks several. */
function asRows({ shared }: VerbContext, answered: readonly Answered[]) {
  const newest = new Map<number, number>();
  for (const { message, asOf } of answered) newest.set(message, Math.max(asOf, newest.get(message) ?? asOf));
  const rows = JSON.stringify([...newest].sort(([a], [b]) => a - b));
  // One parameter, so that the statement is the same for every number of them.
  return shared
    ? sql<{ message: number; as_of: number }>`(
        select cast(pair ->> 0 as bigint) as message, cast(pair ->> 1 as integer) as as_of
        from json_array_elements(cast(${rows} as json)) as pair
      )`
    : sql<{
        message: number;
        as_of: number;
      }>`(select value ->> 0 as message, value ->> 1 as as_of from json_each(${rows}))`;
}

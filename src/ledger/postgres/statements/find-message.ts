import { sql } from 'kysely';
import { toRecord } from '../../messages/find.ts';
import type { MessageRow } from '../../messages/row.ts';
import type { RedemptionRow } from '../../redemptions/row.ts';
import { linesOf } from './lines-of.ts';
import { statementOf, type Statement } from './statement.ts';

interface Found {
  readonly message: MessageRow | null;
  readonly lines: readonly RedemptionRow[];
}

/** Finds messages, and says of the others that they are not there. */
export const findMessage: Statement<'findMessage', Found> = {
  text: statementOf(
    'channel text, account text, message_id text',
    sql``,
    sql`
    select given.n, to_json(message) as message, ${linesOf('message.id')} as lines
    from given
    left join lateral (
      select * from messages
      where channel = given.channel and account = given.account and message_id = given.message_id
      limit 1
    ) as message on true
    `,
  ),
  given: (_situation, { channel, account, messageId }) => ({ channel, account, message_id: messageId }),
  result: ({ message, lines }) => (message === null ? null : toRecord(message, lines)),
};

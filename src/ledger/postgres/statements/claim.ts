import { sql } from 'kysely';
import type { NewLine } from '../../../redemption/message.ts';
import type { AskPolicy } from '../../../redemption/questions.ts';
import { addToTaken, isRunning } from '../../messages/allowance.ts';
import { lineColumns, messageColumns, wantedOfAllowance } from '../../messages/claim.ts';
import { toRecord } from '../../messages/find.ts';
import type { MessageRow } from '../../messages/row.ts';
import { isAskedAnyway } from '../../redemptions/asking.ts';
import type { RedemptionRow } from '../../redemptions/row.ts';
import { linesOf } from './lines-of.ts';
import { statementOf, type Statement } from './statement.ts';

interface Found {
  readonly won: boolean;
  readonly message: MessageRow;
  readonly lines: readonly RedemptionRow[];
}

const MESSAGE = {
  channel: 'text',
  account: 'text',
  message_id: 'text',
  user_id: 'text',
  conversation: 'text',
  text: 'text',
  shows: 'text',
  return_address: 'text',
  received_at: 'bigint',
  instance: 'text',
  claim_token: 'text',
  reply_state: 'text',
} satisfies Record<keyof ReturnType<typeof messageColumns>, string>;

const LINE = {
  line: 'integer',
  receipt: 'text',
  user_id: 'text',
  card: 'text',
  count: 'integer',
  remark: 'text',
  store_code: 'text',
  store_name: 'text',
  employee_id: 'bigint',
  state: 'text',
  reason: 'text',
  claimed_at: 'bigint',
  settled_at: 'bigint',
} satisfies Record<keyof ReturnType<typeof lineColumns>, string>;

const typed = (columns: Readonly<Record<string, string>>) =>
  Object.entries(columns)
    .map(([name, type]) => `${name} ${type}`)
    .join(', ');
const listed = (columns: object, table?: string) =>
  sql.join(Object.keys(columns).map((name) => sql.ref(table === undefined ? name : `${table}.${name}`)));

/**
 * Stores those messages that are new and of which nothing has to be asked, and finds those that others have stored before.
 * Not for it: a message that confirms something; one of a person who is asked something, because a line about the same card
 * withdraws the question; a line that is to be asked about, whoever has used the card; a card
 * that was used a moment ago; a person who has had their allowance; a message that another stores at the same
 * moment; one that this caller may have stored before.
 *
 * It stores them always in the same order, so that services that store the same ones do not wait for each other in a circle.
 * What the allowances of all take is looked at beforehand. Where another takes of one at the same moment, the division by
 * zero undoes everything: it may be too much after all, and the other may have used the same card, about which is to be asked.
 */
export const claim: Statement<'claim', Found> = {
  text: statementOf(
    `${typed(MESSAGE)}, wanted integer, per_minute integer, lines json`,
    sql`,
    line as (
      select given.n, line.*
      from given
      cross join json_to_recordset(given.lines) as line(${sql.raw(typed(LINE))}, used_since bigint)
    ),
    known as (
      select given.n, given.claim_token as own_token, message.*
      from given
      cross join lateral (
        select * from messages
        where channel = given.channel and account = given.account and message_id = given.message_id
        limit 1
      ) as message
    ),
    plain as (
      select * from given
      where n not in (select n from known)
      and not exists (
        select 1 from redemptions as asked
        where asked.user_id = given.user_id and asked.ask_expires > given.received_at and asked.state = 'asked'
      )
      and n not in (
        select n from line
        where exists (select 1 from redemptions as other where other.card = line.card and other.claimed_at >= used_since)
        or exists (select 1 from redemptions as other where other.real_card = line.card and other.claimed_at >= used_since)
      )
    ),
    spent as (
      select user_id
      from (
        select user_id, sum(wanted) as wanted, min(per_minute) as per_minute, max(received_at) as now
        from plain where wanted > 0 group by user_id
      ) as person
      where wanted > per_minute or exists (
        select 1 from allowances as had
        where had.user_id = person.user_id and ${isRunning(sql.ref('person.now'))}
        and had.taken + person.wanted > person.per_minute
      )
    ),
    stored as (
      insert into messages (${listed(MESSAGE)})
      select ${listed(MESSAGE, 'plain')} from plain, session
      where plain.wanted = 0 or plain.user_id not in (select user_id from spent)
      order by plain.channel, plain.account, plain.message_id
      on conflict (channel, account, message_id) do nothing
      returning *
    ),
    taking as (
      select user_id, sum(wanted) as wanted, min(per_minute) as per_minute, max(received_at) as now
      from given where wanted > 0 and claim_token in (select claim_token from stored) group by user_id
    ),
    taken as (
      insert into allowances as had (user_id, since, taken)
      select user_id, now, wanted from taking order by user_id
      ${addToTaken(sql`(select min(per_minute) from taking)`)}
      and exists (
        select 1 from allowances as seen
        where seen.user_id = had.user_id and seen.since = had.since and seen.taken = had.taken
      )
      returning user_id
    ),
    kept as (
      insert into redemptions (message, ${listed(LINE)})
      select stored.id, ${listed(LINE, 'line')}
      from stored join given using (claim_token) join line using (n)
      returning *
    )`,
    sql`
    select
      given.n, true as won, to_json(stored) as message,
      (select coalesce(json_agg(kept), '[]') from kept where kept.message = stored.id) as lines
    from stored join given using (claim_token)
    where 1 / case when (select count(*) from taken) = (select count(*) from taking) then 1 else 0 end = 1
    union all
    select known.n, false, to_json(known), ${linesOf('known.id')}
    from known
    where known.claim_token <> known.own_token
    `,
  ),
  given(situation, message, lines, token, asking) {
    const { policy } = asking;
    if (asking.confirmations.length > 0 || !areAllPlain(lines, policy)) return null;
    const { wanted, perMinute } = wantedOfAllowance(message, lines, asking) ?? { wanted: 0, perMinute: 0 };
    if (wanted > perMinute) return null;
    const since = policy.repeatWithinMs === 0 ? null : situation.now - policy.repeatWithinMs;
    return {
      ...messageColumns(situation, message, token),
      wanted,
      per_minute: perMinute,
      lines: lines.map((line) => ({
        ...lineColumns(situation, message.user, line),
        used_since: line.unsent === null ? since : null,
      })),
    };
  },
  // Neither would see the other, and the second is to be asked about.
  alone(_message, lines, _token, { policy }) {
    return policy.repeatWithinMs === 0 ? [] : lines.flatMap(({ card, unsent }) => (unsent === null ? card : []));
  },
  result: ({ won, message, lines }) => ({
    won,
    spent: message.spent === 1,
    message: toRecord(message, lines),
  }),
};

/** Whether nothing has to be asked about any of the lines, as far as it can be seen by themselves. */
function areAllPlain(lines: readonly NewLine[], policy: AskPolicy): boolean {
  const toRun = lines.filter(({ unsent }) => unsent === null);
  if (toRun.some((line) => isAskedAnyway(line, policy))) return false;
  return policy.repeatWithinMs === 0 || new Set(toRun.map(({ card }) => card)).size === toRun.length;
}

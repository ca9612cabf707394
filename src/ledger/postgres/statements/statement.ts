import { sql, type RawBuilder } from 'kysely';
import { SESSION } from '../../../postgres/connection.ts';
import type { VerbContext } from '../../context.ts';
import type { VerbArgs, VerbName, VerbResult } from '../../verbs.ts';

/** What of a verb's context a statement needs. */
export type Situation = Pick<VerbContext, 'now' | 'instance' | 'newReceipt' | 'wanted'>;

/**
 * A verb as one statement, which does it for many callers at once, each of them only where nothing unusual is the matter:
 * for the others it does nothing, and leaves them to the verb. What is recorded comes from the verb's own functions.
 */
export interface Statement<V extends VerbName, Found = unknown> {
  /** Made by `statementOf`. */
  readonly text: RawBuilder<unknown>;
  /** What the statement is given for a call; null where it is seen beforehand that it is not for it. */
  readonly given: (situation: Situation, ...args: VerbArgs<V>) => object | null;
  /** What no two calls may be about at once: the second waits for the first, and is left to the verb. */
  readonly alone?: (...args: VerbArgs<V>) => readonly string[];
  /** It need not be known whether it was done. */
  readonly isHarmless?: true;
  /** The result for a call for which something was found. */
  readonly result: (found: Found) => VerbResult<V>;
}

/** Of each call: its number among those that the statement is asked for at once. */
export interface Numbered {
  readonly n: number;
}

/**
 * The text: `columns` are those of `given`, which has a row for each call, numbered by `n`; `found` is a query of rows with
 * the `n` of each call that it did. What it writes has to take its rows from `session` too, so that this comes first.
 */
export function statementOf(
  columns: string,
  parts: RawBuilder<unknown>,
  found: RawBuilder<unknown>,
): RawBuilder<unknown> {
  return sql`
    with ${sql.raw(SESSION)},
    given as (select * from json_to_recordset($1) as given(n integer, ${sql.raw(columns)}) limit $2)
    ${parts}
    select session.read_only, (select coalesce(json_agg(found), '[]') from (${found}) as found) as found
    from session
  `;
}

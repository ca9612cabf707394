import type { QueryExecutorProvider } from 'kysely';
import { toJsonParameter } from '../../postgres/connection.ts';
import type { Alone } from '../../postgres/database.ts';
import { CommitUncertain, sqlState } from '../../postgres/errors.ts';
import type { VerbArgs, VerbName, VerbResult } from '../verbs.ts';
import { createSharing } from './sharing.ts';
import { claim } from './statements/claim.ts';
import { findMessage } from './statements/find-message.ts';
import { findRedemption, noteCard, noteRemaining, settle } from './statements/redemptions.ts';
import type { Numbered, Situation, Statement } from './statements/statement.ts';
import { takeHeldReplies } from './statements/take-held-replies.ts';

const STATEMENTS: { readonly [V in VerbName]?: Statement<V, never> } = {
  claim,
  findMessage,
  takeHeldReplies,
  noteCard,
  settle,
  noteRemaining,
  findRedemption,
};

const MOST = 64;
const RUNS = 2;

/**
 * Does a verb by one statement, shared with other callers of the same. Resolves with null where that was not for it, and
 * nothing was done; rejects with CommitUncertain where it may have been done.
 */
export type Shortcut<V extends VerbName> = (
  situation: Situation,
  args: VerbArgs<V>,
) => Promise<{ readonly result: VerbResult<V> } | null>;

export type Shortcuts = (verb: VerbName) => Shortcut<VerbName> | null;

/** Shortcuts for the verbs of every redemption. `db` only says how statements are written. */
export function createShortcuts(db: QueryExecutorProvider, alone: Alone): Shortcuts {
  const all = new Map<VerbName, Shortcut<VerbName>>();
  for (const [verb, statement] of Object.entries(STATEMENTS)) {
    all.set(verb as VerbName, shortcutOf(db, alone, statement as unknown as Statement<VerbName>));
  }
  return (verb) => all.get(verb) ?? null;
}

function shortcutOf(db: QueryExecutorProvider, alone: Alone, statement: Statement<VerbName>): Shortcut<VerbName> {
  const text = statement.text.compile(db).sql.replaceAll(/\s+/gu, ' ').trim();
  const isRead = !/\b(?:insert|update)\b/u.test(text);
  let isUnderstood = true;
  const share = createSharing<object, { readonly result: never }>({
    async run(calls) {
      const given = toJsonParameter(calls.map((call, n) => ({ n, ...call })));
      const row = await alone(text, [given, calls.length]).catch((error: unknown) => {
        // A database that is only compatible with PostgreSQL may not know all of it: class 0A is "not supported", 42 "not understood".
        if (/^(?:0A|42)/u.test(sqlState(error) ?? '')) isUnderstood = false;
        throw isRead && error instanceof CommitUncertain ? error.cause : error;
      });
      const results: ({ readonly result: never } | null)[] = calls.map(() => null);
      for (const found of row['found'] as Numbered[]) results[found.n] = { result: statement.result(found) as never };
      return results;
    },
    most: MOST,
    runs: RUNS,
  });
  return async (situation, args) => {
    const given = isUnderstood ? statement.given(situation, ...args) : null;
    return given === null ? null : share(given);
  };
}

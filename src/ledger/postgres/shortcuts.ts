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

/** A database that is only compatible with PostgreSQL may not know all of it: a feature, the syntax, a type, a function. */
const NOT_UNDERSTOOD: ReadonlySet<string> = new Set(['0A000', '42601', '42704', '42846', '42883']);

const MOST = 64;
const RUNS = 2;
/** Claims of one person in two statements at a time would get into each other's way. */
const CLAIM_RUNS = 1;
const PATIENCE_MS = 1_000;

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
    const runs = verb === 'claim' ? CLAIM_RUNS : RUNS;
    all.set(verb as VerbName, shortcutOf(db, alone, statement as unknown as Statement<VerbName>, runs));
  }
  return (verb) => all.get(verb) ?? null;
}

function shortcutOf(
  db: QueryExecutorProvider,
  alone: Alone,
  statement: Statement<VerbName>,
  runs: number,
): Shortcut<VerbName> {
  const text = statement.text.compile(db).sql.replaceAll(/\s+/gu, ' ').trim();
  const isHarmless = statement.isHarmless ?? !/\b(?:insert|update)\b/u.test(text);
  const underWay = new Map<string, Promise<unknown>>();
  let isUnderstood = true;
  const share = createSharing<object, { readonly result: never }>({
    async run(calls) {
      const given = toJsonParameter(calls.map((call, n) => ({ n, ...call })));
      const row = await alone(text, [given, calls.length]).catch((error: unknown) => {
        if (NOT_UNDERSTOOD.has(sqlState(error) ?? '')) isUnderstood = false;
        throw isHarmless && error instanceof CommitUncertain ? error.cause : error;
      });
      const results: ({ readonly result: never } | null)[] = calls.map(() => null);
      for (const found of row['found'] as Numbered[]) results[found.n] = { result: statement.result(found) as never };
      return results;
    },
    most: MOST,
    runs,
    patienceMs: PATIENCE_MS,
  });
  return async (situation, args) => {
    const given = isUnderstood ? statement.given(situation, ...args) : null;
    if (given === null) return null;
    const keys = statement.alone?.(...args) ?? [];
    const others = keys.flatMap((key) => underWay.get(key) ?? []);
    if (others.length > 0) {
      await Promise.allSettled(others);
      return null;
    }
    const shared = share(given);
    for (const key of keys) underWay.set(key, shared);
    return shared.finally(() => {
      for (const key of keys) underWay.delete(key);
    });
  };
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { Transaction } from 'kysely';
import { openDatabase } from './database.ts';
import { sqlState } from './errors.ts';

const TRIES = 20;
const PAUSE_MS = 200;
/** A large table may take its time, and so may another instance that is at it already. */
const STATEMENT_MS = 10 * 60_000;

/**
 * What services that start at once tell each other while the very first tables are made, before there is a row to lock:
 * the name is taken (23505, 42P07, 42710; 25P02 for every statement after it), or roll back and try again (class 40).
 */
const RACE = /^(?:23505|42P07|42710|25P02|40)/u;

/**
 * Makes or changes tables in one transaction, however many services do so at once. `work` must leave alone what is
 * there already.
 */
export async function setUpTables<Tables>(
  url: string,
  work: (trx: Transaction<Tables>) => Promise<unknown>,
): Promise<void> {
  const { db, close } = openDatabase<Tables>(url, { poolSize: 1, statementMs: STATEMENT_MS });
  try {
    for (let tries = 1; ; tries += 1) {
      try {
        await db.transaction().execute(work);
        return;
      } catch (error) {
        const reason = error instanceof Error && error.cause !== undefined ? error.cause : error;
        if (tries === TRIES || !RACE.test(sqlState(reason) ?? '')) throw error;
      }
      await sleep(Math.random() * PAUSE_MS);
    }
  } finally {
    await close();
  }
}

import { randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import { migrate } from '../migrations.ts';
import { newReceipt } from '../redemptions/receipt.ts';
import type { Tables } from '../schema.ts';
import type { AskedUsers, Taken, VerbContext } from '../context.ts';
import { heartbeat, takeOver } from '../leases/instances.ts';
import { findHeldUsers } from '../messages/held-replies.ts';
import { findAskedUsers } from '../redemptions/questions.ts';
import { perform } from '../verbs.ts';
import type { NoticeKind } from '../../redemption/notices.ts';
import { toFailure, type RequestResult, type Found, type Request } from './protocol.ts';

export interface Storage {
  readonly found: Found;
  /**
   * Performs requests in one transaction. Never rejects: what failed is said in the results, one for each request.
   * `wanted`: what groups want to hear at the moment.
   */
  readonly run: (requests: readonly Request[], wanted: readonly NoticeKind[]) => Promise<readonly RequestResult[]>;
}

export interface StorageOptions {
  /** Milliseconds since 1970; default: the machine's clock. */
  readonly now?: () => number;
  /** What people have had of their allowance; null: it is kept in the database. Default: nothing yet. */
  readonly taken?: Taken | null;
  /** What groups want to hear of what is taken over now. Default: nothing. */
  readonly wanted?: readonly NoticeKind[];
}

/**
 * Brings a ledger's tables up to date and performs verbs on them, for the only service that has the ledger: every other
 * one that ever used it is taken for dead. Rejects when the database cannot be read or written.
 */
export async function openStorage(
  db: Kysely<Tables>,
  { now = Date.now, taken = new Map(), wanted: wantedNow = [] }: StorageOptions = {},
): Promise<Storage> {
  await migrate(db, 'sqlite');
  const instance = randomUUID();
  // Nobody leaves it but by a restart, so that what is rolled back cannot make it miss one who has a question.
  const askedUsers: AskedUsers = new Set();
  const transaction = <T>(wanted: readonly NoticeKind[], work: (context: VerbContext) => Promise<T>): Promise<T> =>
    db
      .transaction()
      .execute((trx) => work({ trx, now: now(), instance, newReceipt, shared: false, taken, askedUsers, wanted }));

  const run = async (
    requests: readonly Request[],
    wanted: readonly NoticeKind[],
  ): Promise<readonly RequestResult[]> => {
    try {
      return await transaction(wanted, async (context) => {
        const results: RequestResult[] = [];
        for (const { id, verb, args } of requests) results.push({ id, result: await perform(context, verb, args) });
        return results;
      });
    } catch (error) {
      // Part of it was taken by what is rolled back now: forgetting all is better than counting that.
      taken?.clear();
      if (requests.length === 1 || isStorageTrouble(error)) {
        return requests.map(({ id }) => ({ id, failure: toFailure(error) }));
      }
      // One request that cannot be done must not take its neighbours with it.
      const results: RequestResult[] = [];
      for (const request of requests) results.push(...(await run([request], wanted)));
      return results;
    }
  };

  const found = await transaction(wantedNow, async (context) => {
    await heartbeat(context);
    for (const user of await findAskedUsers(context)) askedUsers.add(user);
    const interrupted = (await takeOver(context, Number.MAX_SAFE_INTEGER)).length;
    return { interrupted, heldUsers: await findHeldUsers(context) };
  });
  return { found, run };
}

/** Busy, locked, read-only, I/O, corrupt, full, cannot open, not a database: the next request would meet the same. */
const STORAGE_TROUBLE = new Set([5, 6, 8, 10, 11, 13, 14, 26]);

function isStorageTrouble(error: unknown): boolean {
  // The lower byte of an extended result code is its primary one (sqlite.org/rescode.html).
  return error instanceof Error && 'errcode' in error && STORAGE_TROUBLE.has(Number(error.errcode) & 0xff);
}

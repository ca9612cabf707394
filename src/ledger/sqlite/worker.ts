import { randomUUID } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { closeToOthers, keepPrivate } from '../../private-files.ts';
import type { NoticeKind } from '../../redemption/notices.ts';
import { LedgerError } from '../errors.ts';
import { migrate } from '../migrations.ts';
import { newReceipt } from '../redemptions/receipt.ts';
import type { Taken, VerbContext } from '../context.ts';
import { heartbeat, takeOver } from '../leases/instances.ts';
import { perform } from '../verbs.ts';
import { findHeldUsers } from '../messages/held-replies.ts';
import { openDatabase } from './database.ts';
import { lockLedger } from './lock.ts';
import type { Answer, Failure, FromWorker, Request, ToWorker, WorkerOptions } from './protocol.ts';

/**
 * The storage thread. SQLite's calls and the fsync of a commit block, so they block here and never the thread that
 * answers callbacks. All requests of one parcel share one commit.
 */
async function main(port: NonNullable<typeof parentPort>, { path, wanted }: WorkerOptions): Promise<void> {
  const post = (message: FromWorker) => {
    port.postMessage(message);
  };
  // SQLite gives the files that it makes beside a database the mode of that one.
  for (const file of [`${path}.lock`, path]) keepPrivate(file);
  for (const suffix of ['-wal', '-shm', '.lock-journal']) closeToOthers(path + suffix);
  const lock = lockLedger(`${path}.lock`);
  const db = openDatabase(path);
  await migrate(db, 'sqlite');
  const instance = randomUUID();
  const taken: Taken = new Map();
  const transaction = <T>(wanted: readonly NoticeKind[], work: (context: VerbContext) => Promise<T>): Promise<T> =>
    db
      .transaction()
      .execute((trx) => work({ trx, now: Date.now(), instance, newReceipt, shared: false, taken, wanted }));

  const run = async (requests: readonly Request[], wanted: readonly NoticeKind[]): Promise<readonly Answer[]> => {
    try {
      return await transaction(wanted, async (context) => {
        const answers: Answer[] = [];
        for (const { id, verb, args } of requests) answers.push({ id, result: await perform(context, verb, args) });
        return answers;
      });
    } catch (error) {
      // Some of it by what is rolled back now: better to forget it than to count that.
      taken.clear();
      if (requests.length === 1 || isStorageTrouble(error)) {
        return requests.map(({ id }) => ({ id, failure: toFailure(error) }));
      }
      // One request that cannot be done must not take its neighbours with it.
      const answers: Answer[] = [];
      for (const request of requests) answers.push(...(await run([request], wanted)));
      return answers;
    }
  };

  // Holding the lock, this is the only service: every other one that ever used this ledger is dead.
  const found = await transaction(wanted, async (context) => {
    await heartbeat(context);
    const interrupted = (await takeOver(context, Number.MAX_SAFE_INTEGER)).length;
    return { interrupted, heldUsers: await findHeldUsers(context) };
  });

  // Parcels are worked off one after the other.
  let last: Promise<void> = Promise.resolve();
  port.on('message', (message: ToWorker) => {
    last = last.then(async () => {
      if (message.kind === 'requests') {
        post({ kind: 'answers', answers: await run(message.requests, message.wanted) });
        return;
      }
      await db.destroy();
      lock.close();
      port.close();
    });
  });
  post({ kind: 'opened', ...found });
}

/** Busy, locked, read-only, I/O, corrupt, full, cannot open, not a database: the next request would meet the same. */
const STORAGE_TROUBLE = new Set([5, 6, 8, 10, 11, 13, 14, 26]);

function isStorageTrouble(error: unknown): boolean {
  // The lower byte of an extended result code is its primary one (sqlite.org/rescode.html).
  return error instanceof Error && 'errcode' in error && STORAGE_TROUBLE.has(Number(error.errcode) & 0xff);
}

function toFailure(error: unknown): Failure {
  if (error instanceof LedgerError) return { code: error.code, message: error.message };
  return { code: 'storage', message: error instanceof Error ? error.message : String(error) };
}

if (parentPort !== null) {
  const port = parentPort;
  await main(port, workerData as WorkerOptions).catch((error: unknown) => {
    port.postMessage({ kind: 'not-opened', failure: toFailure(error) } satisfies FromWorker);
    port.close();
  });
}

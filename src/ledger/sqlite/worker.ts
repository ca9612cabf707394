import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { closeToOthers, keepPrivate } from '../../private-files.ts';
import { beginWith } from './beginning.ts';
import { openDatabase } from './database.ts';
import { lockLedger } from './lock.ts';
import { isWorkerOptions, toFailure, type FromWorker, type ToWorker, type WorkerOptions } from './protocol.ts';
import { openStorage } from './storage.ts';

/**
 * The storage thread. SQLite's calls and the fsync of a commit block, so they block here and never the thread that
 * answers callbacks. All requests of one parcel share one commit.
 */
async function main(port: MessagePort, { path, wanted, beginning }: WorkerOptions): Promise<void> {
  const post = (message: FromWorker) => {
    port.postMessage(message);
  };
  // SQLite gives the files that it makes beside a database the mode of that one.
  for (const file of [`${path}.lock`, path]) keepPrivate(file);
  for (const suffix of ['-wal', '-shm', '.lock-journal']) closeToOthers(path + suffix);
  // The process that holds the lock is the only service.
  const lock = lockLedger(`${path}.lock`);
  const db = openDatabase(path);
  const { found, run } = await openStorage(db, { wanted });
  if (beginning !== undefined) await beginWith(db, beginning, Date.now());

  // Parcels are worked off one after the other.
  let last: Promise<void> = Promise.resolve();
  port.on('message', (message: ToWorker) => {
    last = last.then(async () => {
      if (message.kind === 'requests') {
        post({ kind: 'results', results: await run(message.requests, message.wanted) });
        return;
      }
      await db.destroy();
      lock.close();
      port.close();
    });
  });
  post({ kind: 'opened', ...found });
}

/** Opens the ledger, says so or why it cannot, and does what is asked by the port until it is to close. Never rejects. */
export async function serveLedger(port: MessagePort, options: WorkerOptions): Promise<void> {
  await main(port, options).catch((error: unknown) => {
    port.postMessage({ kind: 'not-opened', failure: toFailure(error) } satisfies FromWorker);
    port.close();
  });
}

// Another program of a thread may serve one ledger after the other.
if (parentPort !== null && isWorkerOptions(workerData)) await serveLedger(parentPort, workerData);

import { Worker } from 'node:worker_threads';
import { LedgerError } from '../errors.ts';
import type { Log } from '../../log.ts';
import type { NoticeKind } from '../../redemption/notices.ts';
import type { OpenedLedger } from '../ledger.ts';
import { createWaiters } from '../redemptions/waiters.ts';
import { realTime } from '../../time/real.ts';
import { assembleLedger } from './assemble.ts';
import { createParcels } from './parcels.ts';
import { createSqliteReads } from './reads.ts';
import type { Found, FromWorker, ToWorker, WorkerOptions } from './protocol.ts';

export interface SqliteLedgerOptions {
  readonly log?: Log | undefined;
  /** What groups want to hear at the moment. Default: nothing. */
  readonly wanted?: () => readonly NoticeKind[];
  /** A module with a `Beginning`, for a file that is empty. */
  readonly beginning?: URL | undefined;
  /** The program of the thread that reads; for tests. */
  readonly readThread?: URL;
  /** Starts what stores, which ends by itself once it is told to close. Default: a thread. */
  readonly startStorage?: (options: WorkerOptions) => StorageThread;
}

/** A thread that keeps a ledger, as its service sees it. */
export interface StorageThread {
  postMessage(message: ToWorker): void;
  on(event: 'message', listener: (message: FromWorker) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  once(event: 'exit', listener: () => void): unknown;
}

const startThread = (workerData: WorkerOptions): StorageThread =>
  new Worker(new URL('./worker.ts', import.meta.url), { workerData });

/**
 * Opens the ledger file at `path`, making it when it is not there. Rejects with LedgerError `in-use` when another
 * service has it, `storage` when it cannot be read or written.
 */
export async function openSqliteLedger(
  path: string,
  { log, wanted = () => [], beginning, readThread, startStorage = startThread }: SqliteLedgerOptions = {},
): Promise<OpenedLedger> {
  const worker = startStorage({ path, wanted: wanted(), beginning: beginning?.href });
  const waiters = createWaiters();
  const post = (message: ToWorker) => {
    worker.postMessage(message);
  };
  const parcels = createParcels((requests) => {
    post({ kind: 'requests', requests, wanted: wanted() });
  });

  const fail = (error: LedgerError) => {
    parcels.fail(error);
    waiters.fail(error);
  };

  const ended = new Promise<void>((resolve) => {
    worker.once('exit', () => {
      fail(new LedgerError('closed', 'the ledger is closed'));
      resolve();
    });
  });

  const found = await new Promise<Found>((resolve, reject) => {
    worker.on('message', (message) => {
      if (message.kind === 'results') parcels.take(message.results);
      else if (message.kind === 'opened') resolve(message);
      else reject(new LedgerError(message.failure.code, message.failure.message));
    });
    worker.on('error', (cause) => {
      const error = new LedgerError('storage', 'the storage thread died', { cause });
      fail(error);
      reject(error);
    });
  });

  const reads = createSqliteReads({ path, time: realTime, log, program: readThread });

  const close = async () => {
    // Before the other connection: the last one that is closed clears the write-ahead log, and cannot where it only reads.
    await reads.close();
    parcels.flush();
    post({ kind: 'close' });
    await ended;
  };
  return assembleLedger({ call: parcels.call, reads, waiters, found, now: Date.now, log, close });
}

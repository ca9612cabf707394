import { Worker } from 'node:worker_threads';
import { LedgerError } from '../errors.ts';
import type { Log } from '../../log.ts';
import type { NoticeKind } from '../../redemption/notices.ts';
import { realTime } from '../../time/real.ts';
import { createRefusals, createStorage, type OpenedLedger } from '../ledger.ts';
import type { Call } from '../verbs.ts';
import { createWaiters } from '../redemptions/waiters.ts';
import type { Answer, Found, FromWorker, Request, ToWorker, WorkerOptions } from './protocol.ts';

interface PendingCall {
  readonly resolve: (result: never) => void;
  readonly reject: (error: LedgerError) => void;
}

export interface SqliteLedgerOptions {
  readonly log?: Log | undefined;
  /** What groups want to hear at the moment. Default: nothing. */
  readonly wanted?: () => readonly NoticeKind[];
}

/**
 * Opens the ledger file at `path`, making it when it is not there. Rejects with LedgerError `in-use` when another
 * service has it, `storage` when it cannot be read or written.
 */
export async function openSqliteLedger(
  path: string,
  { log, wanted = () => [] }: SqliteLedgerOptions = {},
): Promise<OpenedLedger> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData: { path, wanted: wanted() } satisfies WorkerOptions,
  });
  const waiters = createWaiters();
  const calls = new Map<number, PendingCall>();
  let parcel: Request[] = [];
  let committing = false;
  let lastId = 0;
  let down: LedgerError | null = null;

  const post = (message: ToWorker) => {
    worker.postMessage(message);
  };

  const send = () => {
    if (parcel.length === 0) return;
    committing = true;
    post({ kind: 'requests', requests: parcel, wanted: wanted() });
    parcel = [];
  };

  const flush = () => {
    if (!committing) send();
  };

  /** What is asked in one turn of the event loop, or while the disk is busy, travels and is committed together. */
  const call: Call = (verb, ...args) =>
    new Promise((resolve, reject) => {
      if (down !== null) {
        reject(down);
        return;
      }
      const id = ++lastId;
      calls.set(id, { resolve, reject });
      if (parcel.length === 0) setImmediate(flush);
      parcel.push({ id, verb, args });
    });

  const take = (answer: Answer) => {
    const pending = calls.get(answer.id);
    calls.delete(answer.id);
    if ('failure' in answer) pending?.reject(new LedgerError(answer.failure.code, answer.failure.message));
    else pending?.resolve(answer.result as never);
  };

  const fail = (error: LedgerError) => {
    // What was asked before may have been done.
    const underWay = calls.size === 0 ? error : new LedgerError('uncertain', error.message, { cause: error });
    down ??= error;
    for (const { reject } of calls.values()) reject(underWay);
    calls.clear();
    waiters.fail(down);
  };

  const ended = new Promise<void>((resolve) => {
    worker.once('exit', () => {
      fail(new LedgerError('closed', 'the ledger is closed'));
      resolve();
    });
  });

  const { interrupted, heldUsers } = await new Promise<Found>((resolve, reject) => {
    worker.on('message', (message: FromWorker) => {
      if (message.kind === 'answers') {
        committing = false;
        message.answers.forEach(take);
        flush();
      } else if (message.kind === 'opened') resolve(message);
      else reject(new LedgerError(message.failure.code, message.failure.message));
    });
    worker.on('error', (cause) => {
      const error = new LedgerError('storage', 'the storage thread died', { cause });
      fail(error);
      reject(error);
    });
  });

  const close = async () => {
    send();
    post({ kind: 'close' });
    await ended;
  };
  const refusals = createRefusals({ call, waiters, time: realTime, log });
  return {
    ...createStorage({
      call,
      waiters,
      heldUsers: new Set(heldUsers),
      refusals,
      refusedElsewhere: null,
      close,
    }),
    interrupted,
    now: Date.now,
    // Its clock is that of the machine.
    problems: () => [],
  };
}

import { MessageChannel, Worker } from 'node:worker_threads';
import type { StorageThread } from '../../src/ledger/sqlite/ledger.ts';
import type { WorkerOptions } from '../../src/ledger/sqlite/protocol.ts';
import type { LedgerWanted } from './storage-thread.ts';

let thread: Worker | null = null;

/** Has a ledger kept by the one storage thread of this process. To its service it is a thread that ends with the ledger. */
export function startStorage(options: WorkerOptions): StorageThread {
  if (thread === null) {
    thread = new Worker(new URL('./storage-thread.ts', import.meta.url));
    // The tests may end while it waits for more.
    thread.unref();
  }
  const { port1: ours, port2: port } = new MessageChannel();
  ours.once('close', () => ours.emit('exit', 0));
  thread.postMessage({ port, options } satisfies LedgerWanted, [port]);
  return ours;
}

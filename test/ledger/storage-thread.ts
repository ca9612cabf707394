import { parentPort, type MessagePort } from 'node:worker_threads';
import type { WorkerOptions } from '../../src/ledger/sqlite/protocol.ts';
import { serveLedger } from '../../src/ledger/sqlite/worker.ts';

/** What the thread is asked for: a ledger that is reached by a port of its own. */
export interface LedgerWanted {
  readonly port: MessagePort;
  readonly options: WorkerOptions;
}

// A storage thread that keeps more than one ledger, for most of its start is loading the same modules anew.
parentPort?.on('message', ({ port, options }: LedgerWanted) => void serveLedger(port, options));

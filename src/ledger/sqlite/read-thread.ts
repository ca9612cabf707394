import { platform, setPriority } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import type { ReadContext } from '../context.ts';
import { performRead } from '../perform-read.ts';
import { openToRead } from './database.ts';
import { toFailure, type ReadRequest, type ReadResult, type ReadThreadOptions } from './protocol.ts';

/** Of -20 to 19: the threads that carry out redemptions get ten times as much of a core that they share with this one. */
const NICENESS = 10;

/** On Linux a thread has a priority of its own; elsewhere this would be that of the whole process. */
function giveWay(): void {
  if (platform() !== 'linux') return;
  try {
    setPriority(0, NICENESS);
  } catch {
    // Then it reads like the others.
  }
}

/** The thread that reads, on a connection of its own. */
function main(port: NonNullable<typeof parentPort>, { path }: ReadThreadOptions): void {
  giveWay();
  const db = openToRead(path);
  let rested = Promise.resolve();

  /**
   * Each transaction sees what was committed before it. Then the thread rests for a quarter of the time that it took: a commit
   * that falls into such a gap lets SQLite begin its write-ahead log anew, which would grow if there always was one open.
   */
  async function transact<T>(work: (context: ReadContext) => Promise<T>): Promise<T> {
    await rested;
    const began = performance.now();
    try {
      return await db.transaction().execute((trx) => work({ trx }));
    } finally {
      rested = sleep((performance.now() - began) / 4);
    }
  }

  async function read({ name, args }: ReadRequest): Promise<ReadResult> {
    try {
      return { result: await performRead(transact, name, args) };
    } catch (error) {
      return { failure: toFailure(error) };
    }
  }

  port.on('message', (request: ReadRequest) => {
    void read(request).then((result) => {
      port.postMessage(result);
    });
  });
}

if (parentPort !== null) main(parentPort, workerData as ReadThreadOptions);

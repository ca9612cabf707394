import { parentPort, workerData } from 'node:worker_threads';
import { readList } from './read-list.ts';

// The thread that reads one file, and ends.
parentPort?.postMessage(readList(Buffer.from(workerData as Uint8Array)));

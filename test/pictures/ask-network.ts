import { isMainThread, Worker } from 'node:worker_threads';

/** Asks the network for something, in a thread. */
if (isMainThread) new Worker(new URL(import.meta.url)).on('error', () => undefined);
else void fetch('http://127.0.0.1:9/');

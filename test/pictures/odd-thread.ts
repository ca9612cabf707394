import { parentPort, threadId } from 'node:worker_threads';
import type { Job, Report } from '../../src/pictures/protocol.ts';

/** Widths of a PNG by which a test says what the thread does with it. */
export const DOES = { answer: 1, hang: 2, throw: 3, exit: 4, fill: 5, answerWorn: 6, dieLater: 7 } as const;

/** A thread that does not read, but does what can happen to one that reads. Its answers name it. */
function main(port: NonNullable<typeof parentPort>): void {
  const tell = (report: Report) => port.postMessage(report);
  port.on('message', ({ bytes }: Job) => {
    const does = Buffer.from(bytes.buffer).readUInt32BE(16);
    for (; does === DOES.hang;);
    if (does === DOES.throw) throw new Error('a fault');
    if (does === DOES.exit) process.exit(3);
    for (const memory: unknown[] = []; does === DOES.fill;) memory.push(Array.from({ length: 1_000 }, Math.random));
    tell({ kind: 'read', result: { kind: 'codes', texts: [String(threadId)] }, worn: does === DOES.answerWorn });
    if (does === DOES.dieLater) setTimeout(() => process.exit(3), 20);
  });
  tell({ kind: 'ready' });
}

if (parentPort !== null) main(parentPort);

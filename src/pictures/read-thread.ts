import { parentPort } from 'node:worker_threads';
import type { CodesRead } from '../redemption/shown.ts';
import { createDecoder } from './decode.ts';
import type { Grey } from './grey.ts';
import { jpegIsWhole } from './jpeg.ts';
import { climb, shrunkFor } from './ladder.ts';
import type { Job, Report } from './protocol.ts';
import { createSymbolReader } from './symbols.ts';

/** Pixels from which on a decoder has taken so much memory that it should not be kept for the next picture. */
const WEARING = 8_000_000;

/** The thread that reads pictures: whatever it does to itself, the service goes on. */
async function main(port: NonNullable<typeof parentPort>): Promise<void> {
  const decode = createDecoder();
  const readSymbols = await createSymbolReader();

  async function read({ kind, bytes }: Job): Promise<Report> {
    const whole = kind !== 'jpeg' || jpegIsWhole(Buffer.from(bytes.buffer));
    let grey: Grey;
    let worn: boolean;
    try {
      const rgba = await decode(kind, bytes.buffer);
      worn = rgba.width * rgba.height > WEARING;
      grey = shrunkFor(rgba);
    } catch {
      return { kind: 'read', result: { kind: 'not-read', why: 'damaged' }, worn: true };
    }
    const texts = await climb(grey, readSymbols);
    const result: CodesRead =
      texts.length === 0 && !whole ? { kind: 'not-read', why: 'damaged' } : { kind: 'codes', texts };
    return { kind: 'read', result, worn };
  }

  const tell = (report: Report) => port.postMessage(report);
  // An error ends the thread, which its owner notices.
  port.on('message', (job: Job) => void read(job).then(tell));
  tell({ kind: 'ready' });
}

if (parentPort !== null) await main(parentPort);

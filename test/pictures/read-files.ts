/** `node read-files.ts FILE…`: reads each and writes a line of JSON with what came of it, and at the end what memory it took. */
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { createPictureReader } from '../../src/pictures/reader.ts';

const reader = createPictureReader({ limitMs: 20_000 });

/** Of this process, all threads together. */
const memoryMb = () => Math.round(process.memoryUsage.rss() / 2 ** 20);

for (const file of process.argv.slice(2)) {
  const result = await reader.read(new Uint8Array(readFileSync(file)));
  process.stdout.write(`${JSON.stringify({ file, result, memoryMb: memoryMb() })}\n`);
}
process.stdout.write(`${JSON.stringify({ peakMb: Math.round(process.resourceUsage().maxRSS / 1024) })}\n`);

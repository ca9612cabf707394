import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CodesRead } from '../../src/redemption/shown.ts';
import { CARD, DECODED } from '../pictures/hostile.ts';
import { webpOf } from '../pictures/formats.ts';
import { startChild } from '../support/child.ts';
import { enlarge, pictureOf, pngChunk, pngHeader, pngWith, symbolOf } from '../support/pictures.ts';

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pictures-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function kept(name: string, bytes: Uint8Array): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, bytes);
  return file;
}

interface ReadFile {
  readonly file: string;
  readonly result: CodesRead;
  readonly memoryMb: number;
}

/** Has a process of its own read the files, one after the other. */
async function readIn(files: readonly string[], env: Record<string, string> = {}) {
  const child = startChild('test/pictures/read-files.ts', env, files);
  expect(await child.exited, child.errors()).toBe(0);
  const lines = child.lines.map((line) => JSON.parse(line) as unknown);
  return { read: lines.slice(0, -1) as ReadFile[], ...(lines.at(-1) as { peakMb: number }), errors: child.errors() };
}

const offline = { NODE_OPTIONS: `--import=${new URL('../pictures/offline.js', import.meta.url).href}` };

test('every kind of picture is read without asking the network for anything', async () => {
  const code = enlarge(symbolOf(CARD, 'qr'), 6, 6, 40);
  const files = [
    await kept('code.png', await pictureOf(CARD)),
    await kept('code.jpg', await pictureOf(CARD, { as: 'jpeg' })),
    await kept('code.webp', await webpOf(code)),
  ];
  const { read, errors } = await readIn(files, offline);
  expect(read.map(({ result }) => result)).toEqual(files.map(() => ({ kind: 'codes', texts: [CARD] })));
  expect(errors).toBe('');
});

test('and asking it would have been noticed, in a thread too', async () => {
  const child = startChild('test/pictures/ask-network.ts', offline);
  await child.exited;
  expect(child.errors()).toContain('NETWORK: fetch');
});

test('memory does not grow with the number of hostile pictures, and is given back after large ones', async () => {
  // The largest that is let in, as a header and as much as belongs to it.
  const [width, height] = [5_000, 5_000];
  const content = deflateSync(new Uint8Array((width + 1) * height), { level: 1 });
  const large = await kept('large.png', pngWith(pngHeader(width, height), pngChunk('IDAT', content)));
  const hostile = await Promise.all(DECODED.map(async ({ make }, at) => kept(`${at}.bin`, await make())));
  const round = [...hostile, large];
  const { read, peakMb } = await readIn([...round, ...round]);
  const [first = 0, second = 0] = [hostile.length - 1, round.length + hostile.length - 1].map(
    (at) => read[at]?.memoryMb,
  );
  expect(read.at(-1)?.result).toEqual({ kind: 'codes', texts: [] });
  // Four bytes for each of 25 million pixels, twice while they leave the decoder.
  expect(peakMb).toBeLessThan(640);
  expect(second - first).toBeLessThan(64);
});

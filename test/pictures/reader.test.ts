import { afterEach, expect, test } from 'vitest';
import { createPictureReader, type PictureReader, type PictureReaderOptions } from '../../src/pictures/reader.ts';
import { blank, pngChunk, pngHeader, pngOf, pngWith } from '../support/pictures.ts';
import { DOES } from './odd-thread.ts';

const open: PictureReader[] = [];

/** A reader whose thread does what pictures tell it. The limit is long where it is not what is tested. */
function oddReader(options: PictureReaderOptions = {}): PictureReader {
  const threadFile = new URL('./odd-thread.ts', import.meta.url);
  const reader = createPictureReader({ limitMs: 60_000, threadFile, ...options });
  open.push(reader);
  return reader;
}

afterEach(async () => {
  for (const reader of open.splice(0)) await reader.close();
});

/** A PNG that has the thread do that. */
const that = (does: number) => pngOf(blank(does, 1));

/** Which thread answered. */
async function threadOf(reader: PictureReader, does: number = DOES.answer): Promise<string> {
  const read = await reader.read(that(does));
  if (read.kind !== 'codes') throw new Error(`not read: ${read.why}`);
  return read.texts[0] ?? '';
}

const notRead = (why: string) => ({ kind: 'not-read', why });

test('one thread reads picture after picture', async () => {
  const reader = oddReader();
  expect(await threadOf(reader)).toBe(await threadOf(reader));
});

test('a picture that takes too long ends its thread, and the next is read by another', async () => {
  const reader = oddReader({ limitMs: 1_500 });
  const hanging = reader.read(that(DOES.hang));
  const next = threadOf(reader);
  expect(await hanging).toEqual(notRead('too-slow'));
  expect(await next).toMatch(/^\d+$/);
});

test.each(['throw', 'exit', 'fill'] as const)(
  'a thread that ends by itself (%s) costs its picture and no other',
  async (how) => {
    const reader = oddReader();
    const first = await threadOf(reader);
    const fatal = reader.read(that(DOES[how]));
    const next = threadOf(reader);
    expect(await fatal).toEqual(notRead('damaged'));
    expect(await next).not.toBe(first);
  },
);

test('a thread that ended while it had nothing to do is replaced', async () => {
  const reader = oddReader();
  const first = await threadOf(reader, DOES.dieLater);
  await expect.poll(() => threadOf(reader)).not.toBe(first);
});

test('a thread whose memory has grown is replaced', async () => {
  const reader = oddReader();
  const first = await threadOf(reader, DOES.answerWorn);
  expect(await threadOf(reader)).not.toBe(first);
});

test('a thread that has had nothing to do for a while ends', async () => {
  const reader = oddReader({ idleMs: 1 });
  const first = await threadOf(reader);
  await expect.poll(() => threadOf(reader)).not.toBe(first);
});

test('eight pictures wait while one is read; what comes then is told at once that there are too many', async () => {
  const reader = oddReader();
  const reads = Array.from({ length: 10 }, () => reader.read(that(DOES.answer)));
  expect(await reads[9]).toEqual(notRead('busy'));
  expect((await Promise.all(reads)).map(({ kind }) => kind)).toEqual([...Array<string>(9).fill('codes'), 'not-read']);
  expect(await threadOf(reader)).toMatch(/^\d+$/);
});

test('what no thread has to see is answered while others wait', async () => {
  const reader = oddReader();
  const reads = Array.from({ length: 9 }, () => reader.read(that(DOES.hang)));
  expect(await reader.read(Buffer.from('GIF89a'))).toEqual(notRead('not-a-picture'));
  await reader.close();
  expect(await Promise.all(reads)).toEqual(Array(9).fill(notRead('busy')));
});

test('once closed it reads nothing, and closing again is nothing special', async () => {
  const reader = oddReader();
  await threadOf(reader);
  await reader.close();
  await reader.close();
  expect(await reader.read(that(DOES.answer))).toEqual(notRead('busy'));
});

test('a thread that cannot start is no fault of the picture, and said why', async () => {
  const faults: unknown[] = [];
  const reader = oddReader({
    threadFile: new URL('./no-such-file.ts', import.meta.url),
    onFault: (error) => faults.push(error),
  });
  expect(await reader.read(that(DOES.answer))).toEqual(notRead('busy'));
  expect(faults).toEqual([expect.objectContaining({ code: 'ERR_MODULE_NOT_FOUND' })]);
});

test('bytes that are a part of something larger are copied and stay as they are; others are taken over', async () => {
  const reader = oddReader();
  const picture = pngWith(pngHeader(DOES.answer, 1), pngChunk('IDAT', new Uint8Array(0)));
  const larger = Buffer.concat([Buffer.alloc(10_000), picture, Buffer.alloc(10)]);
  const part = larger.subarray(10_000, 10_000 + picture.length);
  expect(await reader.read(part)).toMatchObject({ kind: 'codes' });
  expect(Buffer.compare(part, picture)).toBe(0);
  expect(await reader.read(picture)).toMatchObject({ kind: 'codes' });
  expect(picture.length).toBe(0);
});

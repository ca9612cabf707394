import { afterAll, expect, test } from 'vitest';
import { createPictureReader } from '../../src/pictures/reader.ts';
import { corpus, REQUIRED } from '../pictures/corpus/corpus.ts';

// Long, because a machine that runs tests is slow for other reasons.
const reader = createPictureReader({ limitMs: 60_000 });

afterAll(() => reader.close());

const PART = ['straight', 'tilt ≤ 15°', 'tilt and skew ≤ 15°', 'upside down, on its side', 'tilt 20–45°', 'glare'];

// Smaller than what phones take, so that they are made in no time; `npm run bench -- --case pictures` has all, in full size.
test('of the corpus what must be read is read, and nothing is read that is not there', async () => {
  const unread: string[] = [];
  const wrong: string[] = [];
  let required = 0;
  for (const { condition, format, texts, make } of corpus({ each: 1, width: 640, only: PART })) {
    const read = await reader.read(await make());
    if (read.kind !== 'codes') throw new Error(`not read: ${read.why}`);
    const found = read.texts.filter((text) => !texts.includes(text));
    wrong.push(...found.map((text) => `${condition} ${format}: ${text}`));
    if (!REQUIRED.has(condition)) continue;
    required += 1;
    if (read.texts.length === 0) unread.push(`${condition} ${format}`);
  }
  expect(wrong).toEqual([]);
  expect(required).toBe(11);
  expect(unread).toEqual([]);
}, 180_000);

import { afterAll, expect, test } from 'vitest';
import { judge } from '../../src/pictures/judge.ts';
import { createPictureReader } from '../../src/pictures/reader.ts';
import { pictureOf } from '../support/pictures.ts';
import { CARD, DECODED, KNOWN_BY_THEIR_HEADERS } from './hostile.ts';

// Long, because a machine that runs tests is slow for other reasons.
const reader = createPictureReader({ limitMs: 60_000 });

afterAll(() => reader.close());

test.each(KNOWN_BY_THEIR_HEADERS)('$name is $comesTo, without being decoded', async ({ comesTo, make }) => {
  expect(judge(await make())).toEqual({ why: comesTo });
});

test.each(DECODED)('$name', async ({ comesTo, make }) => {
  const expected = typeof comesTo === 'string' ? { kind: 'not-read', why: comesTo } : comesTo;
  expect(await reader.read(await make())).toEqual(expected);
});

test('a good picture is read after all of these', async () => {
  expect(await reader.read(await pictureOf(CARD, { as: 'jpeg' }))).toEqual({ kind: 'codes', texts: [CARD] });
});

import { readdirSync, statSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { createPictureReader } from '../../src/pictures/reader.ts';
import { SANDBOX_CARDS } from '../../src/sandbox/cards.ts';
import { readSamplePictures, SAMPLE_PICTURES } from '../../src/sandbox/samples.ts';

const FOLDER = new URL('../../src/sandbox/pictures/', import.meta.url);
const pictures = readSamplePictures();
const reader = createPictureReader();
afterAll(() => reader.close());

test.each(SAMPLE_PICTURES)(
  'what is read from “$label” is what it is said to show, cards of the sandbox',
  async (sample) => {
    const bytes = Uint8Array.from(pictures.get(sample.id)?.bytes ?? []);
    const read = await reader.read(bytes);
    expect(read).toEqual({ kind: 'codes', texts: expect.any(Array) as string[] });
    expect(read.kind === 'codes' && read.texts.toSorted()).toEqual(sample.codes.toSorted());
    const known = SANDBOX_CARDS.flatMap(({ card, dynamicCode }) => [card, dynamicCode]);
    for (const code of sample.codes) expect(known).toContain(code);
  },
);

test('the samples show a dynamic code, an expired card, two cards and none', () => {
  const cardsOf = (codes: readonly string[]) =>
    SANDBOX_CARDS.filter(({ card, dynamicCode }) => codes.some((code) => code === card || code === dynamicCode));
  const shown = SAMPLE_PICTURES.map(({ codes }) => cardsOf(codes));
  expect(shown.some(([card]) => card?.dynamicCode != null)).toBe(true);
  expect(shown.some(([card]) => card?.expired)).toBe(true);
  expect(shown.map(({ length }) => length).toSorted()).toEqual([0, 1, 1, 1, 2]);
});

test('the samples are small, and none is left over', () => {
  const files = readdirSync(FOLDER);
  expect(files.toSorted()).toEqual(SAMPLE_PICTURES.map(({ id }) => `${id}.jpg`).toSorted());
  const bytes = files.map((file) => statSync(new URL(file, FOLDER)).size).reduce((sum, size) => sum + size, 0);
  expect(bytes).toBeLessThan(200_000);
});

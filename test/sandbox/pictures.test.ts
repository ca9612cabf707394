import { expect, test } from 'vitest';
import { createPictures, type PicturesOptions } from '../../src/sandbox/pictures.ts';

const sample = { bytes: new Uint8Array(4), alt: '样图' };
const own = (size: number) => ({ bytes: new Uint8Array(size), alt: '自己的图片' });

function start(options: Partial<PicturesOptions>) {
  const pictures = createPictures({ samples: new Map([['card', sample]]), ...options });
  const kept = (ids: readonly string[]) => ids.map((id) => pictures.find(id) !== undefined);
  return { pictures, kept };
}

test('samples are always there, and nothing else that was not added', () => {
  const { pictures } = start({ limit: 0 });
  pictures.add(own(1));
  expect(pictures.find('card')).toBe(sample);
  expect(pictures.find('other')).toBeUndefined();
});

test('of own pictures the newest are kept, so many and so many bytes', () => {
  const { pictures, kept } = start({ limit: 3, maxBytes: 100 });
  const ids = [10, 10, 10, 10].map((size) => pictures.add(own(size)));
  expect(kept(ids)).toEqual([false, true, true, true]);
  ids.push(pictures.add(own(95)));
  expect(kept(ids)).toEqual([false, false, false, false, true]);
});

test('and for a time', () => {
  let now = 0;
  const { pictures, kept } = start({ now: () => now, lifetimeMs: 1000 });
  const ids = [pictures.add(own(1))];
  now = 999;
  expect(kept(ids)).toEqual([true]);
  now = 1000;
  expect(kept(ids)).toEqual([false]);
});

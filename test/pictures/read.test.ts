import { afterAll, expect, test } from 'vitest';
import { createPictureReader } from '../../src/pictures/reader.ts';
import { seededRandom } from '../../src/sandbox/seeded-random.ts';
import {
  blank,
  enlarge,
  type Format,
  type Grey,
  jpegOf,
  pictureOf,
  pictureWithoutCode,
  pngOf,
  symbolOf,
} from '../support/pictures.ts';
import { photograph } from './corpus/camera.ts';
import { codeOf, paste } from './corpus/pages.ts';
import { interlacedPngOf, jpegSegment, transparentPngOf, webpOf } from './formats.ts';

// Long, because a machine that runs tests is slow for other reasons.
const reader = createPictureReader({ limitMs: 60_000 });

afterAll(() => reader.close());

const CARD = '914095353294404024';
const code = (format: Format = 'qr') => enlarge(symbolOf(CARD, format), 6, format === 'code128' ? 120 : 6, 60);

async function textsOf(bytes: Uint8Array): Promise<readonly string[]> {
  const read = await reader.read(bytes);
  if (read.kind !== 'codes') throw new Error(`not read: ${read.why}`);
  return read.texts;
}

/** Side by side on white. */
function together(...codes: readonly Grey[]): Grey {
  const whole = blank(
    codes.reduce((sum, { width }) => sum + width, 0),
    Math.max(...codes.map(({ height }) => height)),
  );
  let left = 0;
  for (const each of codes) {
    paste(whole, each, left, 0);
    left += each.width;
  }
  return whole;
}

for (const format of ['qr', 'code128', 'datamatrix'] as const) {
  for (const as of ['png', 'jpeg'] as const) {
    test(`${format} in a ${as}`, async () => {
      expect(await textsOf(await pictureOf(CARD, { format, as }))).toEqual([CARD]);
    });
  }
}

const KINDS: Readonly<Record<string, (grey: Grey) => Uint8Array | Promise<Uint8Array>>> = {
  'progressive JPEG': (grey) => jpegOf(grey, 80, true),
  'interlaced PNG with 16 bits a colour': interlacedPngOf,
  'PNG that is transparent around the code': transparentPngOf,
  'lossy WebP': (grey) => webpOf(grey),
  'lossless WebP': (grey) => webpOf(grey, true),
};

test.each(Object.entries(KINDS))('%s', async (_, make) => {
  expect(await textsOf(await make(code()))).toEqual([CARD]);
});

test('a picture without a code', async () => {
  expect(await textsOf(await pictureWithoutCode())).toEqual([]);
  expect(await textsOf(pngOf(blank(1, 1)))).toEqual([]);
  expect(await textsOf(pngOf(blank(1, 9_000)))).toEqual([]);
});

test('equal codes are one, different ones are all told, and no more than four', async () => {
  expect(await textsOf(pngOf(together(code('qr'), code('code128'))))).toEqual([CARD]);
  const many = ['card-1', 'card-2', 'card-3', 'card-4', 'card-5'].map((text) => codeOf(text, 'qr', 160));
  expect((await textsOf(pngOf(together(...many.slice(0, 2))))).toSorted()).toEqual(['card-1', 'card-2']);
  expect(await textsOf(pngOf(together(...many)))).toHaveLength(4);
});

test('a link is told as it is, and Chinese too', async () => {
  for (const text of ['https://card.example/c?no=914095353294404024&n=1', '会员卡 914095353294404024']) {
    expect(await textsOf(await pictureOf(text))).toEqual([text]);
  }
});

test('a link beside a bar code that is harder to read does not hide it', async () => {
  const link = 'https://shop.example/follow-us';
  const both = together(codeOf(link, 'qr', 250), codeOf(CARD, 'code128', 300));
  const tilted = photograph(both, 1_000, 1_000, { tilt: 28, skew: [0, 0] }, seededRandom('a table'));
  expect((await textsOf(pngOf(tilted))).toSorted()).toEqual([CARD, link]);
});

test.each([1, 2, 3, 4, 5, 6, 7, 8])(
  'however the camera was held, also with orientation %i on record',
  async (orientation) => {
    const tag = Buffer.from('Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0', 'latin1');
    tag.writeUInt16BE(orientation, 24);
    for (const format of ['qr', 'code128', 'datamatrix'] as const) {
      const jpeg = await jpegOf(stored(code(format), orientation));
      const noted = Buffer.concat([jpeg.subarray(0, 2), jpegSegment(0xe1, tag), jpeg.subarray(2)]);
      expect(await textsOf(noted)).toEqual([CARD]);
    }
  },
);

/** As a camera stores what is to be shown by that orientation: Exif 2.3, tag 0x0112. */
function stored(grey: Grey, orientation: number): Grey {
  const sideways = orientation > 4;
  const [width, height] = sideways ? [grey.height, grey.width] : [grey.width, grey.height];
  const pixels = new Uint8Array(grey.pixels.length);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const right = [2, 3, 7, 8].includes(orientation) ? width - 1 - x : x;
      const down = [3, 4, 6, 7].includes(orientation) ? height - 1 - y : y;
      const [fromX, fromY] = sideways ? [down, right] : [right, down];
      pixels[y * width + x] = grey.pixels[fromY * grey.width + fromX] ?? 0;
    }
  }
  return { width, height, pixels };
}

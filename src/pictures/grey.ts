import type { Rgba } from './decode.ts';
import type { Size } from './size.ts';

/** A byte a pixel, row by row from the top: 0 black, 255 white. */
export interface Grey extends Size {
  readonly pixels: Uint8Array;
}

const WHITE = 255;

/** On white, where the picture is transparent, and no longer than `side` on its long side. */
export function greyOf({ width, height, data }: Rgba, side: number): Grey {
  return shrink({ width, height }, side, (y, row) => {
    for (let x = 0, at = y * width * 4; x < width; x += 1, at += 4) {
      // ITU-R BT.601, in 256ths.
      const light = (77 * (data[at] ?? 0) + 150 * (data[at + 1] ?? 0) + 29 * (data[at + 2] ?? 0)) >> 8;
      const opaque = data[at + 3] ?? WHITE;
      row[x] = opaque === WHITE ? light : WHITE + ((light - WHITE) * opaque) / WHITE;
    }
  });
}

/** The same picture, if it is longer than `side` on its long side made so small; otherwise itself. */
export function within(grey: Grey, side: number): Grey {
  const { width, height, pixels } = grey;
  if (Math.max(width, height) <= side) return grey;
  return shrink(grey, side, (y, row) => {
    for (let x = 0, at = y * width; x < width; x += 1, at += 1) row[x] = pixels[at] ?? WHITE;
  });
}

/** Each pixel becomes the mean of what lay on its area. `read` fills in a row of the large picture. */
function shrink(from: Size, side: number, read: (y: number, row: Float32Array) => void): Grey {
  const scale = Math.min(1, side / Math.max(from.width, from.height));
  const across = sharesOf(from.width, Math.max(1, Math.round(from.width * scale)));
  const down = sharesOf(from.height, Math.max(1, Math.round(from.height * scale)));
  const [width, height] = [across.length, down.length];
  const pixels = new Uint8Array(width * height);
  const row = new Float32Array(from.width);
  const narrow = new Float32Array(width + 1);
  let sums = new Float32Array(width);
  let below = new Float32Array(width);
  const weight = across.weight * down.weight;
  for (let y = 0; y < from.height; y += 1) {
    read(y, row);
    narrow.fill(0);
    for (let x = 0; x < from.width; x += 1) {
      const [shade, cell, share] = [row[x] ?? 0, across.cells[x] ?? 0, across.shares[x] ?? 0];
      narrow[cell] = (narrow[cell] ?? 0) + shade * share;
      narrow[cell + 1] = (narrow[cell + 1] ?? 0) + shade * (1 - share);
    }
    const [line, share] = [down.cells[y] ?? 0, down.shares[y] ?? 0];
    for (let x = 0; x < width; x += 1) {
      const sum = narrow[x] ?? 0;
      sums[x] = (sums[x] ?? 0) + sum * share;
      below[x] = (below[x] ?? 0) + sum * (1 - share);
    }
    if (y + 1 < from.height && down.cells[y + 1] === line) continue;
    for (let x = 0; x < width; x += 1) pixels[line * width + x] = (sums[x] ?? 0) * weight + 0.5;
    [sums, below] = [below, sums.fill(0)];
  }
  return { width, height, pixels };
}

/** For each of `many` pixels in a row the one of `few` in which it begins, and the part of it that lies there. */
function sharesOf(many: number, few: number) {
  const cells = new Uint32Array(many);
  const shares = new Float32Array(many);
  for (let at = 0; at < many; at += 1) {
    const begin = (at * few) / many;
    const cell = Math.floor(begin);
    cells[at] = cell;
    shares[at] = Math.min(1, ((cell + 1 - begin) * many) / few);
  }
  return { length: few, cells, shares, weight: few / many };
}

/** Turned clockwise about its middle, on a white ground that is large enough for all of it. */
export function turned({ width, height, pixels }: Grey, degrees: number): Grey {
  const [sin, cos] = [Math.sin((degrees * Math.PI) / 180), Math.cos((degrees * Math.PI) / 180)];
  const wide = Math.ceil(width * Math.abs(cos) + height * Math.abs(sin));
  const high = Math.ceil(width * Math.abs(sin) + height * Math.abs(cos));
  const ground = new Uint8Array(wide * high).fill(WHITE);
  for (let y = 0; y < high; y += 1) {
    for (let x = 0; x < wide; x += 1) {
      const [right, down] = [x - wide / 2, y - high / 2];
      const fromX = right * cos + down * sin + width / 2;
      const fromY = down * cos - right * sin + height / 2;
      if (fromX < 0 || fromY < 0 || fromX >= width - 1 || fromY >= height - 1) continue;
      const [left, top] = [Math.floor(fromX), Math.floor(fromY)];
      const [partX, partY] = [fromX - left, fromY - top];
      const at = top * width + left;
      const upper = (pixels[at] ?? 0) * (1 - partX) + (pixels[at + 1] ?? 0) * partX;
      const lower = (pixels[at + width] ?? 0) * (1 - partX) + (pixels[at + width + 1] ?? 0) * partX;
      ground[y * wide + x] = upper * (1 - partY) + lower * partY + 0.5;
    }
  }
  return { width: wide, height: high, pixels: ground };
}

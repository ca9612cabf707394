import type { Random } from '../../../src/sandbox/seeded-random.ts';
import { blank, type Grey } from '../../support/pictures.ts';
import { fillBox, print } from './pages.ts';

/** How a page lies before the camera. Angles in degrees. */
export interface Pose {
  /** Clockwise, in the plane of the picture. */
  readonly tilt: number;
  /** Away from the camera, about the two axes of the page. */
  readonly skew: readonly [number, number];
}

const radians = (degrees: number) => (degrees * Math.PI) / 180;

/** A photograph of a page that lies on a table full of other things. */
export function photograph(page: Grey, width: number, height: number, pose: Pose, random: Random, clutter = 6): Grey {
  const photo = blank(width, height, random.int(90, 170));
  for (let things = clutter; things > 0; things -= 1) {
    const [left, top] = [random.int(0, width), random.int(0, height)];
    const [wide, high] = [random.int(width / 12, width / 3), random.int(height / 12, height / 3)];
    fillBox(photo, left, top, wide, high, random.int(30, 230));
    if (random.chance(0.5)) print(photo, random, left, top + 10, Math.min(wide, width - left), random.int(10, 24));
  }
  const toPage = projection(pose, Math.max(page.width, page.height) * 3);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const [right, down] = toPage(x - width / 2, y - height / 2);
      const shade = sample(page, right + page.width / 2, down + page.height / 2);
      if (shade !== null) photo.pixels[y * width + x] = shade;
    }
  }
  return photo;
}

/** From a place in the picture to the one on the page that is seen there, both from their middles. `distance` in pixels. */
function projection({ tilt, skew }: Pose, distance: number): (x: number, y: number) => readonly [number, number] {
  const [sinZ, cosZ] = [Math.sin(radians(tilt)), Math.cos(radians(tilt))];
  const [sinX, cosX] = [Math.sin(radians(skew[0])), Math.cos(radians(skew[0]))];
  const [sinY, cosY] = [Math.sin(radians(skew[1])), Math.cos(radians(skew[1]))];
  // The page's two axes in space: turned about y, then about x, then in the plane.
  const across = [cosZ * cosY - sinZ * sinX * sinY, sinZ * cosY + cosZ * sinX * sinY, -cosX * sinY] as const;
  const along = [-sinZ * cosX, cosZ * cosX, sinX] as const;
  return (x, y) => {
    // Where the ray through (x, y, distance) meets the page: right·across + down·along + (0, 0, distance) = t·ray.
    const [a, b, c] = [across[0] * distance - across[2] * x, along[0] * distance - along[2] * x, distance * x];
    const [d, e, f] = [across[1] * distance - across[2] * y, along[1] * distance - along[2] * y, distance * y];
    const determinant = a * e - b * d;
    return [(c * e - b * f) / determinant, (a * f - c * d) / determinant];
  };
}

function sample({ width, height, pixels }: Grey, x: number, y: number): number | null {
  if (x < 0 || y < 0 || x >= width - 1 || y >= height - 1) return null;
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [partX, partY] = [x - left, y - top];
  const at = top * width + left;
  const upper = (pixels[at] ?? 0) * (1 - partX) + (pixels[at + 1] ?? 0) * partX;
  const lower = (pixels[at + width] ?? 0) * (1 - partX) + (pixels[at + width + 1] ?? 0) * partX;
  return upper * (1 - partY) + lower * partY;
}

/** Out of focus: three box blurs, which together are nearly a Gaussian one of `sigma` pixels. */
export function blurred(grey: Grey, sigma: number): Grey {
  const radius = Math.max(1, Math.round(Math.sqrt((sigma * sigma * 12) / 3 + 1) / 2 - 0.5));
  let result = grey;
  for (let times = 0; times < 3; times += 1) result = flipped(boxBlurred(flipped(boxBlurred(result, radius)), radius));
  return result;
}

function boxBlurred({ width, height, pixels }: Grey, radius: number): Grey {
  const result = new Uint8Array(pixels.length);
  for (let y = 0; y < height; y += 1) {
    const row = pixels.subarray(y * width, (y + 1) * width);
    const at = (x: number) => row[Math.min(width - 1, Math.max(0, x))] ?? 0;
    let sum = 0;
    for (let x = -radius; x <= radius; x += 1) sum += at(x);
    for (let x = 0; x < width; x += 1) {
      result[y * width + x] = sum / (2 * radius + 1) + 0.5;
      sum += at(x + radius + 1) - at(x - radius);
    }
  }
  return { width, height, pixels: result };
}

/** Rows become columns. */
function flipped({ width, height, pixels }: Grey): Grey {
  const result = new Uint8Array(pixels.length);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) result[x * height + y] = pixels[y * width + x] ?? 0;
  }
  return { width: height, height: width, pixels: result };
}

const each = (grey: Grey, change: (shade: number, x: number, y: number) => number): Grey => ({
  ...grey,
  pixels: grey.pixels.map((shade, at) =>
    Math.max(0, Math.min(255, change(shade, at % grey.width, Math.floor(at / grey.width)))),
  ),
});

/** Grain of a small sensor: up to `most` shades away. */
export const noisy = (grey: Grey, most: number, random: Random) =>
  each(grey, (shade) => shade + (random.next() + random.next() - 1) * most);

/** Too little light: black lifted, white far down. */
export const dark = (grey: Grey, light: number) => each(grey, (shade) => 12 + shade * light);

export const inverted = (grey: Grey) => each(grey, (shade) => 255 - shade);

/** A lamp that is mirrored: a bright spot, a part `size` of the picture's width wide. */
export function glaring(grey: Grey, x: number, y: number, size: number): Grey {
  const reach = grey.width * size;
  return each(grey, (shade, atX, atY) => {
    const away = Math.hypot(atX - x * grey.width, atY - y * grey.height) / reach;
    return away >= 1 ? shade : shade + (255 - shade) * (1 - away) ** 0.7;
  });
}

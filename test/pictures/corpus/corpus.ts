import { type Random, seededRandom } from '../../../src/sandbox/seeded-random.ts';
import { type Format, type Grey, jpegOf, pngOf } from '../../support/pictures.ts';
import { blurred, dark, glaring, inverted, noisy, photograph, type Pose } from './camera.ts';
import { page, phoneScreen, withoutCodes } from './pages.ts';

/** A picture and what it says. */
export interface Sample {
  readonly condition: string;
  readonly format: Format | 'none';
  /** All that may be read; empty where there is no code. */
  readonly texts: readonly string[];
  /** Made when called, from its own seed. */
  readonly make: () => Promise<Uint8Array>;
}

interface Condition {
  readonly name: string;
  /** Whether it is one of those that must be read: screenshots, and photographs with at most 15° of tilt. */
  readonly required: boolean;
  readonly pose: (random: Random) => Pose;
  /** What happens to the picture behind the lens. */
  readonly spoil?: (photo: Grey, random: Random) => Grey;
  readonly clutter?: number;
  /** JPEG quality; 80 unless said. */
  readonly quality?: number;
  readonly width?: number;
  /** Part of the picture's width that the code takes; 0.45 unless said. */
  readonly share?: number;
}

const straight: Condition['pose'] = () => ({ tilt: 0, skew: [0, 0] });
const within = (tilt: number, skew: number) => (random: Random) => ({
  tilt: (random.next() * 2 - 1) * tilt,
  skew: [(random.next() * 2 - 1) * skew, (random.next() * 2 - 1) * skew] as const,
});
const between = (least: number, most: number) => (random: Random) => ({
  tilt: random.int(least, most) * (random.chance(0.5) ? 1 : -1),
  skew: [0, 0] as const,
});

export const CONDITIONS: readonly Condition[] = [
  { name: 'straight', required: true, pose: straight },
  { name: 'tilt ≤ 15°', required: true, pose: within(15, 0) },
  { name: 'tilt and skew ≤ 15°', required: true, pose: within(15, 15) },
  {
    name: 'hand-held',
    required: true,
    pose: within(8, 8),
    spoil: (photo, random) => noisy(blurred(photo, 0.8), 16, random),
  },
  { name: 'on a full table', required: true, pose: within(15, 5), clutter: 60 },
  { name: '12 megapixels', required: true, pose: within(10, 5), width: 3_000, share: 0.2 },
  {
    name: 'upside down, on its side',
    required: false,
    pose: (random) => ({ tilt: random.int(1, 3) * 90 + random.int(-8, 8), skew: [0, 0] }),
  },
  { name: 'tilt 20–45°', required: false, pose: between(20, 45) },
  {
    name: 'skew 30°',
    required: false,
    pose: (random) => ({ tilt: 0, skew: [random.pick([-30, 30]), random.pick([-30, 0, 30])] }),
  },
  { name: 'noise', required: false, pose: within(5, 5), spoil: (photo, random) => noisy(photo, 60, random) },
  { name: 'JPEG quality 20', required: false, pose: within(5, 5), quality: 20 },
  {
    name: 'glare',
    required: false,
    pose: within(8, 5),
    spoil: (photo, random) => glaring(photo, 0.3 + random.next() * 0.4, 0.4 + random.next() * 0.2, 0.25),
  },
  { name: 'dark', required: false, pose: within(8, 5), spoil: (photo, random) => noisy(dark(photo, 0.2), 8, random) },
  { name: 'inverted', required: false, pose: straight, spoil: inverted },
  { name: 'blur σ 1.5', required: false, pose: within(5, 5), spoil: (photo) => blurred(photo, 1.5) },
  { name: 'blur σ 3', required: false, pose: within(5, 5), spoil: (photo) => blurred(photo, 3) },
];

export const REQUIRED: ReadonlySet<string> = new Set([
  'screenshot',
  ...CONDITIONS.filter(({ required }) => required).map(({ name }) => name),
]);

const FORMATS = ['qr', 'code128', 'datamatrix'] as const;

export interface CorpusOptions {
  readonly each: number;
  readonly width?: number;
  /** Names of conditions; all unless said. */
  readonly only?: readonly string[];
}

/**
 * The same pictures each time: `each` of every condition and format, as many screenshots, and as many without a code.
 * `width` is that of a photograph in pixels, unless its condition names one.
 */
export function corpus({ each, width = 1_080, only }: CorpusOptions): readonly Sample[] {
  const samples: Sample[] = [];
  for (let number = 0; number < each; number += 1) {
    for (const condition of CONDITIONS.filter(({ name }) => only?.includes(name) ?? true)) {
      for (const format of FORMATS) samples.push(photo(condition, format, number, width));
    }
    for (const as of ['png', 'jpeg'] as const) samples.push(screenshot(as, number, width), nothing(as, number, width));
  }
  return samples;
}

function photo(condition: Condition, format: Format, number: number, usual: number): Sample {
  const seed = `${condition.name} ${format} ${number}`;
  const text = format === 'qr' ? qrText(seededRandom(`text ${seed}`)) : cardText(seededRandom(`text ${seed}`));
  return {
    condition: condition.name,
    format,
    texts: [text],
    async make() {
      const random = seededRandom(seed);
      const { width = usual, share = 0.45, clutter, spoil, quality = 80, pose } = condition;
      const shown = page(text, format, width * share, random);
      const taken = photograph(shown, width, Math.round((width * 4) / 3), pose(random), random, clutter);
      return jpegOf(spoil === undefined ? taken : spoil(taken, random), quality);
    },
  };
}

function screenshot(as: 'png' | 'jpeg', number: number, usual: number): Sample {
  const seed = `screenshot ${as} ${number}`;
  const card = cardText(seededRandom(`text ${seed}`));
  const qr = seededRandom(`qr ${seed}`).chance(0.3) ? `https://card.example/c?no=${card}` : card;
  return {
    condition: 'screenshot',
    format: 'qr',
    texts: qr === card ? [card] : [card, qr],
    async make() {
      const screen = phoneScreen(card, qr, usual, Math.round((usual * 13) / 6), seededRandom(seed));
      return as === 'png' ? pngOf(screen) : jpegOf(screen, 75);
    },
  };
}

function nothing(as: 'png' | 'jpeg', number: number, usual: number): Sample {
  const seed = `nothing ${as} ${number}`;
  return {
    condition: 'no code in it',
    format: 'none',
    texts: [],
    async make() {
      const random = seededRandom(seed);
      const shown = withoutCodes(usual, usual, random);
      const taken = photograph(shown, usual, usual, within(20, 20)(random), random);
      return as === 'png' ? pngOf(taken) : jpegOf(taken, 60);
    },
  };
}

const DIGITS = '0123456789';
const LETTERS_AND_DIGITS = `${DIGITS}ABCDEFGHJKLMNPQRSTUVWXYZ`;

/** 18 digits, or a code that a phone shows for a minute only. */
function cardText(random: Random): string {
  const some = (length: number, of: string) =>
    Array.from({ length }, () => of.charAt(random.int(0, of.length - 1))).join('');
  return random.chance(0.8) ? `9140${some(14, DIGITS)}` : some(24, LETTERS_AND_DIGITS);
}

function qrText(random: Random): string {
  const card = cardText(random);
  return random.chance(0.3) ? `https://card.example/c?no=${card}` : card;
}

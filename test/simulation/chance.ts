/** Numbers from 0 to 1 that a seed decides (sfc32). */
export type Draw = () => number;

/** FNV-1a, so that similar names have nothing in common. */
export function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 0;
}

function sfc32(seed: number, name: number): Draw {
  let [a, b, c, counter] = [seed | 0, name | 0, (seed ^ name) | 0, 1];
  const draw = () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return (sum >>> 0) / 4294967296;
  };
  for (let i = 0; i < 12; i++) draw();
  return draw;
}

interface Stream {
  readonly draw: Draw;
  decisions: number;
}

/**
 * All chance of one history. Every site draws from a stream of its own, so that what is taken out at one place changes
 * nothing at the others; and everything that came about by chance has a name, by which it can be prevented in a replay.
 */
export class Chance {
  /** Names of what came about, in order. */
  readonly happened: string[] = [];
  readonly #seed: number;
  readonly #prevented: ReadonlySet<string>;
  readonly #streams = new Map<string, Stream>();

  constructor(seed: number, prevented: readonly string[] = []) {
    this.#seed = Math.imul(seed + 1, 0x9e3779b1);
    this.#prevented = new Set(prevented);
  }

  /** Whether something comes about that does so with this probability. */
  happens(site: string, probability: number): boolean {
    if (probability <= 0) return false;
    const stream = this.#stream(site);
    stream.decisions += 1;
    if (stream.draw() >= probability) return false;
    const name = `${site}#${stream.decisions}`;
    if (this.#prevented.has(name)) return false;
    this.happened.push(name);
    return true;
  }

  /** A whole number from `min` to `max`, both included. */
  int(site: string, min: number, max: number): number {
    return min + Math.floor(this.#stream(site).draw() * (max - min + 1));
  }

  /** Small numbers are as likely as large ones: each order of magnitude gets its share. */
  spread(site: string, min: number, max: number): number {
    return Math.round(min * (max / min) ** this.#stream(site).draw());
  }

  pick<T>(site: string, from: readonly [T, ...T[]]): T {
    return from[this.int(site, 0, from.length - 1)] ?? from[0];
  }

  draw(site: string): number {
    return this.#stream(site).draw();
  }

  #stream(site: string): Stream {
    const known = this.#streams.get(site);
    if (known !== undefined) return known;
    const stream = { draw: sfc32(this.#seed, hash(site)), decisions: 0 };
    this.#streams.set(site, stream);
    return stream;
  }
}

import { hash } from './chance.ts';

/** What happened, in order: for a person to read, and to tell whether two runs were the same. */
export class Trace {
  readonly lines: string[] = [];
  /** How often each kind of thing happened. */
  readonly counts = new Map<string, number>();
  readonly #now: () => number;
  readonly #verbose: boolean;
  #digest = 0;

  constructor(now: () => number, verbose: boolean) {
    this.#now = now;
    this.#verbose = verbose;
  }

  /** `kind` is counted; `who` and `detail` are for the reader. */
  note(kind: string, who = '', detail: () => string = () => ''): void {
    const now = this.#now();
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
    this.#digest = (Math.imul(this.#digest, 31) + hash(kind) + hash(who) + Math.round(now * 8)) | 0;
    if (!this.#verbose) return;
    this.lines.push(
      `${(now / 1000).toFixed(3).padStart(9)}  ${who.padEnd(8)} ${kind.padEnd(22)} ${detail()}`.trimEnd(),
    );
  }

  /** The same for the same history. */
  get digest(): string {
    return (this.#digest >>> 0).toString(16).padStart(8, '0');
  }
}

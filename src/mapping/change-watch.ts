import { stat } from 'node:fs/promises';

/** Polls that still say "maybe" after a change was seen. */
const UNSETTLED_POLLS = 6;

/**
 * Tells cheaply whether a file may have changed. Asks for its metadata instead of subscribing to events, which network
 * and container file systems do not all deliver. Two edits within one tick of the file system's clock can look alike,
 * so after a change the answer stays "maybe" for a while.
 */
export class ChangeWatch {
  readonly #path: string;
  #seen = '';
  #unsettled = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** Never rejects: a file that cannot be asked about is one more state it can be in. */
  async mayHaveChanged(): Promise<boolean> {
    const now = await this.#fingerprint();
    if (now === this.#seen) this.#unsettled -= 1;
    else this.#unsettled = UNSETTLED_POLLS;
    this.#seen = now;
    return this.#unsettled > 0;
  }

  async #fingerprint(): Promise<string> {
    try {
      const { dev, ino, size, mtimeNs, ctimeNs } = await stat(this.#path, { bigint: true });
      return [dev, ino, size, mtimeNs, ctimeNs].join();
    } catch (error) {
      return String(error);
    }
  }
}

import { setImmediate } from 'node:timers/promises';
import type { Time } from '../../src/time/time.ts';

/** Turns of the event loop in which what an event sets off comes to rest. */
const TURNS = 6;

interface Due {
  readonly at: number;
  work: (() => void) | null;
}

/** A clock and timers that stand still until they are told how much time passes. */
export class VirtualTime implements Time {
  #passed = 0;
  #due: Due[] = [];

  now = () => 1_760_000_000_000 + this.#passed;
  monotonic = () => this.#passed;
  uptime = () => this.#passed;

  after(ms: number, work: () => void): () => void {
    const due: Due = { at: this.#passed + Math.max(ms, 0), work };
    this.#due.push(due);
    return () => (due.work = null);
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.after(ms, resolve);
      const end = () => {
        cancel();
        resolve();
      };
      if (signal?.aborted === true) end();
      else signal?.addEventListener('abort', end);
    });
  }

  /** Lets `ms` pass, and everything happen that is due by then, in its order. */
  async pass(ms: number): Promise<void> {
    const end = this.#passed + ms;
    for (;;) {
      await settled();
      this.#due = this.#due.filter(({ work }) => work !== null);
      const [next] = this.#due.toSorted((a, b) => a.at - b.at);
      if (next === undefined || next.at > end) break;
      this.#passed = Math.max(this.#passed, next.at);
      next.work?.();
      next.work = null;
    }
    this.#passed = end;
  }

  /** How many timers wait. */
  get waiting(): number {
    return this.#due.filter(({ work }) => work !== null).length;
  }

  /** So much time passes while the machine sleeps, or the process is paused: what was due meanwhile is late. */
  sleepMachine(ms: number): void {
    this.#passed += ms;
  }
}

/** Resolves when everything has happened that needs no time. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) await setImmediate();
}

import type { Problem } from '../problem.ts';
import { startSteadyStopwatch, type Stopwatch } from './stopwatch.ts';
import type { Time } from './time.ts';

/** Clocks are read one after the other, and some run in steps of a second. */
const NOTICED_MS = 2_000;
const SHOWN_FOR_MS = 60 * 60_000;

export interface ClockStepsParts {
  /** Such as `the clock of this machine`. */
  readonly clock: string;
  readonly time: Time;
  /** Told that the clock was set, by how many milliseconds, and the same in words. */
  readonly onStep: (ms: number, sentence: string) => void;
}

/** Notices that a clock was set, by comparing it with those that cannot be set, and remembers it for an hour. */
export class ClockSteps {
  readonly #parts: ClockStepsParts;
  #shown: number | null = null;
  #sinceShown: Stopwatch = () => 0;
  #last: { readonly problem: Problem; readonly age: Stopwatch } | null = null;

  constructor(parts: ClockStepsParts) {
    this.#parts = parts;
  }

  /** To be told now and then what the clock shows, exact to `exactMs`: milliseconds since 1970. */
  see(shown: number, exactMs = 0): void {
    const { time, clock, onStep } = this.#parts;
    const passed = this.#sinceShown();
    const before = this.#shown;
    this.#shown = shown;
    this.#sinceShown = startSteadyStopwatch(time);
    if (before === null) return;
    const ms = Math.round(shown - before - passed);
    if (Math.abs(ms) <= NOTICED_MS + exactMs) return;
    const detail = `${clock} was set ${ms < 0 ? 'back' : 'forward'} by ${inWords(Math.abs(ms))}: see that it is kept right (NTP)`;
    this.#last = {
      problem: { what: 'clock', since: new Date(shown).toISOString(), detail },
      age: this.#sinceShown,
    };
    onStep(ms, detail);
  }

  problems(): readonly Problem[] {
    return this.#last === null || this.#last.age() > SHOWN_FOR_MS ? [] : [this.#last.problem];
  }
}

/** Such as `8 h 3 min`, or `12 s`. */
function inWords(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const [minutes, hours] = [Math.floor(seconds / 60), Math.floor(seconds / 3600)];
  if (minutes === 0) return `${seconds} s`;
  return hours === 0 ? `${minutes} min ${seconds % 60} s` : `${hours} h ${minutes % 60} min`;
}

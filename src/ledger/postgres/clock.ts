import { sql, type Transaction } from 'kysely';
import type { ClockSteps } from '../../time/clock-steps.ts';
import type { Time } from '../../time/time.ts';
import type { Tables } from '../schema.ts';

/** The clock that every service which shares a ledger goes by. */
export interface SharedClock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Asks the database, adjusts this clock to the answer, and returns that: an instant that has just passed. */
  measure(trx: Transaction<Tables>): Promise<number>;
}

/**
 * The database's clock, which all instances share; their own may differ by minutes. Between two measurements it runs on
 * this machine's monotonic clock.
 */
export class DatabaseClock implements SharedClock {
  readonly #time: Time;
  readonly #steps: ClockSteps | null;
  /** What the database's clock showed when this machine's monotonic clock showed 0. */
  #zero: number | null = null;

  /** `steps` is told what the database's clock shows. */
  constructor(time: Time, steps: ClockSteps | null = null) {
    this.#time = time;
    this.#steps = steps;
  }

  now(): number {
    return Math.round(this.#zero === null ? this.#time.now() : this.#zero + this.#time.monotonic());
  }

  async measure(trx: Transaction<Tables>): Promise<number> {
    const asked = this.#time.monotonic();
    const { rows } = await sql<{ ms: number }>`
      select cast(extract(epoch from clock_timestamp()) * 1000 as double precision) as ms
    `.execute(trx);
    const answered = this.#time.monotonic();
    const { ms = Number.NaN } = rows[0] ?? {};
    // The answer was made somewhere between the two, so that is how exact it is. While the clock agrees it is left
    // alone, so that it neither jitters nor believes an answer that was long under way.
    const earliest = ms - answered;
    const latest = ms - asked;
    const zero = this.#zero ?? (earliest + latest) / 2;
    this.#zero = Math.min(Math.max(zero, earliest), latest);
    this.#steps?.see(ms, answered - asked);
    return Math.floor(ms);
  }
}

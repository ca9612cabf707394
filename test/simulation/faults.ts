import type { Chance } from './chance.ts';
import type { Plan } from './plan.ts';
import type { Process } from './machine.ts';
import type { Scheduler } from './scheduler.ts';
import type { Trace } from './trace.ts';

/** Where a process is when something from outside reaches it, and how often of the worst it is spared there. */
const MAX_STRIKES = 3;
/** By NTP at first sight, and where an operator mistook the time zone. */
const CLOCK_STEPS_MS = [-28_800_000, -600_000, -40_000, 40_000, 600_000, 28_800_000] as const;

/** What may happen to a service at any of its awaits, until the faults end. */
export class Faults {
  /** No more faults from now on. */
  over = false;
  readonly plan: Plan;
  readonly #chance: Chance;
  readonly #scheduler: Scheduler;
  readonly #trace: Trace;
  #strikes = 0;

  constructor(plan: Plan, chance: Chance, scheduler: Scheduler, trace: Trace) {
    this.plan = plan;
    this.#chance = chance;
    this.#scheduler = scheduler;
    this.#trace = trace;
  }

  /** Whether a fault of this kind happens now, at `site`. */
  happens(kind: keyof Plan['faults'], site: string): boolean {
    if (this.over || !this.#chance.happens(`${kind} ${site}`, this.plan.faults[kind])) return false;
    this.#trace.note(kind, site);
    return true;
  }

  strike(process: Process, what: string): void {
    if (this.over || this.#strikes >= MAX_STRIKES) return;
    const { machine } = process;
    const { name } = machine;
    const chance = this.#chance;
    const struck = (kind: 'kill' | 'sleep' | 'freeze' | 'cut off' | 'clock step') => {
      if (!chance.happens(`${kind} ${name}`, this.plan.faults[kind])) return false;
      this.#strikes += 1;
      this.#trace.note(kind, name, () => `at ${what}`);
      return true;
    };
    if (struck('kill')) process.kill();
    else if (struck('sleep')) machine.stop('asleep', this.#duration('sleep'));
    else if (struck('freeze')) machine.stop('frozen', this.#duration('freeze'));
    else if (struck('cut off')) machine.cutOffUntil = this.#scheduler.now + chance.spread('cut off', 2_000, 60_000);
    else if (struck('clock step')) machine.ahead += chance.pick('clock step', CLOCK_STEPS_MS);
  }

  /** Moments, a time after which others think it dead, or one after which all looks are over. */
  #duration(site: string): number {
    const [from, to] = this.#chance.pick<readonly [number, number]>(site, [
      [500, 8_000],
      [15_000, 60_000],
      [310_000, 420_000],
    ]);
    return this.#chance.spread(site, from, to);
  }
}

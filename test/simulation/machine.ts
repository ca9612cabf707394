import type { Time } from '../../src/time/time.ts';
import type { Chance } from './chance.ts';
import type { Faults } from './faults.ts';
import type { Attention, LookingFor } from './attention.ts';
import type { Event, Scheduler } from './scheduler.ts';
import type { Trace } from './trace.ts';

/** What the wall clocks are around when a history begins: 2026-06-01, 10:00 in China. */
export const EPOCH = Date.UTC(2026, 5, 1, 2);

export interface Surroundings {
  readonly scheduler: Scheduler;
  readonly chance: Chance;
  readonly faults: Faults;
  readonly trace: Trace;
  readonly attention: Attention;
}

/** The machine that a service runs on: its clocks, and whether it runs at all. */
export class Machine {
  readonly name: string;
  readonly surroundings: Surroundings;
  /** How much its wall clock is ahead, and how much it gains in a millisecond. */
  ahead: number;
  drift: number;
  process: Process | null = null;
  /** Cut off from storage until this instant. */
  cutOffUntil = 0;
  #state: 'up' | 'asleep' | 'frozen' = 'up';
  #stoodStill = 0;
  #since = 0;
  #backlog: (() => void)[] = [];

  constructor(name: string, surroundings: Surroundings, { ahead = 0, drift = 0 } = {}) {
    this.name = name;
    this.surroundings = surroundings;
    this.ahead = ahead;
    this.drift = drift;
  }

  get isUp(): boolean {
    return this.#state === 'up';
  }

  wall(): number {
    const { now } = this.surroundings.scheduler;
    return Math.floor(EPOCH + now * (1 + this.drift) + this.ahead);
  }

  /** Stands still while the machine sleeps. */
  monotonic(): number {
    const now = this.#state === 'asleep' ? this.#since : this.surroundings.scheduler.now;
    return 1_000 + now - this.#stoodStill;
  }

  uptime(): number {
    return 50_000 + this.surroundings.scheduler.now;
  }

  /** Nothing runs on it for so long; `frozen` is a process that was stopped, on a machine whose clocks run on. */
  stop(state: 'asleep' | 'frozen', ms: number): void {
    if (this.#state !== 'up') return;
    const { scheduler, trace } = this.surroundings;
    this.#state = state;
    this.#since = scheduler.now;
    trace.note(state, this.name, () => `for ${(ms / 1000).toFixed(1)} s`);
    scheduler.after(ms, () => this.#wake());
  }

  #wake(): void {
    const { scheduler, chance, trace } = this.surroundings;
    if (this.#state === 'asleep') this.#stoodStill += scheduler.now - this.#since;
    this.#state = 'up';
    trace.note('awake', this.name);
    // Timers and what came over the network meanwhile: any of them may be first.
    const waiting = this.#backlog.splice(0);
    while (waiting.length > 0) {
      const [work] = waiting.splice(chance.int(`wake ${this.name}`, 0, waiting.length - 1), 1);
      if (work !== undefined) scheduler.after(0, work);
    }
  }

  /** Keeps for later what cannot run now. */
  postpone(work: () => void): void {
    this.#backlog.push(work);
  }
}

function pause(signal: AbortSignal | undefined, start: (resolve: () => void) => () => void): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) {
      resolve();
      return;
    }
    const off = start(resolve);
    signal?.addEventListener('abort', () => {
      off();
      resolve();
    });
  });
}

let entered: Process | null = null;

function enter(process: Process): void {
  entered = process;
}

/** Whose code is running; null between events. */
export function running(): Process | null {
  return entered;
}

export function leave(): void {
  entered = null;
}

/** One run of a service. Once it is dead, none of its continuations runs any more. */
export class Process {
  readonly machine: Machine;
  readonly name: string;
  alive = true;
  /** When its loops look again although there is nothing to be seen. */
  looksAgainAt = 0;
  readonly #onDeath: (() => void)[] = [];

  constructor(machine: Machine, name: string) {
    this.machine = machine;
    this.name = name;
  }

  get time(): Time {
    const { machine } = this;
    return {
      now: () => machine.wall(),
      monotonic: () => machine.monotonic(),
      uptime: () => machine.uptime(),
      sleep: (ms, signal) => this.sleep(ms, signal),
      after: (ms, work) => this.timer(ms, work),
    };
  }

  /** Lets something from outside reach this process; at each such moment the worst may happen to it. */
  deliver(ms: number, what: string, work: () => void): void {
    this.machine.surroundings.scheduler.after(ms, () => this.#receive(what, work, true));
  }

  /** Calls `work` after `ms` of this machine's monotonic clock; the result calls it off. */
  timer(ms: number, work: () => void): () => void {
    const { machine } = this;
    const { scheduler } = machine.surroundings;
    const due = machine.monotonic() + ms;
    let event: Event | null = null;
    let off = false;
    const fire = () => {
      if (off) return;
      const missing = due - machine.monotonic();
      if (missing > 0.001) event = scheduler.after(missing, ring);
      else this.enter(work);
    };
    const ring = () => this.#receive('', fire, false);
    event = scheduler.after(Math.max(ms, 0), ring);
    return () => {
      off = true;
      if (event !== null) event.work = null;
    };
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return pause(signal, (resolve) => this.timer(ms, resolve));
  }

  /** The same, and longer as long as there is nothing to be found by the process that looks again then. */
  idle(ms: number, lookingFor: LookingFor, signal?: AbortSignal): Promise<void> {
    return pause(signal, (resolve) => this.look(ms, lookingFor, resolve));
  }

  look(ms: number, lookingFor: LookingFor, work: () => void): () => void {
    return this.machine.surroundings.attention.waitFor(this, lookingFor, ms, work);
  }

  enter(work: () => void): void {
    enter(this);
    work();
  }

  onDeath(work: () => void): void {
    this.#onDeath.push(work);
  }

  kill(): void {
    if (!this.alive) return;
    this.alive = false;
    this.machine.surroundings.trace.note('killed', this.name);
    for (const work of this.#onDeath) work();
  }

  #receive(what: string, work: () => void, fromOutside: boolean): void {
    if (!this.alive) return;
    const { machine } = this;
    if (machine.isUp && fromOutside) machine.surroundings.faults.strike(this, what);
    // A strike may have changed both.
    if (!(this as { readonly alive: boolean }).alive) return;
    if (machine.isUp) this.enter(work);
    else machine.postpone(() => this.#receive(what, work, false));
  }
}

import type { Machine, Process, Surroundings } from './machine.ts';

/** The platform gives up a connection on which it has heard nothing for so long, and twice that at most. */
const SILENT_MS = 20_000;

export interface ConnectionParts extends Surroundings {
  readonly machines: readonly Machine[];
  /** Whether the process can be spoken to. */
  readonly isReady: (process: Process) => boolean;
}

/**
 * The only connection of a bot that is reached by one: a service opens it, and when it is gone, any of them does. What the
 * platform sees and what a service believes differ for a moment, or for as long as its machine sleeps.
 */
export class Connection {
  #holder: Process | null = null;
  #number = 0;
  readonly #believed = new Map<Process, number>();
  #endings: (() => void)[] = [];
  readonly #parts: ConnectionParts;

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
    this.#connect();
  }

  /** The process to which the platform sends; null while there is no connection. */
  get holder(): Process | null {
    return this.#holder;
  }

  /** Whether that process thinks that the connection is its own. */
  isOpenFor(process: Process): boolean {
    return this.#believed.has(process);
  }

  /** Calls `work` when the present connection ends. */
  onEnd(work: () => void): void {
    this.#endings.push(work);
  }

  /** It may end at any occasion on which it is used. */
  use(): void {
    if (this.#holder !== null && this.#parts.faults.happens('connection drops', 'bot')) this.#end();
  }

  #connect(): void {
    const { chance, scheduler, machines, isReady, trace } = this.#parts;
    scheduler.after(chance.spread('connect', 200, 30_000), () => {
      const machine = machines[chance.int('connect to', 0, machines.length - 1)];
      const process = machine?.process ?? null;
      if (machine === undefined || !machine.isUp || process === null || !process.alive || !isReady(process)) {
        this.#connect();
        return;
      }
      const number = ++this.#number;
      this.#holder = process;
      trace.note('connected', process.name);
      process.deliver(chance.int('connected', 1, 50), 'connected', () => {
        if (this.#number === number && this.#holder === process) this.#believed.set(process, number);
      });
      process.onDeath(() => this.#endIf(number));
      this.#watch(process, number);
    });
  }

  #watch(process: Process, number: number, wasUp = true): void {
    this.#parts.scheduler.after(SILENT_MS, () => {
      if (this.#number !== number || this.#holder !== process) return;
      const { isUp } = process.machine;
      if (isUp || wasUp) this.#watch(process, number, isUp);
      else this.#end();
    });
  }

  #endIf(number: number): void {
    if (this.#number === number && this.#holder !== null) this.#end();
  }

  #end(): void {
    const { chance, trace } = this.#parts;
    const process = this.#holder;
    if (process === null) return;
    const number = this.#number;
    this.#holder = null;
    trace.note('disconnected', process.name);
    process.deliver(chance.spread('disconnected', 1, 3_000), 'disconnected', () => {
      if (this.#believed.get(process) === number) this.#believed.delete(process);
    });
    for (const work of this.#endings.splice(0)) work();
    this.#connect();
  }
}

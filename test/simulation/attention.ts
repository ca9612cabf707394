import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { EPOCH, type Process } from './machine.ts';
import type { Scheduler } from './scheduler.ts';

/** What a loop of the service looks for again and again. */
export type LookingFor = 'results' | 'replies' | 'unknowns' | 'the dead' | 'anything';

interface Waiting {
  readonly process: Process;
  readonly lookingFor: LookingFor;
  readonly work: () => void;
  readonly everyMs: number;
  /** Which change was the last then, and when that was. */
  readonly since: number;
  readonly began: number;
  due: number;
  off: () => void;
}

/** Rows that are asked about are looked at once when they become due, and again when their first look is. */
const FIRST_LOOK_MS = 3_000;
/** Often enough that a service counts as having shown itself without a gap. */
const SHOWN_EVERY_MS = 10_000;

/**
 * Loops that look every second and find nothing would be most of a history. So a pause goes on for as long as nothing is
 * there to be found, which changes nothing but the time that it takes to play the history.
 */
export class Attention {
  readonly #scheduler: Scheduler;
  readonly #statements: Readonly<Record<'replies' | 'unknowns' | 'the dead', StatementSync>>;
  readonly #waiting = new Set<Waiting>();
  readonly #due = new Map<'replies' | 'unknowns' | 'the dead', number>();
  #version = 0;

  constructor(scheduler: Scheduler, raw: DatabaseSync) {
    this.#scheduler = scheduler;
    this.#statements = statementsOf(raw);
  }

  /** Something in the database is other than it was. */
  changed(): void {
    this.#version += 1;
    this.#due.clear();
    for (const waiting of this.#waiting) this.#arrange(waiting);
  }

  /**
   * Storage has failed a process, so it may have something to do that no other process knows of: it looks again then.
   */
  failed(process: Process, lookAgainAt: number): void {
    process.looksAgainAt = lookAgainAt;
    for (const waiting of this.#waiting) if (waiting.process === process) this.#arrange(waiting);
  }

  /** Calls `work` when there is something to be found, after `ms` at the earliest. */
  waitFor(process: Process, lookingFor: LookingFor, ms: number, work: () => void): () => void {
    const began = this.#scheduler.now;
    const about = { process, lookingFor, work, everyMs: ms, since: this.#version, began };
    const waiting: Waiting = { ...about, due: Infinity, off: () => undefined };
    waiting.off = process.timer(ms, () => {
      this.#waiting.add(waiting);
      this.#arrange(waiting);
    });
    return () => {
      waiting.off();
      this.#waiting.delete(waiting);
    };
  }

  #arrange(waiting: Waiting): void {
    const { process, work } = waiting;
    if (!process.alive) {
      this.#waiting.delete(waiting);
      return;
    }
    const due = this.#dueOf(waiting);
    if (due >= waiting.due) return;
    waiting.off();
    waiting.due = due;
    waiting.off = process.timer(this.#untilNextLook(waiting), () => {
      // It may have been put off meanwhile.
      waiting.due = Infinity;
      if (this.#dueOf(waiting) > this.#scheduler.now) {
        this.#arrange(waiting);
        return;
      }
      this.#waiting.delete(waiting);
      work();
    });
  }

  /** It would have looked again and again, so it finds what is due with the next look. */
  #untilNextLook({ due, began, everyMs }: Waiting): number {
    const { now } = this.#scheduler;
    const looks = Math.max(Math.ceil((Math.max(due, now) - began) / everyMs), 1);
    return began + looks * everyMs - now;
  }

  #dueOf({ process, lookingFor, since, began }: Waiting): number {
    const again = process.looksAgainAt > began ? process.looksAgainAt : Infinity;
    switch (lookingFor) {
      case 'anything':
        return 0;
      case 'results':
        return since === this.#version ? again : 0;
      case 'the dead':
        return Math.min(again, this.#dueFor('the dead') + began + SHOWN_EVERY_MS);
      case 'replies':
      case 'unknowns':
        return Math.min(again, this.#dueFor(lookingFor));
    }
  }

  #dueFor(lookingFor: 'replies' | 'unknowns' | 'the dead'): number {
    const known = this.#due.get(lookingFor);
    if (known !== undefined) return known;
    const due = instantOf(this.#statements[lookingFor].get());
    this.#due.set(lookingFor, due);
    return due;
  }
}

function instantOf(row: unknown): number {
  const { due } = row as { due: number | null };
  return due === null ? Infinity : due - EPOCH;
}

const known = new WeakMap<DatabaseSync, Readonly<Record<'replies' | 'unknowns' | 'the dead', StatementSync>>>();

function statementsOf(raw: DatabaseSync) {
  const prepared = known.get(raw);
  if (prepared !== undefined) return prepared;
  const statements = {
    replies: raw.prepare(`
      select min(reply_due) as due from messages where reply_due is not null and not exists (
        select 1 from redemptions where messages.id in (redemptions.message, redemptions.asked_message) and state = 'pending')`),
    unknowns: raw.prepare(`
      select min(due) as due from (
        select min(case when looks > 0 then look_due else look_due + ${FIRST_LOOK_MS} end) as due
          from redemptions where look_due is not null
        union all select min(ask_expires) from redemptions where state = 'asked')`),
    // While any service has work in hand, all show that they live, and look whether the others still do.
    'the dead': raw.prepare(`
      select case when exists (select 1 from messages where reply_state = 'open')
        or exists (select 1 from redemptions where state = 'pending') then ${EPOCH} end as due`),
  };
  known.set(raw, statements);
  return statements;
}

import type { Asker } from '../redemption/ports.ts';
import { startStopwatch } from '../time/stopwatch.ts';
import type { Time } from '../time/time.ts';

export type Entry = 'entered' | 'full' | 'expired' | 'closed';

/**
 * Lets a bounded number of callers in at once and a bounded number wait. Waiting people take turns, one line each, in the
 * order in which they came; the lines of one person go in the order in which they were asked for.
 */
export interface Gate {
  /**
   * Waits no longer than `longestMs` says, which is asked again whenever it decides something. A caller that gets `entered`
   * must call `leave` once.
   */
  enter(asker: Asker, longestMs: () => number): Promise<Entry>;
  leave(): void;
  /**
   * How many other lines, as of now, get a place before the last one of this message that waits; its own do not count. Null
   * where none of them waits.
   */
  linesBefore(asker: Asker): number | null;
  /** How many are inside, and how many wait. */
  load(): { readonly inside: number; readonly waiting: number };
  /** Turns away all who wait or come from now on; resolves when the last one inside has left. */
  close(): Promise<void>;
}

export interface GateOptions {
  readonly places: number;
  readonly maxWaiting: number;
  /** Told how many wait whenever that changes. */
  readonly onWaiting?: ((waiting: number) => void) | undefined;
}

interface Waiter {
  readonly message: number | null;
  readonly isTooLate: () => boolean;
  readonly end: (entry: Entry) => void;
}

export function createGate({ places, maxWaiting, onWaiting }: GateOptions, time: Time): Gate {
  /** Who waits, by person: the first of them has the next turn, and then goes to the end. */
  const turns = new Map<string, Set<Waiter>>();
  const empty = Promise.withResolvers<undefined>();
  let waiting = 0;
  let inside = 0;
  let closed = false;

  function count(change: 1 | -1): void {
    waiting += change;
    onWaiting?.(waiting);
  }

  function remove(person: string, waiter: Waiter): void {
    const lines = turns.get(person);
    if (lines?.delete(waiter) !== true) return;
    if (lines.size === 0) turns.delete(person);
    count(-1);
  }

  function wait(asker: Asker, longestMs: () => number): Promise<Entry> {
    const person = personOf(asker);
    const waited = startStopwatch(time);
    return new Promise((resolve) => {
      let stopTimer = (): void => undefined;
      const waiter: Waiter = {
        message: asker.message,
        isTooLate: () => waited() >= longestMs(),
        end(entry) {
          stopTimer();
          remove(person, waiter);
          resolve(entry);
        },
      };
      const watch = (): void => {
        const leftMs = longestMs() - waited();
        if (leftMs <= 0) waiter.end('expired');
        // What is allowed may have become more meanwhile. A timer may be a moment early.
        else stopTimer = time.after(Math.ceil(leftMs), watch);
      };
      const lines = turns.get(person);
      if (lines === undefined) turns.set(person, new Set([waiter]));
      else lines.add(waiter);
      count(1);
      watch();
    });
  }

  /** Whose turn it is, and their first line. */
  function next(): [person: string, waiter: Waiter] | null {
    for (const [person, lines] of turns) for (const waiter of lines) return [person, waiter];
    return null;
  }

  /** Who has most lines waiting gives up the last of them to who has fewer. */
  function makeRoomFor(asker: Asker): boolean {
    let most: Set<Waiter> | null = null;
    for (const lines of turns.values()) if (lines.size > (most?.size ?? 0)) most = lines;
    const own = turns.get(personOf(asker))?.size ?? 0;
    if (most === null || most.size <= own + 1) return false;
    [...most].at(-1)?.end('full');
    return true;
  }

  function toTheEnd(person: string): void {
    const lines = turns.get(person);
    if (lines === undefined) return;
    turns.delete(person);
    turns.set(person, lines);
  }

  return {
    async enter(asker, longestMs) {
      if (closed) return 'closed';
      if (inside < places) {
        inside += 1;
        return 'entered';
      }
      if (waiting >= maxWaiting && !makeRoomFor(asker)) return 'full';
      return wait(asker, longestMs);
    },

    leave() {
      for (let found = next(); found !== null; found = next()) {
        const [person, waiter] = found;
        // After a pause of the process a place may come before the timer does. It costs the person no turn.
        if (waiter.isTooLate()) {
          waiter.end('expired');
          continue;
        }
        // The place changes hands without ever being free, so that a newcomer cannot overtake.
        waiter.end('entered');
        toTheEnd(person);
        return;
      }
      inside -= 1;
      if (closed && inside === 0) empty.resolve(undefined);
    },

    load: () => ({ inside, waiting }),

    linesBefore(asker) {
      const person = personOf(asker);
      const own = [...(turns.get(person) ?? [])];
      const last = own.findLastIndex(({ message }) => message === asker.message);
      if (last === -1) return null;
      let before = own.slice(0, last).filter(({ message }) => message !== asker.message).length;
      let isAhead = true;
      for (const [other, lines] of turns) {
        if (other === person) isAhead = false;
        else before += Math.min(lines.size, isAhead ? last + 1 : last);
      }
      return before;
    },

    async close() {
      closed = true;
      for (let found = next(); found !== null; found = next()) found[1].end('closed');
      if (inside === 0) empty.resolve(undefined);
      await empty.promise;
    },
  };
}

/** All whose person is not known take their turns as one. */
const personOf = ({ user }: Asker): string => user ?? '';

/** Something that is to happen at an instant, unless it is called off before. */
export interface Event {
  readonly at: number;
  readonly order: number;
  work: (() => void) | null;
}

/**
 * Virtual time: what happens next, in milliseconds since the history began. Everything that follows from one event by
 * promises alone has followed before the next event happens.
 */
export class Scheduler {
  now = 0;
  events = 0;
  readonly #heap: Event[] = [];
  #order = 0;

  at(instant: number, work: () => void): Event {
    const event = { at: Math.max(instant, this.now), order: this.#order++, work };
    this.#push(event);
    return event;
  }

  after(ms: number, work: () => void): Event {
    return this.at(this.now + ms, work);
  }

  /** Lets happen what is due until `end`. */
  async run(end: number): Promise<void> {
    await drained();
    for (;;) {
      const next = this.#heap[0];
      if (next === undefined || next.at > end) break;
      this.#pop();
      if (next.work === null) continue;
      this.now = next.at;
      this.events += 1;
      next.work();
      await drained();
    }
    this.now = end;
  }

  #push(event: Event): void {
    const heap = this.#heap;
    let place = heap.length;
    heap.push(event);
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || !isBefore(event, above)) break;
      heap[place] = above;
      place = parent;
    }
    heap[place] = event;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let place = 0;
    for (;;) {
      const left = 2 * place + 1;
      const [first, second] = [heap[left], heap[left + 1]];
      if (first === undefined) break;
      const child = second !== undefined && isBefore(second, first) ? left + 1 : left;
      const below = heap[child];
      if (below === undefined || !isBefore(below, last)) break;
      heap[place] = below;
      place = child;
    }
    heap[place] = last;
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

/** Node runs the ticks that a microtask asked for once no microtask is left, and that is cheaper than a turn of the loop. */
function drained(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}

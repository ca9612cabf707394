const SECOND_MS = 1_000;
/** Receivers that nothing was sent to for a second are forgotten when there are so many. */
const MOST_KNOWN = 1_000;

/** Keeps to a number of messages in a second for each receiver. */
export interface Pace {
  /** Takes places for `count` messages and returns 0; where they are not free, the milliseconds until they may be. */
  take(receiver: string, count: number): number;
}

/** `now`: milliseconds since 1970. */
export function createPace(perSecond: number, now: () => number): Pace {
  const sentAt = new Map<string, readonly number[]>();

  function lately(receiver: string): readonly number[] {
    const times = sentAt.get(receiver) ?? [];
    // A clock that was set back must not hold up anything.
    return times.filter((at) => at <= now() && now() - at < SECOND_MS);
  }

  return {
    take(receiver, count) {
      if (sentAt.size >= MOST_KNOWN)
        for (const known of sentAt.keys()) if (lately(known).length === 0) sentAt.delete(known);
      const before = lately(receiver);
      const first = before.at(before.length + count - perSecond - 1);
      if (before.length + count > perSecond && first !== undefined) return first + SECOND_MS - now();
      sentAt.set(receiver, [...before, ...Array<number>(count).fill(now())]);
      return 0;
    },
  };
}

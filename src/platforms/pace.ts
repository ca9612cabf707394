import type { Time } from '../time/time.ts';

/** Beyond, receivers that have been quiet for longer than any limit looks back are forgotten. */
const MANY_RECEIVERS = 1_000;

/** At most so many messages to one receiver within so long. */
export interface PaceLimit {
  readonly most: number;
  readonly withinMs: number;
}

/** How fast one receiver, a chat or a person, may be written to: what goes beyond is refused by the platform. */
export interface Pace {
  /**
   * Counts `messages` to a receiver (default: 1) and returns 0; or counts none, and returns in how many milliseconds there may be
   * room for them. With `spare`, where there is room for so many more besides.
   */
  take(receiver: string, messages?: number, spare?: number): number;
}

export function createPace({ monotonic }: Pick<Time, 'monotonic'>, limits: readonly PaceLimit[]): Pace {
  const longestMs = Math.max(...limits.map(({ withinMs }) => withinMs));
  const sentAt = new Map<string, number[]>();
  let tidyAt = MANY_RECEIVERS;

  function tidy(since: number): void {
    for (const [receiver, times] of sentAt) if ((times.at(-1) ?? -Infinity) <= since) sentAt.delete(receiver);
    tidyAt = Math.max(MANY_RECEIVERS, sentAt.size * 2);
  }

  return {
    take(receiver, messages = 1, spare = 0) {
      const now = monotonic();
      const since = now - longestMs;
      const times = sentAt.get(receiver) ?? [];
      while ((times[0] ?? now) <= since) times.shift();
      let waitMs = 0;
      for (const { most, withinMs } of limits) {
        const blocking = times[times.length + messages + spare - most - 1];
        if (blocking !== undefined) waitMs = Math.max(waitMs, Math.ceil(blocking + withinMs - now));
      }
      if (waitMs === 0) for (let counted = 0; counted < messages; counted += 1) times.push(now);
      sentAt.set(receiver, times);
      if (sentAt.size > tidyAt) tidy(since);
      return waitMs;
    },
  };
}

import type { Time } from '../time/time.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Frames take their time to the place where they are counted. */
const SLACK_MS = 1_000;

/** Answers and pushes together, of each chat (document 101463). */
const LIMITS = [
  { most: 30, withinMs: MINUTE_MS + SLACK_MS },
  { most: 1_000, withinMs: HOUR_MS + SLACK_MS },
] as const;

/** Beyond, the chats that have been quiet for an hour are forgotten. */
const MANY_CHATS = 1_000;

/** How fast a chat may be written to: what goes beyond is refused. */
export interface Pace {
  /** Counts a message to this chat and returns 0; or counts none, and returns in how many milliseconds there is room for it. */
  take(chat: string): number;
}

export function createPace({ monotonic }: Pick<Time, 'monotonic'>): Pace {
  const sentAt = new Map<string, number[]>();
  let tidyAt = MANY_CHATS;

  function tidy(since: number): void {
    for (const [chat, times] of sentAt) if ((times.at(-1) ?? 0) <= since) sentAt.delete(chat);
    tidyAt = Math.max(MANY_CHATS, sentAt.size * 2);
  }

  return {
    take(chat) {
      const now = monotonic();
      const oldest = now - HOUR_MS - SLACK_MS;
      const times = (sentAt.get(chat) ?? []).filter((at) => at > oldest);
      const waits = LIMITS.map(({ most, withinMs }) => {
        const blocking = times.at(-most);
        return blocking === undefined ? 0 : Math.max(0, blocking + withinMs - now);
      });
      const waitMs = Math.ceil(Math.max(...waits));
      if (waitMs === 0) times.push(now);
      sentAt.set(chat, times);
      if (sentAt.size > tidyAt) tidy(oldest);
      return waitMs;
    },
  };
}

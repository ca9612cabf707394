import type { Log } from '../../log.ts';
import { MONTHLY_QUOTA } from './limits.ts';

/** What counts towards a monthly quota: `api` is a call of the OpenAPI, `push` a message that came in or went to a webhook. */
export type UsageKind = keyof typeof MONTHLY_QUOTA;

/** From this part of a quota on an operator is to know. */
const NEAR = 0.8;
/** DingTalk's months are Beijing's. */
const BEIJING_MS = 8 * 60 * 60 * 1000;
const REMEDY = 'see in the developer console how much your edition allows; when it is used up, messages are lost';

export interface UsageOptions {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Told of everything that counts. */
  readonly onUse?: (kind: UsageKind) => void;
  readonly log: Pick<Log, 'warn'>;
}

export interface Usage {
  count(kind: UsageKind): void;
}

/**
 * Counts what this process has used since it was started, and warns once a month as the quota of the standard edition gets
 * near. What others use of the company's quota is not known here: other instances, other apps, groups' custom robots.
 */
export function createUsage({ now, onUse, log }: UsageOptions): Usage {
  /** Where the present month is over. */
  let endsAt = 0;
  let used: Record<UsageKind, number> = { api: 0, push: 0 };

  return {
    count(kind) {
      onUse?.(kind);
      const at = now();
      if (at >= endsAt) {
        endsAt = endOfMonth(at);
        used = { api: 0, push: 0 };
      }
      used[kind] += 1;
      const quota = MONTHLY_QUOTA[kind];
      if (used[kind] !== quota * NEAR) return;
      const about = { kind, used: used[kind], quota, since: 'this month, or the start of the service', remedy: REMEDY };
      log.warn(about, "most of a month's quota of DingTalk's standard edition is used");
    },
  };
}

function endOfMonth(at: number): number {
  const there = new Date(at + BEIJING_MS);
  return Date.UTC(there.getUTCFullYear(), there.getUTCMonth() + 1) - BEIJING_MS;
}

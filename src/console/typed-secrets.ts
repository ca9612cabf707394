import { Secret } from '../redemption/shops.ts';

/** Time to look at what a robot's new address changes. */
const LIFETIME_MS = 10 * 60 * 1000;
/** So many are kept at once: the oldest makes room. */
const MOST = 500;

/** What was typed between the form and its confirmation, and must not go back to the browser. Lost with the process. */
export interface TypedSecrets {
  /** Returns what to ask for it by. */
  keep(user: string, secrets: Readonly<Record<string, string>>): string;
  /** Null where it is not kept here any more, or was another person's. */
  find(user: string, key: string): Readonly<Record<string, Secret>> | null;
}

export function createTypedSecrets(newId: () => string, now: () => number): TypedSecrets {
  const kept = new Map<string, { user: string; until: number; secrets: Record<string, Secret> }>();
  return {
    keep(user, secrets) {
      const [oldest] = kept.keys();
      if (kept.size >= MOST && oldest !== undefined) kept.delete(oldest);
      const key = newId();
      const hidden = Object.entries(secrets).map(([name, text]) => [name, new Secret(text)] as const);
      kept.set(key, { user, until: now() + LIFETIME_MS, secrets: Object.fromEntries(hidden) });
      return key;
    },
    find(user, key) {
      const found = kept.get(key);
      if (found === undefined || found.user !== user) return null;
      if (found.until >= now()) return found.secrets;
      kept.delete(key);
      return null;
    },
  };
}

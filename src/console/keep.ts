/** What is kept of at most so many visitors, for so long. */
const MOST = 20;
const FOR_MS = 15 * 60_000;

export interface Kept<Value> {
  /** Returns by what it is found again. */
  keep(value: Value): string;
  /** Once; null where it is gone. */
  take(id: string): Value | null;
}

/** Keeps what was shown to a visitor until they have answered, in memory: it is gone with the service, and then said to be. */
export function keepForAWhile<Value>(parts: { readonly now: () => number; readonly newId: () => string }): Kept<Value> {
  const { now, newId } = parts;
  const kept = new Map<string, { readonly value: Value; readonly until: number }>();

  function tidy(): void {
    for (const [id, { until }] of kept) if (until <= now()) kept.delete(id);
    for (const id of [...kept.keys()].slice(0, Math.max(0, kept.size - MOST))) kept.delete(id);
  }

  return {
    keep(value) {
      const id = newId();
      kept.set(id, { value, until: now() + FOR_MS });
      tidy();
      return id;
    },
    take(id) {
      tidy();
      const found = kept.get(id);
      kept.delete(id);
      return found?.value ?? null;
    },
  };
}

import type { Condition } from './http/operation.ts';
import { scrubText } from './log/scrub.ts';
import type { Problem } from './problem.ts';
import type { Ledger } from './redemption/ports.ts';

/** A part of the service that may know of something to look after. */
export interface Troubled {
  problems(): readonly Problem[];
}

/** How the service is, as its parts tell it. */
export function createCondition(ledger: Pick<Ledger, 'check'>, parts: readonly Troubled[]): Condition {
  let storage: Problem | null = null;

  return {
    async obstacles() {
      try {
        await ledger.check();
        storage = null;
        return [];
      } catch (error) {
        const detail = scrubText(error instanceof Error ? error.message : String(error));
        const since = storage?.since ?? new Date().toISOString();
        storage = { what: 'ledger', since, detail };
        return [storage];
      }
    },
    problems: () =>
      parts.flatMap((part) => part.problems()).map((problem) => ({ ...problem, detail: scrubText(problem.detail) })),
  };
}

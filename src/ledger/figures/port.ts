import type { FigureLedger } from '../../redemption/figures.ts';
import type { Reads } from '../reads.ts';
import type { Call } from '../verbs.ts';

/** Figures, over a way to call verbs and one to read. */
export function createFigureLedger(call: Call, reads: Reads, now: () => number): FigureLedger {
  return {
    findFigures: (asked) => reads.findFigures(asked, now()),
    async addUpNext(timeZone) {
      const next = await reads.findNextTally(timeZone, now());
      if (next === null) return false;
      if ('ahead' in next) await call('forgetTalliesAhead');
      else await call('saveTally', next);
      return true;
    },
  };
}

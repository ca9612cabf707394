import type { Condition } from './routes.ts';
import type { Log } from '../log.ts';
import { scrubText } from '../log/scrub.ts';
import type { Problem } from '../problem.ts';
import type { Ledger } from '../redemption/ledger.ts';
import type { LiveMapping } from '../mapping/live-mapping.ts';
import { ClockSteps } from '../time/clock-steps.ts';
import { repeat } from '../time/repeat.ts';
import type { Time } from '../time/time.ts';

const CLOCK_EVERY_MS = 5_000;

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
        storage = { what: 'ledger', since: storage?.since ?? new Date().toISOString(), detail };
        return [storage];
      }
    },
    problems: () =>
      parts.flatMap((part) => part.problems()).map((problem) => ({ ...problem, detail: scrubText(problem.detail) })),
  };
}

/** Tells that what is stored is broken; the last good mapping is in force then. */
export function mappingTrouble(mapping: Pick<LiveMapping, 'status'>): Troubled {
  return {
    problems() {
      const status = mapping.status();
      return status.ok ? [] : [{ what: 'mapping', since: status.since, detail: status.problem }];
    },
  };
}

/** Notices and tells that this machine's clock was set. */
export function watchClock(time: Time, log: Pick<Log, 'warn'>): Troubled & { stop(): Promise<void> } {
  const steps = new ClockSteps({
    clock: 'the clock of this machine',
    time,
    onStep: (stepMs, sentence) => log.warn({ stepMs }, sentence),
  });
  const watch = repeat(time, CLOCK_EVERY_MS, async () => steps.see(time.now()));
  return { problems: () => steps.problems(), stop: () => watch.stop() };
}

import { repeat } from '../time/repeat.ts';
import type { Time } from '../time/time.ts';
import type { FigureLedger } from './figures.ts';

/** A day more is over once a day. */
const EVERY_MS = 60 * 60_000;
/** A service that has just started has better things to do. */
const FIRST_AFTER_MS = 2 * 60_000;
/** What else is read has its turn between one day and the next. */
const PAUSE_MS = 50;

export interface AddingUpParts {
  readonly figures: Pick<FigureLedger, 'addUpNext'>;
  /** An IANA name. */
  readonly timeZone: string;
  readonly time: Time;
  /** Told when storage failed; what was not added up is counted until then, and its turn comes again. */
  readonly onTrouble: (error: unknown) => void;
}

/** Adds up what is over, one day or month after the other, while everything else goes on. Any instance may do it. */
export function startAddingUp({ figures, timeZone, time, onTrouble }: AddingUpParts): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const pause = (ms: number) => time.sleep(ms, stopping.signal);
  let waitMs = FIRST_AFTER_MS;

  async function addUp(): Promise<void> {
    await pause(waitMs);
    waitMs = 0;
    while (!stopping.signal.aborted && (await figures.addUpNext(timeZone))) await pause(PAUSE_MS);
  }

  const rounds = repeat(time, EVERY_MS, () => addUp().catch(onTrouble));
  return {
    stop() {
      stopping.abort();
      return rounds.stop();
    },
  };
}

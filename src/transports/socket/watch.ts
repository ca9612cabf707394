import { startSteadyStopwatch } from '../../time/stopwatch.ts';
import type { Time } from '../../time/time.ts';
import type { Dialogue } from './socket.ts';

/** Beats may be as far apart as the platform likes; it is asked again after so long whether it still does. */
const LOOK_AFTER_MS = 60_000;

/** Keeps one connection's heart beating, and notices when nothing comes back. */
export interface Watch {
  /** Something came in. */
  heard(): void;
  stop(): void;
}

/** `onSilent` is called once, when nothing at all was heard for as long as the dialogue allows. */
export function watchLine(time: Time, dialogue: Dialogue, onSilent: (ms: number) => void): Watch {
  let sinceHeard = startSteadyStopwatch(time);
  let sinceBeat = startSteadyStopwatch(time);
  let stopped = false;
  let cancel = plan();

  function plan(): () => void {
    const { everyMs, silentMs } = dialogue.heartbeat;
    const nextMs = Math.min(everyMs - sinceBeat(), silentMs - sinceHeard(), LOOK_AFTER_MS);
    return time.after(Math.max(nextMs, 1), look);
  }

  function look(): void {
    const { everyMs, silentMs } = dialogue.heartbeat;
    if (sinceHeard() >= silentMs) {
      onSilent(silentMs);
      return;
    }
    if (sinceBeat() >= everyMs) {
      sinceBeat = startSteadyStopwatch(time);
      dialogue.beat();
    }
    // The beat may have ended the connection.
    if (!stopped) cancel = plan();
  }

  return {
    heard() {
      sinceHeard = startSteadyStopwatch(time);
    },
    stop() {
      stopped = true;
      cancel();
    },
  };
}

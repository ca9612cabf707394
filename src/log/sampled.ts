import type { Log } from '../log.ts';
import type { Time } from '../time/time.ts';

/** Lines of a kind that are written within a minute. */
const FIRST = 5;
const WINDOW_MS = 60_000;
/** Kinds counted in a minute. All further kinds share one more, so that outsiders cannot make the map grow. */
const KINDS = 100;

type Level = 'info' | 'warn' | 'error';
type About = Readonly<Record<string, unknown>>;

/** A log for events that outsiders can cause as often as they like. */
export type SampledLog = Record<Level, (about: About, message: string) => void>;

export interface Sampling extends SampledLog {
  /** Logs how many lines were left out until now. */
  stop(): void;
}

interface Kind {
  readonly level: Level;
  readonly about: About;
  readonly message: string;
  count: number;
}

/**
 * Writes the first few lines of a kind in a minute and counts the others; at the end of the minute one line says how many
 * were left out. A kind is what has the same message, channel and reason.
 */
export function sampleLog(log: Log, time: Pick<Time, 'after'>): Sampling {
  let kinds = new Map<string, Kind>();
  let end: (() => void) | null = null;

  function tellLeftOut(): void {
    const over = kinds;
    kinds = new Map();
    end = null;
    for (const { level, about, message, count } of over.values()) {
      if (count > FIRST) log[level]({ ...about, leftOut: count - FIRST }, `${message} (more of the same)`);
    }
  }

  function take(level: Level, about: About, message: string): void {
    const { channel, why, err } = about;
    const same = { channel, why, ...(err instanceof Error ? { type: err.name } : {}) };
    const key = JSON.stringify([level, message, same]);
    const known = kinds.get(key);
    const kind = known ?? firstOf(key, { level, about: same, message, count: 0 });
    kind.count += 1;
    end ??= time.after(WINDOW_MS, tellLeftOut);
    if (kind.count <= FIRST) log[level](about, message);
  }

  function firstOf(key: string, kind: Kind): Kind {
    const tooMany = kinds.size >= KINDS;
    const kept = tooMany ? (kinds.get('') ?? { ...kind, about: {}, message: 'refused for many reasons' }) : kind;
    kinds.set(tooMany ? '' : key, kept);
    return kept;
  }

  return {
    info: (about, message) => take('info', about, message),
    warn: (about, message) => take('warn', about, message),
    error: (about, message) => take('error', about, message),
    stop() {
      end?.();
      tellLeftOut();
    },
  };
}

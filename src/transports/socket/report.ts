import type { Log } from '../../log.ts';
import type { Problem } from '../../problem.ts';
import { startSteadyStopwatch } from '../../time/stopwatch.ts';
import type { Time } from '../../time/time.ts';
import type { ChangeReason, Ending } from './socket.ts';

/** A connection that is away for less is nothing to look after. */
const MOMENT_MS = 10_000;
/** Between two lines about frames that are not understood. */
const STRANGE_MS = 60_000;

const SAID: Readonly<Record<ChangeReason, readonly ['info' | 'warn' | 'error', string]>> = {
  connected: ['info', 'the connection is up'],
  announced: ['info', 'the platform will end the connection: opening another one before'],
  closed: ['warn', 'the connection was closed: connecting again'],
  silent: ['warn', 'the connection was silent: given up, connecting again'],
  unreachable: ['warn', 'the platform cannot be reached: trying again'],
  refused: ['error', 'the platform refuses the connection'],
  'rate-limited': ['warn', 'the platform wants fewer attempts to connect: waiting'],
  kicked: ['error', 'another client has taken over the connection'],
  standby: ['info', 'another instance may have the connection: standing by'],
  stopped: ['info', 'the connection is closed: the service stops'],
};

export interface ReportParts {
  readonly channel: string;
  /** What operators call it. */
  readonly name: string;
  readonly onUp: (channel: string, isUp: boolean) => void;
  readonly onChange: (channel: string, reason: ChangeReason) => void;
  /** Told of each frame that was dropped. */
  readonly onStrange: (channel: string) => void;
  readonly time: Time;
  readonly log: Log;
}

/** What operators see of one bot's connection: one line, and one count, for each change of its state. */
export interface Report {
  up(): void;
  announced(detail: string): void;
  /** It is down, or still is. The same reason and remedy as before are no change. */
  down(ending: Ending): void;
  /** A frame was dropped. */
  strange(why: string): void;
  problems(): readonly Problem[];
  /** How it ended last; null while it is up, and before it was. */
  ending(): Ending | null;
  stop(): void;
}

export function createReport({ channel, name, onUp, onChange, onStrange, time, log }: ReportParts): Report {
  let isUp = false;
  let last: Ending | null = null;
  let since = new Date(time.now()).toISOString();
  let downFor = startSteadyStopwatch(time);
  /** Frames that were dropped and not told of yet, and why the last of them was. */
  let strange = 0;
  let strangeWhy = '';
  let endMinute: (() => void) | null = null;
  onUp(channel, false);

  function change(reason: ChangeReason, detail: string | undefined, remedy: string | null = null): void {
    const [level, sentence] = SAID[reason];
    onChange(channel, reason);
    log[level]({ channel, connection: name, reason, detail, ...(remedy === null ? {} : { remedy }) }, sentence);
  }

  function turn(up: boolean): void {
    if (isUp === up) return;
    isUp = up;
    since = new Date(time.now()).toISOString();
    downFor = startSteadyStopwatch(time);
    onUp(channel, up);
  }

  function tellStrange(): void {
    const count = strange;
    strange = 0;
    endMinute = count > 0 ? time.after(STRANGE_MS, tellStrange) : null;
    const about = { channel, connection: name, count, why: strangeWhy };
    if (count > 0) log.warn(about, 'frames that are not understood were dropped');
  }

  return {
    up() {
      turn(true);
      last = null;
      change('connected', undefined);
    },
    announced: (detail) => change('announced', detail),
    down(ending) {
      turn(false);
      const isSame = last !== null && last.reason === ending.reason && last.remedy === ending.remedy;
      last = ending;
      if (!isSame) change(ending.reason, ending.detail, ending.remedy);
    },
    strange(why) {
      onStrange(channel);
      strange += 1;
      strangeWhy = why;
      if (endMinute === null) tellStrange();
    },
    problems() {
      if (isUp || last?.reason === 'standby' || last?.reason === 'stopped') return [];
      const remedy = last?.remedy ?? null;
      if (remedy === null && downFor() < MOMENT_MS) return [];
      const [, sentence] = last === null ? ['', 'not connected yet'] : SAID[last.reason];
      const detail = [`${name}: ${sentence}`, last?.detail, remedy].filter((part) => part != null).join('; ');
      return [{ what: 'connection', since, detail }];
    },
    ending: () => last,
    stop() {
      endMinute?.();
      tellStrange();
      endMinute?.();
    },
  };
}

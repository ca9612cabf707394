import { startSteadyStopwatch } from '../../time/stopwatch.ts';
import type { Time } from '../../time/time.ts';
import type { Connection, Told } from './connection.ts';
import type { Pauses } from './pauses.ts';
import type { Report } from './report.ts';
import type { ChangeReason, Ending } from './socket.ts';

/** Without a connection for so long, another instance may try. */
const AWAY_MS = 20_000;
/** What may be the fault of this instance's network, and no other's; what is refused for good has a pause of its own. */
const OURS_ALONE: ReadonlySet<ChangeReason> = new Set(['closed', 'silent', 'unreachable', 'refused']);

export interface KeeperParts {
  /** Opens one more connection. */
  readonly open: (told: Told) => Connection;
  readonly pauses: Pauses;
  readonly report: Report;
  /** Whether this instance may open a connection at this moment. */
  readonly mayOpen: () => boolean;
  /** Whether this instance is still the one that may have the connection. */
  readonly isOurs: () => Promise<boolean>;
  /** Lets another instance have it, until this one is begun again; returns false where there is no other. */
  readonly giveWay: () => boolean;
  /** How long a connection that was replaced has to answer what is in hand, in milliseconds. */
  readonly drainMs: number;
  readonly time: Time;
}

/** Keeps one bot connected: one connection that serves, and at most one more that is being opened. */
export interface Keeper {
  /** Connects, and connects again whenever that is over; not where the platform has ruled it out. */
  begin(): void;
  /** Opens no connection until it is begun again, and keeps the one that serves; `ending` says why there is none else. */
  hold(ending: Ending): void;
  /** Gives up what there is, at once, and connects no more until it is begun again. */
  end(ending: Ending): void;
  isUp(): boolean;
  /** As `Connection.refuse`; and no connection is opened any more. */
  refuse(): void;
  /** Refuses, and closes everything when what is in hand is answered, at the latest after `withinMs`. Resolves when all is closed. */
  stop(withinMs: number, ending: Ending): Promise<void>;
}

export function createKeeper(parts: KeeperParts): Keeper {
  const { open, pauses, report, mayOpen, isOurs, giveWay, drainMs, time } = parts;
  /** Whether one is to be opened where there is none. */
  let wanted = false;
  /** The platform wants none until the next start. */
  let isRuledOut = false;
  /** Why none may be opened at the moment. */
  let held: Ending | null = null;
  let awayFor = startSteadyStopwatch(time);
  let refuses = false;
  let serving: Connection | null = null;
  let opening: Connection | null = null;
  /** Replaced ones that still answer what they have in hand. */
  const leaving = new Set<Connection>();
  let cancelPause: (() => void) | null = null;
  /** How often all connections were given up. */
  let releases = 0;

  function attempt(): void {
    cancelPause?.();
    cancelPause = null;
    if (wanted && opening === null && mayOpen()) opening = open(told);
  }

  function attemptLater(urgent: boolean, notBeforeMs?: number): void {
    if (!wanted || opening !== null || cancelPause !== null) return;
    cancelPause = time.after(pauses.next(urgent, notBeforeMs), attempt);
  }

  function attemptNoMore(): void {
    wanted = false;
    cancelPause?.();
    cancelPause = null;
  }

  /** Another instance that took over in the right way is no stranger, though. */
  async function ruledOut(ending: Ending): Promise<void> {
    attemptNoMore();
    isRuledOut = true;
    const before = releases;
    // Where the lease turns out to be lost, its holder ends all this, and says so.
    if ((await isOurs()) && before === releases) report.down(ending);
  }

  function lost(ending: Ending): void {
    if (ending.notBeforeMs === null) {
      void ruledOut(ending);
      return;
    }
    if (serving === null) {
      report.down(ending);
      if (held !== null) report.down(held);
      const mayBeOurs = OURS_ALONE.has(ending.reason) && ending.notBeforeMs === undefined;
      if (wanted && mayBeOurs && awayFor() >= AWAY_MS && giveWay()) attemptNoMore();
    }
    attemptLater(false, ending.notBeforeMs);
  }

  const told: Told = {
    ready(connection) {
      if (connection !== opening) return;
      const replaced = serving;
      serving = connection;
      opening = null;
      pauses.up();
      report.up();
      if (replaced === null) return;
      leaving.add(replaced);
      void replaced.leave(drainMs, { reason: 'announced', detail: 'another one serves', remedy: null });
    },
    announced(connection, detail) {
      if (connection !== serving || opening !== null) return;
      report.announced(detail);
      attemptLater(true);
    },
    over(connection, ending) {
      leaving.delete(connection);
      if (connection === opening) {
        opening = null;
        lost(ending);
      } else if (connection === serving) {
        serving = null;
        awayFor = startSteadyStopwatch(time);
        // What is being opened may be the very client that has taken over.
        lost(opening === null ? ending : { ...ending, notBeforeMs: 0 });
      }
    },
    strange: (why) => report.strange(why),
  };

  /** Nothing is concluded any more from how a connection ends. Returns all that there are. */
  function release(): readonly Connection[] {
    releases += 1;
    attemptNoMore();
    for (const connection of [serving, opening]) if (connection !== null) leaving.add(connection);
    serving = null;
    opening = null;
    return [...leaving];
  }

  function refuse(): void {
    refuses = true;
    attemptNoMore();
    for (const connection of [serving, opening, ...leaving]) connection?.refuse();
  }

  return {
    begin() {
      held = null;
      if (refuses || isRuledOut) return;
      wanted = true;
      if (serving !== null) return;
      awayFor = startSteadyStopwatch(time);
      attempt();
    },
    hold(ending) {
      attemptNoMore();
      held = ending;
      const cut = opening;
      opening = null;
      if (cut !== null) leaving.add(cut);
      cut?.cut(ending);
      if (serving === null && !isRuledOut) report.down(ending);
    },
    end(ending) {
      held = null;
      isRuledOut = false;
      for (const connection of release()) connection.cut(ending);
      report.down(ending);
    },
    isUp: () => serving !== null,
    refuse,
    async stop(withinMs, ending) {
      refuse();
      await Promise.all(release().map((connection) => connection.leave(withinMs, ending)));
      report.down(ending);
      report.stop();
    },
  };
}

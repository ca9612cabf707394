import type { ServerResponse } from 'node:http';
import type { Who } from '../desk/permissions.ts';
import { isWatched, watchedBy, type Watched } from '../desk/scope.ts';
import { LOOK_BACK_MS, type DayCounts, type DayLine, type DaySince, type Today } from '../desk/today.ts';
import type { Log } from '../log.ts';
import type { Calendar } from '../redemption/calendar.ts';
import { repeat } from '../time/repeat.ts';
import type { Time } from '../time/time.ts';
import { dayRow, namedCounts, rowId, type DayView } from './day-rows.ts';
import { openEventStream, type EventStream } from './event-stream.ts';
import type { Visitor } from './page.ts';

/** How often it is looked for what nobody has announced. */
const POLL_MS = 3_000;
/** Pauses between two looks, however much happens. */
const PACE_MS = 1_000;
/** How often a listener hears that the connection is alive, and it is looked whether they are still who they were. */
const HEARTBEAT_MS = 15_000;
/** Rows in one look; where there are more, the pages load themselves anew. */
const MOST_ROWS = 2_000;
/** What is older than that is not caught up with, row by row. */
const CATCH_UP_MS = 60 * 60_000;

export interface FeedParts {
  readonly today: Today;
  /** See `OpenedLedger`. */
  readonly watch: (watcher: () => void) => () => void;
  readonly calendar: Calendar;
  /** The ledger's clock: milliseconds since 1970. */
  readonly now: () => number;
  readonly time: Time;
  /** Who a listener is by now; null: their session has ended, or they are not in the mapping any more. */
  readonly stillIn: (visitor: Visitor) => Promise<Visitor | null>;
  /** What the mapping says at this moment. */
  readonly who: (user: string) => Who;
  readonly log: Log;
  /** Connections at most: of all, and of one person. */
  readonly most?: { readonly inAll: number; readonly each: number };
}

export interface Feed {
  /** Whether there is room for another listener. */
  hasRoom(visitor: Visitor): boolean;
  /** Tells what happens from the instant `since` on. The response is the feed's from now on. */
  add(response: ServerResponse, visitor: Visitor, view: DayView, since: number): void;
  /** Ends all connections. */
  close(): void;
}

interface Listener {
  readonly stream: EventStream;
  visitor: Visitor;
  watched: Watched;
  readonly view: DayView;
  /** From when on it has not been told anything; null: it is as far as all others. */
  since: number | null;
}

/**
 * Tells everybody who watches the day what happens, of what they may know: one look at the ledger for all of them, as soon as
 * something is said to have happened, and every now and then. Each thing is told at least once.
 */
export function createFeed(parts: FeedParts): Feed {
  const { today, watch, calendar, now, time, stillIn, who, log } = parts;
  const { inAll, each } = parts.most ?? { inAll: 1_000, each: 8 };
  const listeners = new Set<Listener>();
  let stopWatching: (() => void) | null = null;
  let closed = false;
  const ending = new AbortController();
  /** Until when all listeners know everything; null: nobody has listened yet. */
  let told: Pick<DaySince, 'at' | 'day'> | null = null;
  /** How the rows of the last look were told, by their ids: each look sees most of them again. */
  let prints = new Map<number, string>();
  let looking: Promise<void> | null = null;
  let isDue = false;

  function look(): void {
    isDue = true;
    looking ??= lookUntilDone().finally(() => (looking = null));
  }

  async function lookUntilDone(): Promise<void> {
    while (isDue && listeners.size > 0 && !closed) {
      isDue = false;
      try {
        await tell();
      } catch (error) {
        // The next look begins where this one began.
        log.warn({ err: error }, 'the live feed of the console could not read the ledger');
      }
      await time.sleep(PACE_MS, ending.signal);
    }
  }

  /** One look, for all who listen. */
  async function tell(): Promise<void> {
    const known = told?.at ?? now();
    for (const listener of listeners) if (isTooLate(listener, now())) haveLoadedAnew(listener);
    const audience = [...listeners];
    const from = Math.min(known, ...audience.map(({ since }) => since ?? known));
    let seen = await today.since(from, MOST_ROWS);
    if (seen.more && from < known) {
      // What a few have missed is no reason for all others to load their pages anew.
      for (const listener of audience) if (listener.since !== null) haveLoadedAnew(listener);
      seen = await today.since(known, MOST_ROWS);
    }
    const isOver = seen.more || (told !== null && told.day !== seen.day);
    const fresh = seen.lines.filter((line) => prints.get(line.redemption.id) !== printOf(line));
    const isToTell = fresh.length > 0 || audience.some(({ since }) => since !== null);
    const countsOf = isToTell ? await today.count() : null;
    prints = new Map(seen.lines.map((line) => [line.redemption.id, printOf(line)]));
    told = { at: seen.at, day: seen.day };
    const rows = new Map<number, string>();
    const rowOf = (line: DayLine) => {
      const row = rows.get(line.redemption.id) ?? dayRow(line, calendar, seen.at);
      rows.set(line.redemption.id, row);
      return row;
    };
    for (const listener of audience) {
      const { since } = listener;
      listener.since = null;
      if (isOver) listener.stream.send('all', '', seen.at);
      else if (countsOf !== null) {
        const lines = since === null ? fresh : seen.lines.filter((line) => changedAt(line) >= since - LOOK_BACK_MS);
        tellOne(listener, lines, countsOf, rowOf, seen);
      }
    }
  }

  function isTooLate({ since }: Listener, at: number): boolean {
    return since !== null && since < at - CATCH_UP_MS;
  }

  /** Their page is as far as all others then. */
  function haveLoadedAnew(listener: Listener): void {
    listener.since = null;
    listener.stream.send('all', '', now());
  }

  function tellOne(
    listener: Listener,
    lines: readonly DayLine[],
    countsOf: (watched: Watched) => DayCounts,
    rowOf: (line: DayLine) => string,
    { at, day }: DaySince,
  ): void {
    const theirs = lines.filter(({ user, redemption: { store } }) =>
      isWatched(listener.watched, user, store?.code ?? null),
    );
    if (theirs.length === 0) return;
    if (!isWho(listener.visitor)) {
      void examine([listener]);
      return;
    }
    const { state } = listener.view;
    const ofToday = theirs.filter(({ redemption }) => calendar.dayOf(redemption.claimedAt) === day);
    const isShown = ({ redemption }: DayLine) => state === null || redemption.state === state;
    const rows = ofToday.filter(isShown).map(rowOf);
    const gone = ofToday.filter((line) => !isShown(line)).map(({ redemption }) => rowId(redemption.id));
    const counts = namedCounts(countsOf(listener.watched));
    listener.stream.send(null, JSON.stringify({ rows, gone, counts }), at);
  }

  /** Whether the mapping still has them as they were when it was last looked. */
  function isWho({ who: before }: Visitor): boolean {
    const { role, member } = who(before.user);
    // Of those who are in no mapping only the session tells.
    if (role === 'unbound' && before.role === 'admin') return true;
    return role === before.role && member?.store.code === before.member?.store.code;
  }

  /** Sends away who is not in any more, and has the page of those load itself anew who may see something else now. */
  async function examine(some: readonly Listener[]): Promise<void> {
    const sessions = Map.groupBy(some, ({ visitor }) => `${visitor.who.user} ${visitor.session}`);
    for (const [, [first, ...others]] of sessions) {
      if (first === undefined) continue;
      // Where that cannot be read nobody knows whether they may still listen; the browser comes again.
      const visitor = await stillIn(first.visitor).catch(() => 'unclear' as const);
      for (const listener of [first, ...others]) {
        if (visitor === 'unclear') drop(listener);
        else if (visitor === null) {
          listener.stream.send('out', '', null);
          drop(listener);
        } else {
          const watched = watchedBy(visitor.who, listener.view.store);
          const isSame = JSON.stringify(watched) === JSON.stringify(listener.watched);
          Object.assign(listener, { visitor, watched });
          if (!isSame) listener.stream.send('all', '', null);
        }
      }
    }
  }

  async function beat(): Promise<void> {
    await examine([...listeners]);
    for (const { stream, since } of listeners) stream.beat(since === null ? (told?.at ?? null) : null);
  }

  function drop(listener: Listener): void {
    listeners.delete(listener);
    listener.stream.end();
    rest();
  }

  function rest(): void {
    if (listeners.size > 0) return;
    stopWatching?.();
    stopWatching = null;
  }

  const polls = repeat(time, POLL_MS, async () => look(), { atOnce: false });
  const beats = repeat(time, HEARTBEAT_MS, beat, { atOnce: false });

  return {
    hasRoom({ who: { user } }) {
      if (closed || listeners.size >= inAll) return false;
      return [...listeners].filter(({ visitor }) => visitor.who.user === user).length < each;
    },
    add(response, visitor, view, since) {
      if (listeners.size === 0) {
        told = null;
        prints.clear();
      }
      const stream = openEventStream(response, () => {
        listeners.delete(listener);
        rest();
      });
      const listener = { stream, visitor, watched: watchedBy(visitor.who, view.store), view, since };
      listeners.add(listener);
      stopWatching ??= watch(look);
      look();
    },
    close() {
      closed = true;
      ending.abort();
      void polls.stop();
      void beats.stop();
      for (const listener of [...listeners]) drop(listener);
    },
  };
}

/** What of a redemption rows and counts show. */
function printOf({
  redemption: { state, reason, settledAt, count, card, realCard, cardName, vendorMsg },
  who,
}: DayLine) {
  return JSON.stringify([state, reason, settledAt, count, card, realCard, cardName, vendorMsg, who]);
}

function changedAt({ redemption: { claimedAt, settledAt } }: DayLine): number {
  return Math.max(claimedAt, settledAt ?? 0);
}

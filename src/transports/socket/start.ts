import type { SampledLog } from '../../log/sampled.ts';
import type { Log } from '../../log.ts';
import type { Problem } from '../../problem.ts';
import type { Leases } from '../../redemption/leases.ts';
import type { Time } from '../../time/time.ts';
import { openConnection, type ConnectionParts } from './connection.ts';
import { startHolder } from './holder.ts';
import { createKeeper } from './keeper.ts';
import { createPauses } from './pauses.ts';
import { createReport, type ReportParts } from './report.ts';
import type { Ending, SocketBot } from './socket.ts';

/** What a replaced connection has beyond the deadline of its deliveries to answer them. */
const DRAIN_MS = 5_000;

/** How long an instance that cannot connect leaves it to the others, more or less. */
const REST_MS = 60_000;

const STOPPED: Ending = { reason: 'stopped', detail: 'the service stops', remedy: null };

export interface SocketParts
  extends Omit<ConnectionParts, 'log'>, Pick<ReportParts, 'onUp' | 'onChange' | 'onStrange'> {
  /** Of the ledger that several instances share; null: this is the only one. */
  readonly leases: Leases | null;
  /** The token under which this instance holds leases. */
  readonly holder: string;
  /** From 0 up to 1. */
  readonly random: () => number;
  readonly time: Time;
  readonly log: Log;
  /** For what any person can cause. */
  readonly sampled: SampledLog;
}

/** A bot that is kept connected. */
export interface RunningSocket {
  /** Whether messages come in here now. */
  isUp(): boolean;
  problems(): readonly Problem[];
  /** As of `Report`. */
  ending(): Ending | null;
  /**
   * Opens no connection any more, and takes nothing new where the platform delivers it again. What is in hand can still be
   * answered.
   */
  refuse(): void;
  /**
   * Refuses, waits for what is in hand to be answered, for at most `withinMs`, then closes, and lets another instance in.
   * Resolves when that is done.
   */
  stop(withinMs: number): Promise<void>;
}

/** Connects a bot, and keeps it connected: of several instances whose platform allows only one connection, the one with its lease. */
export function startSocket<Content, As, Payload>(
  bot: SocketBot<Content, As, Payload>,
  parts: SocketParts,
): RunningSocket {
  const { socket, channel } = bot;
  const { leases, holder, random, time, sampled } = parts;
  const report = createReport({
    ...parts,
    channel,
    name: socket.name,
    onChange(_, reason) {
      socket.changed?.(reason);
      parts.onChange(channel, reason);
    },
  });
  const keeper = createKeeper({
    open: (told) => openConnection(bot, { ...parts, log: sampled }, told),
    pauses: createPauses(time, random),
    report,
    mayOpen: () => lease?.isSure() ?? true,
    isOurs: () => lease?.isOurs() ?? Promise.resolve(true),
    giveWay() {
      lease?.rest(REST_MS * (0.75 + random() / 2));
      return lease !== null;
    },
    drainMs: socket.deadlineMs + DRAIN_MS,
    time,
  });
  const lease =
    leases === null || socket.lease === null
      ? null
      : startHolder({
          leases,
          name: socket.lease,
          holder,
          time,
          onTaken: () => keeper.begin(),
          onDoubted: (detail) => keeper.hold({ reason: 'standby', detail, remedy: null }),
          onLost: (detail) => keeper.end({ reason: 'standby', detail, remedy: null }),
        });
  if (lease === null) keeper.begin();

  return {
    isUp: () => keeper.isUp(),
    problems: () => report.problems(),
    ending: () => report.ending(),
    refuse() {
      keeper.refuse();
      lease?.takeNoMore();
    },
    async stop(withinMs) {
      await keeper.stop(withinMs, STOPPED);
      await lease?.stop();
    },
  };
}

import type { Ledger } from '../redemption/ledger.ts';
import type { LateResult, MessageRecord } from '../redemption/message.ts';
import type { FirstAddresses } from '../redemption/people.ts';
import type { Log } from '../log.ts';
import { FURTHEST_MS, isTooFarAhead } from '../redemption/instants.ts';
import { repeat } from '../time/repeat.ts';
import { startSteadyStopwatch, type Stopwatch } from '../time/stopwatch.ts';
import type { Time } from '../time/time.ts';
import { createBestWay } from './best-way.ts';
import type { TextNow } from './compose.ts';
import type { DeliveryNotes } from './delivery-notes.ts';
import type { LateWayOf } from './late-way.ts';

const AT_ONCE = 16;
const LEASE_MS = 60_000;
const LOOK_EVERY_MS = 1_000;
/** After a start, or when the ledger was away, a connection may just be about to open. */
const MUST_WAIT_MS = 2 * 60_000;

export interface LateRepliesParts {
  readonly ledger: Ledger;
  readonly lateWay: LateWayOf;
  readonly firstAddresses: FirstAddresses;
  /** The channels that this process cannot send on now: their replies wait, for it or for another instance. */
  readonly closedChannels: () => readonly string[];
  readonly text: TextNow;
  readonly decorate: (text: string) => string;
  /** The ledger's clock: milliseconds since 1970. */
  readonly now: () => number;
  readonly time: Time;
  readonly notes: DeliveryNotes;
  readonly onFinished: (message: MessageRecord, result: LateResult) => void;
  readonly log: Log;
}

export interface LateReplies {
  /** Queues the reply of a message whose carriers are over. Tried until storage takes it. */
  queue(message: MessageRecord): void;
  /** Stops looking for due replies and waits for those that are being sent. */
  stop(): Promise<void>;
}

/** Sends queued replies, this process's own and those that a dead one left, and what could not be sent before it started. */
export function startLateReplies(parts: LateRepliesParts): LateReplies {
  const { ledger, lateWay, firstAddresses, closedChannels, text, decorate, now, time, notes, onFinished, log } = parts;
  const unqueued = new Map<number, MessageRecord>();
  const sending = new Set<Promise<void>>();
  /** Since it has been looked for what is due without a break. */
  let lookedFor = startSteadyStopwatch(time);
  const sendByBestWay = createBestWay({ ...parts, mustWait: () => lookedFor() < MUST_WAIT_MS });
  /** Whose held replies are still to be tried again; null: not known yet. */
  let toWake: string[] | null = null;

  const waitMs = (message: MessageRecord) => lateWay(message)?.waitMs(message.returnAddress) ?? 0;

  async function round(): Promise<void> {
    try {
      await queueWaiting();
      await sendDue();
      await wakeSome();
    } catch (error) {
      lookedFor = startSteadyStopwatch(time);
      log.warn({ err: error }, 'could not look for late replies; trying again');
    }
  }

  async function queueWaiting(): Promise<void> {
    for (const message of [...unqueued.values()]) {
      // Taken out before it is sent: a request that comes meanwhile asks for one more time.
      unqueued.delete(message.id);
      try {
        await ledger.queueReply(message.id, waitMs(message));
      } catch (error) {
        unqueued.set(message.id, message);
        throw error;
      }
    }
  }

  /** There may be ways to people now that there were not before the service started: a few of them each time. */
  async function wakeSome(): Promise<void> {
    toWake ??= (await ledger.findHeldUsers()).filter((user) => firstAddresses(user).length > 0);
    if (toWake.length === 0) return;
    await ledger.wakeHeldReplies(toWake.slice(0, AT_ONCE));
    toWake = toWake.slice(AT_ONCE);
  }

  async function sendDue(): Promise<void> {
    const free = AT_ONCE - sending.size;
    if (free === 0) return;
    const sinceRead = startSteadyStopwatch(time);
    for (const message of await ledger.takeDueReplies(free, LEASE_MS, closedChannels())) {
      const done = send(message, sinceRead).finally(() => {
        // More replies may be due than were taken.
        if (sending.size >= AT_ONCE) looks.now();
        sending.delete(done);
      });
      sending.add(done);
    }
  }

  async function send(message: MessageRecord, sinceRead: Stopwatch): Promise<void> {
    try {
      const result = await attempt(message, sinceRead);
      if (result === 'not-ours') return;
      notes.note(async () => {
        await ledger.finishReply(message.id, result, message.changes);
        onFinished(message, result);
      });
    } catch (error) {
      log.error({ err: error, message: message.id }, 'a late reply could not be composed; it is due again later');
    }
  }

  async function attempt(message: MessageRecord, sinceRead: Stopwatch): Promise<LateResult | 'not-ours'> {
    const said = await text(message);
    // This machine slept, or storage was slow: others may have told what is newer since. If not, it is due again.
    const isOurs = () => sinceRead() < LEASE_MS;
    if (!isOurs()) return 'not-ours';
    if (said === null) return { kind: 'drop' };
    // The notice was overtaken.
    if (now() - message.receivedAt > FURTHEST_MS.heldReply) return { kind: 'give-up' };
    const settledAt = Math.max(...message.redemptions.map((row) => row.settledAt ?? 0));
    // What became known later comes after an answer, so the person needs no time to fetch it elsewhere.
    const corrected = message.changes > 0;
    const noneKnows = isTooFarAhead(settledAt, now(), FURTHEST_MS.past);
    const tooSoonMs = corrected || noneKnows ? 0 : settledAt + waitMs(message) - now();
    if (tooSoonMs > 0) return { kind: 'retry', afterMs: tooSoonMs };
    return sendByBestWay(message, { text: decorate(said), question: null }, isOurs);
  }

  const looks = repeat(time, LOOK_EVERY_MS, round);

  return {
    queue(message) {
      unqueued.set(message.id, message);
      looks.now();
    },
    async stop() {
      await looks.stop();
      await round();
      await Promise.all(sending);
    },
  };
}

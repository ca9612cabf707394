import { parseMessage } from '../command/parse.ts';
import * as sentences from '../command/sentences.ts';
import { NOTHING_HELD, type HeldReplies, type MessageRecord } from '../redemption/message.ts';
import type { Ledger } from '../redemption/ledger.ts';
import type { Directory } from '../redemption/ports.ts';
import type { Redeeming } from '../redemption/redeem.ts';
import { showsOf } from '../redemption/shown.ts';
import { startSteadyStopwatch } from '../time/stopwatch.ts';
import type { Time } from '../time/time.ts';
import { carry, within, type Carrying } from './carry.ts';
import { NotAccepted, type Carrier, type ChatMessage, type Over } from './channel.ts';
import type { WaitingRequest } from '../desk/waiting-request.ts';
import { deskLines, looksAtCard, type DeskLine } from './command-desk.ts';
import type { DeliveryNotes } from './delivery-notes.ts';
import { composeReply, listener, type AsTold, type Results, type RoleOf } from './compose.ts';
import type { EarlierReplies } from './earlier-replies.ts';
import type { InHand } from './in-hand.ts';
import type { Limits } from './limits.ts';
import { confirmationsOf, planLines, turnedAway } from './plan.ts';
import type { NotNow, Stored, Storing, Wanted } from './storing.ts';
import type { Teller } from './teller.ts';
import type { Waiter, Waiting } from './waiting.ts';

/** How long a reply waits for storage once everything else is known, where its platform would wait longer. */
const READ_WITHIN_MS = 2_000;
/** The same where storage was away for as long as it is tried: the platform is about to hang up. */
const AWAY_FOR_MS = 300;
/** How long an answer waits until it is on record which questions were told. */
const NOTED_WITHIN_MS = 500;
/** A service that takes longer for a message may have slept: others take over its work, and tell what is newer. */
const ALONE_FOR_MS = 15_000;

export interface HearMessageParts {
  readonly staff: Directory;
  readonly ledger: Pick<Ledger, 'takeReply'>;
  readonly limits: Limits;
  readonly botNames: readonly string[];
  readonly roleOf: RoleOf;
  readonly asTold?: AsTold | undefined;
  readonly waitingRequest?: WaitingRequest | undefined;
  /** Has the reply of a message on record sent late. */
  readonly sendLate: (message: MessageRecord) => void;
  readonly earlier: EarlierReplies;
  readonly storing: Storing;
  readonly inHand: InHand;
  readonly waiting: Waiting;
  readonly teller: Teller;
  readonly notes: DeliveryNotes;
  /** Keeps what goes on when the carrier is over. */
  readonly track: (work: Promise<unknown>) => void;
  readonly time: Time;
}

/**
 * Has a message carried out, once however often it is delivered, and its person told: by this carrier, or by another way.
 * Rejects when it could not be stored; then nothing was done, and the carrier was given nothing. Rejects with NotAccepted when
 * that is not known, and the platform may deliver it again.
 */
export type HearMessage = (message: ChatMessage, carrier: Carrier) => Promise<void>;

export function createHearMessage(parts: HearMessageParts): HearMessage {
  const {
    staff,
    ledger,
    limits,
    botNames,
    roleOf,
    asTold,
    waitingRequest,
    sendLate,
    earlier,
    storing,
    inHand,
    waiting,
    teller,
    time,
  } = parts;

  /** Resolves with the earlier messages whose replies were told with this one's. */
  async function hear(
    message: ChatMessage,
    carrier: Carrier,
    holding: HeldReplies | Promise<HeldReplies>,
  ): Promise<readonly MessageRecord[]> {
    const hereForMs = startSteadyStopwatch(time);
    const parsed = parseMessage(message.text, botNames, message.shows);
    const commandLines = deskLines(parsed);
    const isReading = commandLines.some(({ command }) => command.kind === 'showing');
    const lines = planLines(message, parsed, staff);
    let request: number | null = null;
    const { user } = message;
    const isUnbound = user !== null && roleOf(user) === 'unbound';
    // Said as far as it is known by then.
    const asking = isUnbound ? waitingRequest?.(user).then((number) => void (request = number)) : undefined;
    const compose = (results: Results, over: Over) => {
      const own = composeReply(parsed, { ...listener(message.user, roleOf), request }, results, asTold);
      const add = (held: HeldReplies) => earlier.add(own, held, carrier.room, over);
      return isThere(holding) ? add(holding) : Promise.race([holding, over.then(() => NOTHING_HELD)]).then(add);
    };
    if (lines.length + commandLines.length === 0) {
      const sayNow = (over: Over) => compose({ redemptions: [], answers: {} }, over);
      const say = asking === undefined ? sayNow : (over: Over) => Promise.race([asking, over]).then(() => sayNow(over));
      const { text, told } =
        isThere(holding) && asking === undefined
          ? await say(carrier.over)
          : await within(time, READ_WITHIN_MS, carrier.over, say);
      const withEarlier = told.length > 0;
      const facts = { redemptions: [], isFirst: true, onRecord: false, withEarlier };
      const isTold = await teller.reply(carrier, text, facts);
      return isTold ? told : [];
    }

    const want = (notNow: NotNow): Wanted => {
      if (notNow !== null) return { lines: turnedAway(lines, notNow), confirmations: [], looks: 0 };
      const confirmations = confirmationsOf(message, commandLines, staff, parsed);
      return { lines, confirmations, looks: commandLines.filter(looksAtCard).length };
    };
    const carryFor = (waiter: Waiter, isFirst: boolean, change: Partial<Carrying> = {}) => {
      const usual = { over: carrier.over, readForMs: READ_WITHIN_MS, isOutdated: () => false };
      return carry({ waiter, carrier, compose, isFirst, isReading, ...usual, ...change }, teller, time);
    };

    const leave = limits.enter();
    const done = () => leave?.();
    // One that is in hand needs no storage to be told, so this carrier waits for it from now on.
    const joined = carrier.acknowledges ? null : join(message);
    // An answer is only taken to what is on record as told.
    if (commandLines.some(({ command }) => command.kind === 'confirm')) {
      await within(time, NOTED_WITHIN_MS, carrier.over, (over) => Promise.race([parts.notes.allWritten(), over]));
    }
    const when = { isFull: leave === null, expiry: carrier.over };
    const stored = await storing.store(message, want, when).catch((error: unknown) => {
      done();
      joined?.leave(null);
      throw error;
    });

    if (stored.kind === 'refused') {
      done();
      joined?.leave(null);
      const told = teller.sentence(carrier, sentences.notCarriedOut('storage'));
      inHand.refuse(stored.recorded, commandLines, told);
      await told;
      return [];
    }

    if (stored.kind !== 'stored') {
      const isInHand = stored.kind === 'in-hand';
      const waiter = joined ?? (isInHand && !carrier.acknowledges ? join(message, !carrier.confirms) : null);
      // The delivery that told it is done with, and the platform says by this one that it did not hear it.
      let isSilent = false;
      // Storage may never say that it was: what is known here is noted from memory.
      const known = isInHand ? inHand.recall(message) : undefined;
      if (known !== undefined) parts.notes.redelivered(known.record.id);
      if (waiter === null && isInHand) isSilent = !teller.working(carrier, null, isReading) && !carrier.confirms;
      // What is tried on may be tried for long, and is not carried out: it takes nobody's place.
      if (!isInHand) done();
      const whenDone = isInHand ? done : () => undefined;
      parts.track(
        whenStored(stored.later, message, commandLines, whenDone, { isSilent, isNoted: known !== undefined }),
      );
      if (waiter !== null) return carryFor(waiter, false, { readForMs: AWAY_FOR_MS });
      if (stored.kind === 'unclear') await tellUnclear(carrier, stored.isNews);
      return [];
    }

    const { redeeming } = stored;
    if (!redeeming.won) parts.notes.redelivered(redeeming.message.id);
    const asked = inHand.begin(stored, message, commandLines, done);
    const progress = inHand.find(redeeming.message.id);
    if (carrier.acknowledges) {
      carrier.nothing();
      // One that was delivered before is told by the delivery that came first.
      if (!redeeming.won || progress === undefined) return [];
      // No platform hangs up on such a reply; one that has grown old is left to be told late, as things are then.
      const over = Promise.withResolvers<never>().promise;
      const isOutdated = () => hereForMs() >= ALONE_FOR_MS;
      return carryFor(waiting.here(redeeming.message, progress), true, { over, isOutdated });
    }
    const here = () =>
      progress === undefined
        ? waiting.elsewhere(redeeming, asked.length > 0, !carrier.confirms)
        : waiting.here(redeeming.message, progress);
    return carryFor(joined ?? here(), redeeming.won);
  }

  /** A carrier that waits for what this process has in hand; with `also`, for what it has just done with too. */
  function join(message: ChatMessage, also = false): Waiter | null {
    const found = inHand.recall(message);
    return found === undefined || (found.isDone && !also) ? null : waiting.here(found.record, found.progress);
  }

  /**
   * It is not known whether the message is stored. An answer says that it is, and the platform delivers it no more: so none is
   * given where the person can be told without one. Otherwise what is told is the answer.
   */
  async function tellUnclear(carrier: Carrier, isNews: boolean): Promise<void> {
    const { aside } = carrier;
    if (aside === null) {
      await teller.sentence(carrier, sentences.recordsAway());
      return;
    }
    if (isNews) parts.track(teller.aside(aside, sentences.recordsAway()));
    throw new NotAccepted('it is not known whether the message is stored');
  }

  /** Has a message carried out that was stored only when its carrier was over, or told that it is not. Never rejects. */
  async function whenStored(
    later: Promise<Stored>,
    message: ChatMessage,
    commandLines: readonly DeskLine[],
    done: () => void,
    { isSilent, isNoted }: { readonly isSilent: boolean; readonly isNoted: boolean },
  ): Promise<void> {
    const stored = await later.catch(() => null);
    if (stored?.kind !== 'stored') {
      done();
      return;
    }
    if (!stored.redeeming.won && !isNoted) parts.notes.redelivered(stored.redeeming.message.id);
    inHand.begin(stored, message, commandLines, done);
    if (isSilent && !stored.redeeming.won) await tellAgain(stored.redeeming);
  }

  /** Has a message told late that is on record and done with, even where it was noted as told. */
  async function tellAgain({ message }: Redeeming): Promise<void> {
    if (inHand.find(message.id) !== undefined || message.redemptions.some(({ state }) => state === 'pending')) return;
    // Where storage did not say whether it was reserved, it may have been.
    await parts.notes.written(message.id);
    const record = await ledger.takeReply(message.id, true).catch(() => message);
    if (record !== null) sendLate(record);
  }

  return async (heard, carrier) => {
    const message = { ...heard, shows: showsOf(heard) };
    const holding = earlier.take(message);
    let told: readonly MessageRecord[] = [];
    try {
      told = await hear(message, carrier, holding);
    } finally {
      // Never waited for: storage that hangs must not hold up anything.
      if (isThere(holding)) earlier.release(holding, told);
      else void holding.then((held) => earlier.release(held, told));
    }
  };
}

function isThere<T extends object>(value: T | Promise<T>): value is T {
  return !(value instanceof Promise);
}

import { parseMessage } from '../command/parse.ts';
import * as sentences from '../command/sentences.ts';
import type { HeldReplies, MessageRecord } from '../redemption/message.ts';
import type { Ledger } from '../redemption/ledger.ts';
import type { StaffDirectory } from '../redemption/ports.ts';
import type { Redemption } from '../redemption/redemption.ts';
import type { RedeemDesk, Redeeming } from '../redemption/redeem.ts';
import type { Log } from '../log.ts';
import { startSteadyStopwatch, type Stopwatch } from '../time/stopwatch.ts';
import type { Time } from '../time/time.ts';
import {
  EMPTY_RESPONSE,
  type CallbackResponse,
  type ChatMessage,
  type Incoming,
  type ReplyExtras,
  type ReplyForm,
} from './channel.ts';
import { deskLines, looksAtCard, withoutRedemptions, type CommandDesk } from './command-desk.ts';
import { composeReply, listener, replyTo, type Results, type RoleOf, type TextNow } from './compose.ts';
import type { DeliveryNotes } from './delivery-notes.ts';
import type { DirectReplies } from './direct-replies.ts';
import { createEarlierReplies, NOTHING_HELD } from './earlier-replies.ts';
import { createGreetings } from './greetings.ts';
import { createInHand } from './in-hand.ts';
import type { Limits } from './limits.ts';
import { confirmationsOf, planLines, turnedAway } from './plan.ts';
import { createStoring, type NotNow, type Wanted } from './storing.ts';
import { createWaiting, type Expiry, type Waiter } from './waiting.ts';

/** How long a reply waits for storage once everything else is known, where its platform would wait longer. */
const READ_WITHIN_MS = 2_000;
/** The same where storage was not to be had for as long as it is tried: the platform is about to hang up. */
const AWAY_FOR_MS = 300;
/** A service that takes longer for a message may have slept: others take over what is its own, and tell what is newer. */
const ALONE_FOR_MS = 15_000;

export interface ReceptionParts {
  readonly staff: StaffDirectory;
  readonly desk: RedeemDesk;
  readonly commands: CommandDesk;
  readonly ledger: Ledger;
  readonly limits: Limits;
  readonly botNames: readonly string[];
  readonly roleOf: RoleOf;
  /** What is said of something earlier. */
  readonly text: TextNow;
  /** Put around every text that is shown. */
  readonly decorate: (text: string) => string;
  /** Has the reply of a message on record sent late. */
  readonly sendLate: (message: MessageRecord) => void;
  /** For channels whose responses only confirm. */
  readonly direct: DirectReplies;
  readonly notes: DeliveryNotes;
  readonly time: Time;
  readonly log: Log;
}

export interface Answer {
  readonly response: CallbackResponse;
  /** To be called once: whether the response was handed over whole. */
  readonly onHandedOver?: (whole: boolean) => void;
}

interface Prepared {
  readonly response: CallbackResponse;
  /** The earlier messages whose replies are in it as well. */
  readonly told: readonly MessageRecord[];
  readonly onHandedOver: (whole: boolean) => void;
  /** What is told once it is known, where the response only confirms. */
  readonly later?: Promise<Prepared>;
}

type Arrival<K extends Incoming['kind']> = Extract<Incoming, { kind: K }>;

export interface Reception {
  /** Answers one authentic callback. Rejects when the message could not be stored; then nothing was done. */
  answer(incoming: Incoming, expiry: Expiry): Promise<Answer>;
  /** Resolves when nothing is left to be stored or carried out, also of callbacks whose senders have hung up. */
  idle(): Promise<void>;
}

/** Reads what people say, has it redeemed, and sees that each of them hears the end of it, once. */
export function createReception(parts: ReceptionParts): Reception {
  const { staff, ledger, limits, botNames, roleOf, decorate, direct, sendLate, notes, time, log } = parts;
  const inHand = createInHand(parts);
  const running = new Set<Promise<unknown>>();
  const waiting = createWaiting(parts);
  const storing = createStoring({ ...parts, isInHand: (message) => inHand.has(message) });
  const greetings = createGreetings(parts);
  const earlier = createEarlierReplies({
    ledger,
    text: parts.text,
    decorate,
    note: (write) => notes.note(write),
    log,
  });

  async function answerMessage(arrival: Arrival<'message'>, expiry: Expiry): Promise<Answer> {
    const { message } = arrival;
    const holding = earlier.take(message);
    // Never waited for: storage that hangs must not hold up the response.
    const release = (told: readonly MessageRecord[]) => void holding.then((held) => earlier.release(held, told));
    const toAnswer = ({ response, told, onHandedOver }: Prepared) => ({
      response,
      onHandedOver: (whole: boolean) => {
        onHandedOver(whole);
        release(whole ? told : []);
      },
    });
    try {
      const prepared = await prepare(arrival, holding, expiry);
      if (prepared.later === undefined) return toAnswer(prepared);
      prepared.later.catch(() => release([]));
      direct.carry(prepared.later.then(toAnswer));
      return { response: prepared.response };
    } catch (error) {
      release([]);
      throw error;
    }
  }

  async function prepare(
    { message, reply }: Arrival<'message'>,
    holding: Promise<HeldReplies>,
    expiry: Expiry,
  ): Promise<Prepared> {
    const hereForMs = startSteadyStopwatch(time);
    const parsed = parseMessage(message.text, botNames);
    const commandLines = deskLines(parsed);
    const lines = planLines(message, parsed, staff);
    const want = (notNow: NotNow): Wanted => {
      if (notNow !== null) return { lines: turnedAway(lines, notNow), confirmations: [], looks: 0 };
      const confirmations = confirmationsOf(message, commandLines, staff);
      return { lines, confirmations, looks: commandLines.filter(looksAtCard).length };
    };
    let firstTime = true;
    const say = async (results: Results, over: Expiry): Promise<Pick<Prepared, 'response' | 'told'>> => {
      const own = composeReply(parsed, listener(message.user, roleOf), results);
      const held = await Promise.race([holding, over.then(() => NOTHING_HELD)]);
      const { text, told } = await earlier.add(own, held, reply.room, over);
      return { response: reply.final(text, extrasOf(results.redemptions, firstTime)), told };
    };
    if (lines.length + commandLines.length === 0) {
      const said = await within(READ_WITHIN_MS, expiry, (enough) => say({ redemptions: [], answers: {} }, enough));
      return { ...said, onHandedOver: () => undefined };
    }

    const nothing: Prepared = { response: EMPTY_RESPONSE, told: [], onHandedOver: () => undefined };
    const wait = async (waiter: Waiter, over: Expiry, readForMs = READ_WITHIN_MS): Promise<Prepared> => {
      const silent = (response: CallbackResponse): Prepared => {
        waiter.leave(null);
        return { ...nothing, response };
      };
      const results = await Promise.race([waiter.results, over]);
      if (typeof results === 'string') return silent(working(reply));
      const tell = async (enough: Expiry): Promise<Prepared> => {
        const telling = await Promise.race([waiter.tell(results, enough), over]);
        if (typeof telling === 'string') return silent(working(reply));
        if (telling === null) return silent(EMPTY_RESPONSE);
        return { ...(await say(telling, enough)), onHandedOver: (whole) => waiter.leave(whole ? telling.asOf : null) };
      };
      try {
        return await within(readForMs, over, tell);
      } catch (error) {
        waiter.leave(null);
        throw error;
      }
    };

    const leave = limits.enter();
    const done = () => leave?.();
    // One that is in hand needs no storage to be told, so this response waits for it from now on.
    const joined = reply.confirmsOnly === true ? null : join(message);
    const stored = await storing.store(message, want, { isFull: leave === null, expiry }).catch((error: unknown) => {
      done();
      joined?.leave(null);
      throw error;
    });
    if ('later' in stored) {
      firstTime = false;
      const isInHand = stored.kind === 'in-hand';
      const waiter = joined ?? (isInHand && reply.confirmsOnly !== true ? join(message, true) : null);
      const response = isInHand ? working(reply) : reply.final(decorate(sentences.recordsAway()));
      // Whoever had it before has been done with it, and the platform says by this delivery that it was not told.
      const isSilent = isInHand && waiter === null && reply.confirmsOnly !== true && response === EMPTY_RESPONSE;
      void track(
        stored.later.then((later) => {
          if (later.kind !== 'stored') return done();
          inHand.begin(later, message, commandLines, done);
          return isSilent && !later.redeeming.won ? tellAgain(later.redeeming) : undefined;
        }, done),
      );
      return waiter === null ? { ...nothing, response } : wait(waiter, expiry, AWAY_FOR_MS);
    }
    if (stored.kind === 'refused') {
      done();
      joined?.leave(null);
      const response = reply.final(decorate(sentences.notCarriedOut('storage')));
      return { response, told: [], onHandedOver: inHand.refuse(stored.recorded, commandLines) };
    }
    const { redeeming } = stored;
    const asked = inHand.begin(stored, message, commandLines, done);
    firstTime = redeeming.won;
    const progress = inHand.find(redeeming.message.id);

    if (reply.confirmsOnly === true) {
      // One that was delivered before is told by whoever took it first.
      if (!redeeming.won || progress === undefined) return nothing;
      const waiter = waiting.here(redeeming.message, progress);
      return { ...nothing, later: withoutDeadline(waiter, wait, hereForMs) };
    }
    if (joined !== null) return wait(joined, expiry);
    const waiter =
      progress === undefined
        ? waiting.elsewhere(redeeming, asked.length > 0)
        : waiting.here(redeeming.message, progress);
    return wait(waiter, expiry);
  }

  /** Does `work`, which is told when `ms` have passed, or before that when it is `over`. */
  async function within<T>(ms: number, over: Expiry, work: (over: Expiry) => Promise<T>): Promise<T> {
    const passed = Promise.withResolvers<'too-late'>();
    const cancel = time.after(ms, () => passed.resolve('too-late'));
    try {
      return await work(Promise.race([over, passed.promise]));
    } finally {
      cancel();
    }
  }

  /** A response that waits for what this process has in hand; with `also`, for what it has just done with too. */
  function join(message: ChatMessage, also = false): Waiter | null {
    const found = inHand.recall(message);
    return found === undefined || (found.isDone && !also) ? null : waiting.here(found.record, found.progress);
  }

  /** Has a message told late that is on record and done with, whoever believed to have told it. */
  async function tellAgain({ message }: Redeeming): Promise<void> {
    if (message.redemptions.some(({ state }) => state === 'pending')) return;
    // Where nobody said whether it was reserved, it may have been.
    const record = await ledger.takeReply(message.id).catch(() => message);
    if (record !== null) sendLate(record);
  }

  /** Nobody hangs up on such a reply; one that has grown old is left to be told late, as things are then. */
  async function withoutDeadline(
    waiter: Waiter,
    wait: (waiter: Waiter, over: Expiry) => Promise<Prepared>,
    hereForMs: Stopwatch,
  ): Promise<Prepared> {
    const prepared = await wait(waiter, Promise.withResolvers<never>().promise);
    return hereForMs() < ALONE_FOR_MS ? prepared : { ...prepared, response: EMPTY_RESPONSE };
  }

  async function answerPoll({ channel, account, messageId, reply }: Arrival<'poll'>): Promise<Answer> {
    const record = await ledger.findMessage({ channel, account, messageId });
    if (record === null) return { response: reply.final(decorate(sentences.streamGone())) };
    const asked = withoutRedemptions(deskLines(parseMessage(record.text, botNames)), record);
    const unanswered = asked.length > 0 && record.answers === null && record.replyState === 'open';
    if (unanswered || record.redemptions.some(({ state }) => state === 'pending')) return { response: working(reply) };
    if (record.replyState === 'sent') return { response: reply.final(decorate(sentences.toldElsewhere())) };
    return {
      response: reply.final(
        decorate(replyTo(record, parts)),
        extrasOf(record.redemptions, record.replyState === 'open'),
      ),
      onHandedOver: (whole) => {
        if (whole) notes.note(() => ledger.replyAnswered(record.id, record.changes));
      },
    };
  }

  /** No platform shows the same buttons a second time; there the text has to do. */
  function extrasOf(redemptions: readonly Redemption[], firstTime: boolean): ReplyExtras {
    const question = firstTime ? sentences.questionCard(redemptions) : null;
    return {
      question: question === null ? null : { ...question, title: decorate(question.title) },
      redeemed: redemptions.length > 0,
    };
  }

  const working = (reply: ReplyForm): CallbackResponse => reply.waiting(decorate(sentences.working()));

  async function answer(incoming: Incoming, expiry: Expiry): Promise<Answer> {
    switch (incoming.kind) {
      case 'message':
        return answerMessage(incoming, expiry);
      case 'poll':
        return answerPoll(incoming);
      case 'notice':
        if (incoming.once !== undefined) {
          const first = await Promise.race([greetings.isFirst(incoming.once), expiry]);
          if (first !== true) return { response: EMPTY_RESPONSE };
        }
        return { response: incoming.reply.final(decorate(noticeText(incoming.notice))) };
      case 'ignored':
        log.debug({ why: incoming.why }, 'callback needs no answer');
        return { response: EMPTY_RESPONSE };
    }
  }

  function track<T>(work: Promise<T>): Promise<T> {
    const forget = () => void running.delete(work);
    running.add(work);
    work.then(forget, forget);
    return work;
  }

  return {
    answer: async (incoming, expiry) => direct.instead(await track(answer(incoming, expiry))),
    async idle() {
      while (running.size > 0) await Promise.allSettled(running);
      await inHand.idle();
    },
  };
}

function noticeText(notice: Arrival<'notice'>['notice']): string {
  switch (notice) {
    case 'greeting':
      return sentences.greeting();
    case 'text-only':
      return sentences.textOnly();
    case 'quota':
      return sentences.quota();
  }
}

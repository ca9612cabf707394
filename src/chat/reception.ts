import { parseMessage } from '../command/parse.ts';
import * as sentences from '../command/sentences.ts';
import type { Answers, HeldReplies, Ledger, MessageRecord, NewLine, StaffDirectory } from '../redemption/ports.ts';
import type { Redemption } from '../redemption/redemption.ts';
import type { RedeemDesk, Redeeming } from '../redemption/redeem.ts';
import type { Log } from '../log.ts';
import type { Time } from '../time/time.ts';
import { createCarriers } from './carriers.ts';
import {
  EMPTY_RESPONSE,
  type CallbackResponse,
  type ChatMessage,
  type Incoming,
  type ReplyExtras,
  type ReplyForm,
} from './channel.ts';
import {
  carryOutAll,
  deskLines,
  looksAtCard,
  withoutRedemptions,
  type CommandDesk,
  type DeskLine,
} from './command-desk.ts';
import { composeReply, listener, replyTo, type Results, type RoleOf, type TextNow } from './compose.ts';
import type { DeliveryNotes } from './delivery-notes.ts';
import { createEarlierReplies, NOTHING_HELD } from './earlier-replies.ts';
import type { Limits } from './limits.ts';
import { confirmationsOf, planLines, turnedAway } from './plan.ts';
import { questionCard } from './redemption-text.ts';
import { createWaiting, type Expiry, type InProgress } from './waiting.ts';

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
}

type Arrival<K extends Incoming['kind']> = Extract<Incoming, { kind: K }>;

export interface Reception {
  /** Answers one authentic callback. Rejects when the message could not be stored; then nothing was done. */
  answer(incoming: Incoming, expiry: Expiry): Promise<Answer>;
}

/** Reads what people say, has it redeemed, and sees that each of them hears the end of it, once. */
export function createReception(parts: ReceptionParts): Reception {
  const { staff, desk, commands, ledger, limits, botNames, roleOf, decorate, sendLate, notes, log } = parts;
  const inProgress = new Map<number, InProgress>();
  const waiting = createWaiting(parts);
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
    try {
      const { response, told, onHandedOver } = await prepare(arrival, holding, expiry);
      return {
        response,
        onHandedOver: (whole) => {
          onHandedOver(whole);
          release(whole ? told : []);
        },
      };
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
    const parsed = parseMessage(message.text, botNames);
    const lines = planLines(message, parsed, staff);
    const commandLines = deskLines(parsed);
    const say = async (results: Results): Promise<Pick<Prepared, 'response' | 'told'>> => {
      const own = composeReply(parsed, listener(message.user, roleOf), results);
      const held = await Promise.race([holding, expiry.then(() => NOTHING_HELD)]);
      const { text, told } = await earlier.add(own, held, reply.room, expiry);
      return { response: reply.final(text, extrasOf(results.redemptions)), told };
    };
    if (lines.length + commandLines.length === 0) {
      return { ...(await say({ redemptions: [], answers: {} })), onHandedOver: () => undefined };
    }

    const place = limits.enter();
    const redeeming = await claim(message, lines, commandLines, place !== null).catch((error: unknown) => {
      place?.();
      throw error;
    });
    const asked = withoutRedemptions(commandLines, redeeming.message);
    if (redeeming.won) begin(redeeming, message, place, asked);
    else place?.();
    const progress = inProgress.get(redeeming.message.id);
    const waiter =
      progress === undefined
        ? waiting.elsewhere(redeeming, asked.length > 0)
        : waiting.here(redeeming.message, progress);
    const silent = (response: CallbackResponse): Prepared => {
      waiter.leave(null);
      return { response, told: [], onHandedOver: () => undefined };
    };
    const results = await Promise.race([waiter.results, expiry]);
    if (typeof results === 'string') return silent(working(reply));
    try {
      const telling = await Promise.race([waiter.tell(results, expiry), expiry]);
      if (typeof telling === 'string') return silent(working(reply));
      if (telling === null) return silent(EMPTY_RESPONSE);
      return { ...(await say(telling)), onHandedOver: (whole) => waiter.leave(whole ? telling.asOf : null) };
    } catch (error) {
      waiter.leave(null);
      throw error;
    }
  }

  function claim(message: ChatMessage, lines: readonly NewLine[], asked: readonly DeskLine[], mayRun: boolean) {
    if (!mayRun) return desk.redeem(message, turnedAway(lines));
    return desk.redeem(message, lines, confirmationsOf(message, asked, staff), asked.filter(looksAtCard).length);
  }

  /** Keeps track of a message that this process works on, until the person has been told or will be told late. */
  function begin(
    { message: record, settled, spent }: Redeeming,
    message: ChatMessage,
    place: (() => void) | null,
    asked: readonly DeskLine[],
  ): void {
    const refused = place === null ? 'busy' : spent ? 'too-many-lines' : null;
    const carriers = createCarriers({
      onAnswered: (asOf) => notes.note(() => ledger.replyAnswered(record.id, asOf)),
      // What is sent late is composed from what is on record.
      onStranded: () => void kept.then(() => sendLate(record)),
      onDone: () => inProgress.delete(record.id),
    });
    let kept: Promise<unknown> = Promise.resolve();
    const results = settled.then(async (redemptions) => {
      if (asked.length === 0) return { redemptions, answers: {} };
      const answers = await carryOutAll(commands, asked, message, refused);
      ({ kept } = await keep(record, answers));
      return { redemptions, answers };
    });
    inProgress.set(record.id, { carriers, results, asOf: record.changes });
    void results.then(() => {
      place?.();
      carriers.settle();
    });
  }

  /** Keeps what was answered; where storage does not take it at once, the result resolves with a promise of that. */
  async function keep(record: MessageRecord, answers: Answers): Promise<{ readonly kept: Promise<unknown> }> {
    const write = () => ledger.saveAnswers(record.id, answers);
    const written = Promise.withResolvers<undefined>();
    await write().then(
      () => written.resolve(undefined),
      () =>
        // Whoever is delivered it again waits for them, so they are written sooner or later.
        notes.note(() => write().then(() => written.resolve(undefined))),
    );
    return { kept: written.promise };
  }

  async function answerPoll({ channel, account, messageId, reply }: Arrival<'poll'>): Promise<Answer> {
    const record = await ledger.findMessage({ channel, account, messageId });
    if (record === null) return { response: reply.final(decorate(sentences.streamGone())) };
    const asked = withoutRedemptions(deskLines(parseMessage(record.text, botNames)), record);
    const unanswered = asked.length > 0 && record.answers === null && record.replyState === 'open';
    if (unanswered || record.redemptions.some(({ state }) => state === 'pending')) return { response: working(reply) };
    if (record.replyState === 'sent') return { response: reply.final(decorate(sentences.toldElsewhere())) };
    return {
      response: reply.final(decorate(replyTo(record, parts)), extrasOf(record.redemptions)),
      onHandedOver: (whole) => {
        if (whole) notes.note(() => ledger.replyAnswered(record.id, record.changes));
      },
    };
  }

  function extrasOf(redemptions: readonly Redemption[]): ReplyExtras {
    const question = questionCard(redemptions);
    return {
      question: question === null ? null : { ...question, title: decorate(question.title) },
      redeemed: redemptions.length > 0,
    };
  }

  const working = (reply: ReplyForm): CallbackResponse => reply.waiting(decorate(sentences.working()));

  return {
    async answer(incoming, expiry) {
      switch (incoming.kind) {
        case 'message':
          return answerMessage(incoming, expiry);
        case 'poll':
          return answerPoll(incoming);
        case 'notice':
          return { response: incoming.reply.final(decorate(noticeText(incoming.notice))) };
        case 'ignored':
          log.debug({ why: incoming.why }, 'callback needs no answer');
          return { response: EMPTY_RESPONSE };
      }
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

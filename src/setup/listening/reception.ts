import { carrierFor, type Heard } from '../../chat/carrier-for.ts';
import { NotAccepted, type Carrier, type ChatMessage, type Incoming } from '../../chat/channel.ts';
import type { DirectReplies } from '../../chat/direct-replies.ts';
import { createTeller } from '../../chat/teller.ts';
import { cutToCharacters } from '../../chat/text.ts';
import type { Command, Showing } from '../../command/command.ts';
import { parseMessage } from '../../command/parse.ts';
import * as sentences from '../../command/sentences.ts';
import { scrubText } from '../../log/scrub.ts';
import type { Log } from '../../log.ts';
import { keyOf, type NewMessage, type NotCarriedOut } from '../../redemption/message.ts';
import { showsOf } from '../../redemption/shown.ts';
import { userKey } from '../../redemption/user-id.ts';
import type { HeardPerson } from '../ports.ts';
import { createRecent } from './recent.ts';

const MOST_PEOPLE = 50;
const MOST_MESSAGES = 1_000;
const MOST_CHARACTERS = 60;
/** So many digits may be a card, whatever else was understood of the message. */
const DIGITS_OF_A_CARD = 6;

export interface ListeningReceptionParts {
  readonly direct: DirectReplies;
  readonly botNames: readonly string[];
  /** Has it on disk when it resolves that these are never carried out. */
  readonly keep: (messages: readonly NotCarriedOut[]) => Promise<void>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: Log;
}

/** Hears what people say while the bot is being set up: carries nothing out, and leaves nobody without an answer. */
export interface ListeningReception {
  /** As of `Reception`. Rejects with NotAccepted once it is closed. */
  hear(incoming: Incoming, carrier: Carrier): Promise<void>;
  people(): readonly HeardPerson[];
  /** Resolves when everything that was heard has been answered. */
  idle(): Promise<void>;
  /** Hears nothing from now on. */
  close(): void;
}

/** What was answered to a message, and whether the person was told. */
interface Answer {
  readonly text: string;
  /** On disk, where it must never be carried out. */
  readonly kept: Promise<void>;
  telling: Promise<boolean>;
  /** Notes that the person was told. */
  readonly told: () => Promise<void>;
}

export function createListeningReception(parts: ListeningReceptionParts): ListeningReception {
  const { direct, botNames, keep, now, log } = parts;
  const teller = createTeller((text) => text);
  const people = createRecent<HeardPerson>(MOST_PEOPLE);
  // Apart, so that however much is talked, an order is answered the same again.
  const orders = createRecent<Answer>(MOST_MESSAGES);
  const talk = createRecent<Answer>(MOST_MESSAGES);
  const greeted = createRecent<true>(MOST_MESSAGES);
  const running = new Set<Promise<unknown>>();
  /** What could not be kept yet: it is tried again with the next one. */
  let unkept: readonly NotCarriedOut[] = [];
  let isClosed = false;

  async function hearMessage(message: ChatMessage, carrier: Carrier): Promise<void> {
    notePerson(message);
    const key = keyOf(message);
    const before = orders.get(key) ?? talk.get(key);
    const answer = before ?? begin(message);
    // Who hears from the platform that they were told needs not be told again.
    if (before !== undefined && (carrier.acknowledges || carrier.confirms)) {
      carrier.nothing();
      if (await before.telling.catch(() => false)) return;
    }
    answer.telling = answer.kept.then(() => tell(answer, carrier));
    await answer.telling;
  }

  async function tell({ text, told }: Answer, carrier: Carrier): Promise<boolean> {
    // What comes next may have heard it already.
    if (isClosed) throw new NotAccepted('it does not listen any more');
    const isTold = await teller.sentence(carrier, text);
    if (isTold) await told();
    return isTold;
  }

  /** Never rejects: the person is told all the same, for nothing is carried out here. */
  async function keepOrder(message: NewMessage, isTold: boolean): Promise<void> {
    const messages = [...unkept, { ...message, isTold }];
    unkept = [];
    try {
      await keep(messages);
    } catch (error) {
      unkept = [...unkept, ...messages];
      log.error({ err: error }, 'what people are told in the setup could not be kept in DATA_DIR');
    }
  }

  function notePerson({ user, conversation, text }: ChatMessage): void {
    if (user === null) return;
    const shown = scrubText(text.normalize('NFKC').replace(/\s+/gu, ' ').trim());
    people.put(userKey(user), { user, conversation, text: cutToCharacters(shown, MOST_CHARACTERS), at: now() });
  }

  function begin(heard: ChatMessage): Answer {
    const { channel, account, messageId, user, conversation, text, typedAt, returnAddress } = heard;
    const key = keyOf(heard);
    const shows = showsOf(heard);
    const message = { channel, account, messageId, user, conversation, text, shows, typedAt, returnAddress };
    const wantsSomething = !isTalk(message);
    const said = user === null ? sentences.noUser() : sentences.heardInSetup();
    let isTold = false;
    const answer: Answer = {
      text: wantsSomething ? sentences.notLiveYet() : said,
      kept: wantsSomething ? keepOrder(message, false) : Promise.resolve(),
      telling: Promise.resolve(false),
      async told() {
        if (isTold || !wantsSomething) return;
        isTold = true;
        await keepOrder(message, true);
      },
    };
    (wantsSomething ? orders : talk).put(key, answer);
    return answer;
  }

  function isTalk({ text, shows }: NewMessage): boolean {
    if (text.normalize('NFKC').replace(/\D/gu, '').length >= DIGITS_OF_A_CARD) return false;
    return parseMessage(text, botNames, shows).lines.every(({ command }) => TALK.has(command.kind));
  }

  async function sayOnly(incoming: Extract<Heard, { kind: 'sentence' }>, carrier: Carrier): Promise<void> {
    const { channel, account, sentence, once } = incoming;
    if (once !== undefined) {
      const key = keyOf({ channel, account, messageId: once.messageId });
      if (greeted.get(key) === true) {
        carrier.nothing();
        return;
      }
      greeted.put(key, true);
    }
    await teller.sentence(carrier, SENTENCES[sentence]());
  }

  /** What was told and may not have arrived is told by the late way, where the platform has one: nothing is on record. */
  function surely(incoming: Heard, carrier: Carrier): Carrier {
    if (incoming.kind !== 'message' || incoming.reply.direct !== null) return carrierFor(incoming, carrier, direct);
    return direct.afterLoss(carrier, incoming.message);
  }

  async function hear(incoming: Incoming, given: Carrier): Promise<void> {
    if (isClosed) throw new NotAccepted('it does not listen any more');
    if (incoming.kind === 'ignored') {
      log.debug({ why: incoming.why }, 'needs no answer');
      given.nothing();
      return;
    }
    const carrier = surely(incoming, given);
    if (incoming.kind === 'message') await hearMessage(incoming.message, carrier);
    else if (incoming.kind === 'sentence') await sayOnly(incoming, carrier);
    else {
      const key = keyOf(incoming);
      await teller.sentence(carrier, (orders.get(key) ?? talk.get(key))?.text ?? sentences.streamGone());
    }
  }

  return {
    hear(incoming, carrier) {
      const hearing = hear(incoming, carrier);
      const forget = () => void running.delete(hearing);
      running.add(hearing);
      hearing.then(forget, forget);
      return hearing;
    },
    people: () => people.all().toReversed(),
    async idle() {
      while (running.size > 0) await Promise.allSettled(running);
    },
    close() {
      isClosed = true;
    },
  };
}

const TALK: ReadonlySet<(Command | Showing)['kind']> = new Set(['help', 'courtesy', 'not-understood'] as const);

const SENTENCES: Readonly<Record<Extract<Heard, { kind: 'sentence' }>['sentence'], () => string>> = {
  greeting: sentences.greetingInSetup,
  'text-only': sentences.textOnlyInSetup,
  quota: sentences.quota,
};

import { carrierFor, type Heard } from '../../chat/carrier-for.ts';
import { NotAccepted, type Carrier, type ChatMessage, type Incoming } from '../../chat/channel.ts';
import type { DirectReplies } from '../../chat/direct-replies.ts';
import type { NotCarriedOut } from '../../chat/not-carried-out.ts';
import { createTeller } from '../../chat/teller.ts';
import { cutToCharacters } from '../../chat/text.ts';
import type { Command, Showing } from '../../command/command.ts';
import { parseMessage } from '../../command/parse.ts';
import * as sentences from '../../command/sentences.ts';
import { scrubText } from '../../log/scrub.ts';
import type { Log } from '../../log.ts';
import { keyOf } from '../../redemption/message.ts';
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
  /** Hears nothing from now on, and returns what must never be carried out. */
  close(): readonly NotCarriedOut[];
}

/** What was answered to a message, and whether the person was told. */
interface Answer {
  readonly message: NotCarriedOut;
  readonly text: string;
  telling: Promise<boolean>;
  isTold: boolean;
}

export function createListeningReception(parts: ListeningReceptionParts): ListeningReception {
  const { direct, botNames, now, log } = parts;
  const teller = createTeller((text) => text);
  const people = createRecent<HeardPerson>(MOST_PEOPLE);
  // Apart, so that however much is talked, an order that was told to be unsent is not forgotten for it.
  const orders = createRecent<Answer>(MOST_MESSAGES);
  const talk = createRecent<Answer>(MOST_MESSAGES);
  const greeted = createRecent<true>(MOST_MESSAGES);
  const running = new Set<Promise<unknown>>();
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
    answer.telling = teller.sentence(carrier, answer.text);
    answer.isTold = (await answer.telling) || answer.isTold;
  }

  function notePerson({ user, conversation, text }: ChatMessage): void {
    if (user === null) return;
    const shown = scrubText(text.normalize('NFKC').replace(/\s+/gu, ' ').trim());
    people.put(userKey(user), { user, conversation, text: cutToCharacters(shown, MOST_CHARACTERS), at: now() });
  }

  /** On the list before the person is told. */
  function begin(heard: ChatMessage): Answer {
    const { channel, account, messageId, user, conversation, text, typedAt, returnAddress } = heard;
    const key = keyOf(heard);
    const shows = showsOf(heard);
    const message = { channel, account, messageId, user, conversation, text, shows, typedAt, returnAddress };
    const wantsSomething = !isTalk(message);
    const said = user === null ? sentences.noUser() : sentences.heardInSetup();
    const answer: Answer = {
      message,
      text: wantsSomething ? sentences.notLiveYet() : said,
      telling: Promise.resolve(false),
      isTold: false,
    };
    (wantsSomething ? orders : talk).put(key, answer);
    return answer;
  }

  function isTalk({ text, shows }: NotCarriedOut): boolean {
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
      return orders.all().map(({ message, isTold }) => ({ ...message, isTold }));
    },
  };
}

const TALK: ReadonlySet<(Command | Showing)['kind']> = new Set(['help', 'courtesy', 'not-understood'] as const);

const SENTENCES: Readonly<Record<Extract<Heard, { kind: 'sentence' }>['sentence'], () => string>> = {
  greeting: sentences.greetingInSetup,
  'text-only': sentences.textOnlyInSetup,
  quota: sentences.quota,
};

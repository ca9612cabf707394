import * as sentences from '../command/sentences.ts';
import type { Log } from '../log.ts';
import type { Ledger } from '../redemption/ledger.ts';
import type { MessageRecord } from '../redemption/message.ts';
import type { Directory } from '../redemption/ports.ts';
import type { RedeemDesk } from '../redemption/redeem.ts';
import type { Time } from '../time/time.ts';
import { carrierFor, type Heard } from './carrier-for.ts';
import type { Carrier, Incoming } from './channel.ts';
import type { WaitingRequest } from '../desk/waiting-request.ts';
import type { CommandDesk } from './command-desk.ts';
import type { AsTold, RoleOf, TextNow } from './compose.ts';
import type { DeliveryNotes } from './delivery-notes.ts';
import type { DirectReplies } from './direct-replies.ts';
import { createEarlierReplies } from './earlier-replies.ts';
import { createGreetings } from './greetings.ts';
import { createHearMessage } from './hear-message.ts';
import { createHearPoll } from './hear-poll.ts';
import { createInHand } from './in-hand.ts';
import type { Limits } from './limits.ts';
import type { Progress } from './progress.ts';
import { createShowDesk, type ShowDeskParts } from './show-desk.ts';
import { createStoring } from './storing.ts';
import { createTeller } from './teller.ts';
import { createWaiting } from './waiting.ts';

export interface ReceptionParts {
  readonly staff: Directory;
  readonly desk: RedeemDesk;
  readonly commands: CommandDesk;
  /** How what messages show is read, and asked about. Absent: it is not. */
  readonly shown?: ShownParts;
  readonly progress: Progress;
  readonly ledger: Ledger;
  readonly limits: Limits;
  readonly botNames: readonly string[];
  readonly roleOf: RoleOf;
  readonly asTold?: AsTold | undefined;
  /** Asked of people who are not bound. Absent: nobody waits to be. */
  readonly waitingRequest?: WaitingRequest;
  /** What is said of something earlier. */
  readonly text: TextNow;
  /** Put around every text that is shown. */
  readonly decorate: (text: string) => string;
  /** Has the reply of a message on record sent late. */
  readonly sendLate: (message: MessageRecord) => void;
  /** For bots whose carriers only confirm, or do not say whether the platform took the reply. */
  readonly direct: DirectReplies;
  readonly notes: DeliveryNotes;
  readonly time: Time;
  readonly log: Log;
}

type ShownParts = Pick<ShowDeskParts, 'read' | 'ask'>;
const NOTHING_SHOWN: ShownParts = {
  read: async () => ({ kind: 'not-read', why: 'forbidden' }),
  ask: async () => ({ kind: 'asked', redemption: null, besides: null }),
};

export interface Reception {
  /**
   * Hears something authentic, and gives `carrier` what is to be said. Resolves when all is done that this brought about, also
   * when it is known whether the person was told. Rejects, with the carrier given nothing, when a message could not be stored:
   * then nothing was done; or, with NotAccepted, when that is not known and the platform may deliver it again.
   */
  hear(incoming: Incoming, carrier: Carrier): Promise<void>;
  /** From now on nothing waits for storage any more: what waits is tried once more, and then given up. */
  stop(): void;
  /** Resolves when nothing is left to be stored, carried out or told by a carrier, also by those that are over. */
  idle(): Promise<void>;
}

/** Reads what people say, has it redeemed, and sees that each of them hears the end of it, once. */
export function createReception(parts: ReceptionParts): Reception {
  const { ledger, decorate, direct, notes, log } = parts;
  const running = new Set<Promise<unknown>>();
  const inHand = createInHand({ ...parts, showings: createShowDesk({ ...NOTHING_SHOWN, ...parts.shown, ...parts }) });
  const teller = createTeller(decorate);
  const greetings = createGreetings(parts);
  const storing = createStoring({ ...parts, isInHand: (message) => inHand.has(message) });
  const hearMessage = createHearMessage({
    ...parts,
    earlier: createEarlierReplies({ ledger, text: parts.text, decorate, note: (write) => notes.note(write), log }),
    storing,
    inHand,
    waiting: createWaiting(parts),
    teller,
    track,
  });
  const hearPoll = createHearPoll({ ...parts, teller });

  async function sayOnly(
    { channel, account, sentence, once }: Extract<Heard, { kind: 'sentence' }>,
    carrier: Carrier,
  ): Promise<void> {
    if (once !== undefined) {
      const isFirst = greetings.isFirst({ channel, account, ...once });
      if ((await Promise.race([isFirst, carrier.over])) !== true) {
        carrier.nothing();
        return;
      }
    }
    await teller.sentence(carrier, sentenceText(sentence));
  }

  function hear(incoming: Incoming, given: Carrier): Promise<void> {
    if (incoming.kind === 'ignored') {
      log.debug({ why: incoming.why }, 'needs no answer');
      given.nothing();
      return Promise.resolve();
    }
    const carrier = carrierFor(incoming, given, direct);
    switch (incoming.kind) {
      case 'message':
        return hearMessage(incoming.message, carrier);
      case 'poll':
        return hearPoll(incoming, carrier);
      case 'sentence':
        return sayOnly(incoming, carrier);
    }
  }

  function track(work: Promise<unknown>): void {
    const forget = () => void running.delete(work);
    running.add(work);
    work.then(forget, forget);
  }

  return {
    hear(incoming, carrier) {
      const hearing = hear(incoming, carrier);
      track(hearing);
      return hearing;
    },
    stop: () => storing.stop(),
    async idle() {
      while (running.size > 0) await Promise.allSettled(running);
      await inHand.idle();
    },
  };
}

function sentenceText(sentence: Extract<Heard, { kind: 'sentence' }>['sentence']): string {
  switch (sentence) {
    case 'greeting':
      return sentences.greeting();
    case 'text-only':
      return sentences.textOnly();
    case 'quota':
      return sentences.quota();
  }
}

import type { Carrier, ChatMessage, DirectAddress, Incoming, Over, ReplyForm } from '../../src/chat/channel.ts';
import type { Reception } from '../../src/chat/reception.ts';
import type { Connection } from './connection.ts';
import type { Accepted, Told } from './evidence.ts';
import { EPOCH, type Machine, type Process, type Surroundings } from './machine.ts';
import type { ChannelKind, PlannedPerson } from './plan.ts';

/** How long the service may take for a response, and how long the platform listens. */
const MANNERS = {
  app: { channel: 'wecom-app', deadlineMs: 4_500, patienceMs: 5_000, deliveries: 3 },
  held: { channel: 'wecom-app', deadlineMs: null, patienceMs: 5_000, deliveries: 3 },
  bot: { channel: 'wecom-bot', deadlineMs: 4_000, patienceMs: 5_000, deliveries: 3 },
  // The answer may take long, but the connection may end.
  socket: { channel: 'wecom-socket', deadlineMs: 4_000, patienceMs: 60_000, deliveries: 2 },
  dingtalk: { channel: 'dingtalk', deadlineMs: 2_000, patienceMs: 3_000, deliveries: 2 },
} as const satisfies Record<ChannelKind, unknown>;

/** No platform loses patience sooner. */
const AT_ONCE_MS = 2_500;

/** A message that cannot be delivered over a connection waits for the next one. */
const CONNECTED_AGAIN_MS = 1_000;

const WORKING = 'still working';

/** What a person has sent. */
export interface Said {
  readonly id: string;
  readonly person: PlannedPerson;
  readonly text: string;
  /** The code that its picture shows; null where it has none. */
  readonly shows: string | null;
  /** By a button of a card. */
  readonly isTapped: boolean;
  /** Milliseconds since 1970. */
  readonly saidAt: number;
  /** Where its replies can be posted at any time; then what stands in a response is not shown. */
  readonly hasWebhook: boolean;
  deliveries: number;
  /** The process that was handed it first. */
  first: Process | null;
  /** The platform has been answered and delivers it no more. */
  taken: boolean;
}

export interface PlatformParts extends Surroundings {
  readonly machines: readonly Machine[];
  readonly connection: Connection;
  /** The process that answers on a machine; undefined where none listens. */
  readonly receptionOf: (process: Process) => Reception | undefined;
  /** A person sees a text. */
  readonly onSeen: (told: Told) => void;
}

/** The chat platforms: they deliver, hang up, deliver again, poll, and show what comes back. */
export class Platform {
  readonly said: Said[] = [];
  readonly told: Told[] = [];
  readonly accepted: Accepted[] = [];
  /** Messages that were handed to more than one service before the platform could lose patience. */
  readonly handedToSeveral = new Set<string>();
  readonly #parts: PlatformParts;

  constructor(parts: PlatformParts) {
    this.#parts = parts;
  }

  say(person: PlannedPerson, text: string, isTapped = false, shows: string | null = null): void {
    const { trace, faults } = this.#parts;
    const hasWebhook = person.channel === 'dingtalk' && this.#parts.chance.happens(`webhook ${person.user}`, 0.9);
    const saidAt = EPOCH + this.#parts.scheduler.now;
    const about = { id: `m${this.said.length + 1}`, person, text, shows, isTapped, hasWebhook, saidAt };
    const said: Said = { ...about, deliveries: 0, first: null, taken: false };
    this.said.push(said);
    trace.note(
      'said',
      person.user,
      () => `${said.id} ${JSON.stringify(text)}${shows === null ? '' : ` and shows ${shows}`}`,
    );
    this.#deliver(said);
    if (faults.happens('delivered twice', person.user)) {
      this.handedToSeveral.add(said.id);
      this.#parts.scheduler.after(this.#parts.chance.int(`twice ${person.user}`, 0, 700), () => this.#deliver(said));
    }
  }

  /** Puts a text before the person. */
  show(told: Told): void {
    told.seen = true;
    this.#parts.trace.note(`seen: ${told.way}`, told.user, () => `${told.message} ${JSON.stringify(told.text)}`);
    this.#parts.onSeen(told);
  }

  record(said: Said, way: Told['way'], text: string, process: Process, by: string | null = null): Told {
    const { now } = this.#parts.scheduler;
    const about = { user: said.person.user, message: said.id, way, by, text, composedAt: now, process: process.name };
    const told: Told = { ...about, seen: false, handedOver: false, heard: false };
    this.told.push(told);
    this.#parts.trace.note(`composed: ${way}`, process.name, () => `${said.id} ${JSON.stringify(text)}`);
    return told;
  }

  #deliver(said: Said): void {
    const { chance, faults, trace } = this.#parts;
    const { user, channel } = said.person;
    const { deadlineMs, patienceMs } = MANNERS[channel];
    const { connection } = this.#parts;
    if (channel === 'socket') connection.use();
    const process = channel === 'socket' ? this.#connected() : this.#anyProcess(user);
    if (process === null && channel === 'socket') {
      this.#parts.scheduler.after(CONNECTED_AGAIN_MS, () => this.#deliver(said));
      return;
    }
    said.deliveries += 1;
    if (process === null) {
      this.#deliverAgain(said);
      return;
    }
    trace.note('delivered', process.name, () => said.id);
    said.first ??= process;
    // A service whose clock is wrong cannot tell how young it is either.
    const atOnceMs = AT_ONCE_MS + Math.abs(process.machine.ahead);
    if (said.first !== process && EPOCH + this.#parts.scheduler.now < said.saidAt + atOnceMs)
      this.handedToSeveral.add(said.id);
    const early = faults.happens('hung up', user);
    const exchange = new Exchange(process, early ? chance.spread(`hang up ${user}`, 20, 3_000) : patienceMs, () => {
      trace.note('hung up or broken', user, () => said.id);
      this.#deliverAgain(said);
    });
    if (channel === 'socket') connection.onEnd(() => exchange.end());
    process.deliver(chance.int(`way ${user}`, 1, 5), 'callback', () => {
      const incoming: Incoming = {
        kind: 'message',
        message: toMessage(said),
        reply: formOf(said, directOf(said)),
      };
      this.#answer(said, incoming, exchange, exchange.expiry(deadlineMs), (status, body) => {
        if (status !== 200) {
          this.#deliverAgain(said);
          return;
        }
        said.taken = true;
        if (/^核销 /mu.test(said.text)) this.accepted.push({ message: said.id, process: process.name });
        if (body === WORKING) this.#follow(said, 1_000);
      });
    });
  }

  #deliverAgain(said: Said): void {
    const { scheduler, chance } = this.#parts;
    const { user, channel } = said.person;
    if (said.taken || said.deliveries >= MANNERS[channel].deliveries) return;
    scheduler.after(chance.spread(`again ${user}`, 20, 3_000), () => this.#deliver(said));
  }

  /** Asks how the answer in a stream is getting on. */
  #follow(said: Said, pauseMs: number): void {
    const { scheduler, faults } = this.#parts;
    const { user } = said.person;
    if (pauseMs > 60_000 || faults.happens('polls end', user)) return;
    scheduler.after(pauseMs, () => {
      const process = this.#anyProcess(user);
      const next = () => this.#follow(said, pauseMs * 1.4);
      if (process === null) {
        next();
        return;
      }
      const exchange = new Exchange(process, 5_000, next);
      process.deliver(1, 'poll', () => {
        const { channel, account, messageId } = toMessage(said);
        const incoming: Incoming = { kind: 'poll', channel, account, messageId, reply: formOf(said, null) };
        this.#answer(said, incoming, exchange, exchange.expiry(null), (status, body) => {
          if (status !== 200 || body === WORKING) next();
        });
      });
    });
  }

  #answer(
    said: Said,
    incoming: Incoming,
    exchange: Exchange,
    over: Over,
    onAnswer: (status: number, body: string) => void,
  ): void {
    const { process } = exchange;
    const reception = this.#parts.receptionOf(process);
    if (reception === undefined) {
      exchange.end();
      return;
    }
    let isGiven = false;
    const give = (body: string, onHandedOver: (whole: boolean) => void = () => undefined) => {
      if (isGiven) return;
      isGiven = true;
      this.#respond(said, body, onHandedOver, exchange, onAnswer);
    };
    const isStream = said.person.channel === 'bot' && !said.isTapped;
    const carrier: Carrier = {
      room: 'reply' in incoming ? incoming.reply.room : 0,
      over,
      acknowledges: false,
      confirms: false,
      aside: null,
      final: ({ text }) => new Promise((resolve) => give(text, resolve)),
      waiting() {
        give(isStream ? WORKING : '');
        return isStream;
      },
      nothing: () => give(''),
    };
    reception.hear(incoming, carrier).catch(() => {
      if (isGiven) return;
      this.#parts.trace.note('503', process.name, () => said.id);
      this.#parts.scheduler.after(2, () => {
        if (exchange.close()) onAnswer(503, '');
      });
    });
  }

  #respond(
    said: Said,
    body: string,
    onHandedOver: (whole: boolean) => void,
    exchange: Exchange,
    onAnswer: (status: number, body: string) => void,
  ): void {
    const { scheduler, chance, faults } = this.#parts;
    const { process } = exchange;
    const { user } = said.person;
    const isShown = body !== '' && body !== WORKING && !said.hasWebhook;
    const told = isShown ? this.record(said, 'response', body, process) : null;
    const handOver = (whole: boolean) => {
      if (told !== null) told.handedOver ||= whole;
      onHandedOver(whole);
    };
    if (exchange.isKnownToBeOver) {
      handOver(false);
      return;
    }
    scheduler.after(chance.int(`back ${user}`, 1, 5), () => {
      const arrives = exchange.isOpen && !faults.happens('response lost', user);
      // What does not arrive may still have gone out well, as far as the service can see.
      const whole = arrives || chance.happens(`crossing ${user}`, 0.3);
      if (arrives) {
        exchange.close();
        if (told !== null) this.show(told);
        onAnswer(200, body);
      } else exchange.end();
      process.deliver(1, 'handed over', () => handOver(whole));
    });
  }

  #connected(): Process | null {
    const { holder } = this.#parts.connection;
    return holder?.alive === true && this.#parts.receptionOf(holder) !== undefined ? holder : null;
  }

  #anyProcess(user: string): Process | null {
    const { machines, chance } = this.#parts;
    const machine = machines[chance.int(`to ${user}`, 0, machines.length - 1)];
    const process = machine?.process ?? null;
    return process?.alive === true && this.#parts.receptionOf(process) !== undefined ? process : null;
  }
}

/** One callback that a platform has open at a process, until one of them ends it. */
class Exchange {
  readonly process: Process;
  isOpen = true;
  isKnownToBeOver = false;
  readonly #onBroken: () => void;
  #tell: (how: 'gone') => void = () => undefined;

  constructor(process: Process, patienceMs: number, onBroken: () => void) {
    this.process = process;
    this.#onBroken = onBroken;
    const { scheduler } = process.machine.surroundings;
    scheduler.after(patienceMs, () => this.end());
    process.onDeath(() => scheduler.after(1, () => this.end()));
  }

  expiry(deadlineMs: number | null): Over {
    return new Promise((resolve) => {
      if (this.isKnownToBeOver) resolve('gone');
      this.#tell = resolve;
      if (deadlineMs !== null) this.process.timer(deadlineMs, () => resolve('too-late'));
    });
  }

  /** It was answered; false when it was over before. */
  close(): boolean {
    const wasOpen = this.isOpen;
    this.isOpen = false;
    return wasOpen;
  }

  /** It breaks: the platform has lost patience, or the process has died. */
  end(): void {
    if (!this.close()) return;
    this.process.deliver(2, 'hang-up', () => {
      this.isKnownToBeOver = true;
      this.#tell('gone');
    });
    this.#onBroken();
  }
}

function formOf({ isTapped }: Said, direct: DirectAddress | null): ReplyForm {
  return { as: null, room: isTapped ? 0 : 2_048, direct };
}

/** What came of a tap on a card is posted to its response_url as well; where there is a webhook, only what is posted is shown. */
function directOf(said: Said): DirectAddress | null {
  const { returnAddress } = toMessage(said);
  return said.isTapped || said.hasWebhook ? { returnAddress, besides: said.isTapped } : null;
}

function toMessage({ id, person, text, shows, isTapped, saidAt }: Said): ChatMessage {
  const { channel } = MANNERS[person.channel];
  const wecom = person.elsewhere ? 'wecom:wrSECOND' : null;
  return {
    channel,
    account: 'account',
    messageId: id,
    user: person.user,
    conversation: channel === 'dingtalk' ? 'dingtalk:cid' : wecom,
    text,
    signedAt: saidAt,
    typedAt: saidAt,
    ...(shows === null ? {} : { pictures: [{ at: shows, quoted: false }] }),
    returnAddress: { message: id, polled: !isTapped },
  };
}

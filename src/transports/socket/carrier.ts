import type { Carrier, Incoming, Over, Render, Reply, ReplyForm } from '../../chat/channel.ts';
import type { Time } from '../../time/time.ts';
import type { Respond, SocketBot } from './socket.ts';

/** A platform that confirms answers does so within this time; one that has not may have got it all the same. */
const CONFIRMED_WITHIN_MS = 10_000;

/** What became of a delivery: its answer arrived, or did not, or none was given, so that the platform delivers again. */
export type DeliveryResult = 'answered' | 'lost' | 'unanswered';

/** One thing that was delivered, until it is answered or cannot be any more. A class: there is one for each message. */
export class OpenDelivery<Payload> {
  readonly over: Over;
  #end: (why: 'too-late' | 'gone') => void = () => undefined;
  readonly #time: Pick<Time, 'after'>;
  readonly #cancelDeadline: () => void;
  /** Let go of when it is given something: a message may be worked on for much longer. */
  #respond: Respond<Payload> | null;
  #onResult: ((result: DeliveryResult) => void) | null;

  constructor(
    respond: Respond<Payload>,
    deadlineMs: number,
    time: Pick<Time, 'after'>,
    onResult: (result: DeliveryResult) => void,
  ) {
    this.#time = time;
    this.#respond = respond;
    this.#onResult = onResult;
    this.over = new Promise((resolve) => (this.#end = resolve));
    this.#cancelDeadline = time.after(deadlineMs, () => this.#end('too-late'));
  }

  get isGiven(): boolean {
    return this.#respond === null;
  }

  /** Null only confirms. Resolves with whether it arrived; false, too, where it was given something before. */
  give(payload: Payload | null): Promise<boolean> {
    const respond = this.#respond;
    if (respond === null) return Promise.resolve(false);
    this.#respond = null;
    return new Promise((resolve) => {
      const end = (arrived: boolean) => {
        cancel();
        this.#close(arrived ? 'answered' : 'lost');
        resolve(arrived);
      };
      const lost = () => end(false);
      const cancel = this.#time.after(CONFIRMED_WITHIN_MS, lost);
      // A bot's protocol that fails must not end the service.
      respond(payload).then(end, lost);
    });
  }

  /** It stays without an answer. */
  leave(): void {
    this.#respond = null;
    this.#close('unanswered');
  }

  /** Its connection is gone. What it was given may still turn out to have arrived; for the count it is lost. */
  gone(): void {
    this.#respond = null;
    this.#close('lost');
  }

  #close(result: DeliveryResult): void {
    this.#cancelDeadline();
    this.#end('gone');
    this.#onResult?.(result);
    this.#onResult = null;
  }
}

/** The carrier that answers a delivery, which was read as `incoming`. */
export class DeliveryCarrier<As, Payload> implements Carrier {
  readonly acknowledges = false;
  readonly confirms: boolean;
  readonly aside = null;
  readonly #delivery: OpenDelivery<Payload>;
  readonly #render: Render<As, Payload>;
  readonly #form: ReplyForm<As> | null;

  constructor(
    delivery: OpenDelivery<Payload>,
    { render, socket }: Pick<SocketBot<unknown, As, Payload>, 'render' | 'socket'>,
    incoming: Incoming<As>,
  ) {
    this.confirms = socket.confirms;
    this.#delivery = delivery;
    this.#render = render;
    this.#form = incoming.kind === 'ignored' ? null : incoming.reply;
  }

  get room(): number {
    return this.#form?.room ?? 0;
  }

  get over(): Over {
    return this.#delivery.over;
  }

  async final(reply: Reply): Promise<boolean> {
    if (this.#form === null || this.#delivery.isGiven) return false;
    return this.#delivery.give(this.#render.final(this.#form.as, reply));
  }

  waiting(text: string): boolean {
    const payload = this.#form === null ? null : this.#render.waiting(this.#form.as, text);
    void this.#delivery.give(payload);
    return payload !== null;
  }

  nothing(): void {
    void this.#delivery.give(null);
  }
}

import type { Incoming } from '../../chat/channel.ts';
import type { Reception } from '../../chat/reception.ts';
import type { SampledLog } from '../../log/sampled.ts';
import type { Time } from '../../time/time.ts';
import { DeliveryCarrier, OpenDelivery, type DeliveryResult } from './carrier.ts';
import type { Respond, SocketBot } from './socket.ts';

export interface DeliveryParts {
  readonly reception: Pick<Reception, 'hear'>;
  /** Told that something was delivered; its result is told what became of it. */
  readonly onDelivery: (channel: string) => (result: DeliveryResult) => void;
  readonly time: Pick<Time, 'after'>;
  /** Sampled, because any person can make it log. */
  readonly log: SampledLog;
}

/** What comes in over one connection. */
export interface Deliveries<Content, Payload> {
  /** Has it heard, whatever becomes of the connection meanwhile, and answered. */
  take(content: Content, respond: Respond<Payload>): void;
  /** The connection is gone. */
  gone(): void;
  /** Resolves when each of those that were taken is answered, or will not be. */
  answered(): Promise<void>;
}

export function createDeliveries<Content, As, Payload>(
  bot: SocketBot<Content, As, Payload>,
  { reception, onDelivery, time, log }: DeliveryParts,
): Deliveries<Content, Payload> {
  const { channel, socket } = bot;
  const open = new Set<OpenDelivery<Payload>>();
  let onAnswered: (() => void)[] = [];

  function enter(respond: Respond<Payload>): OpenDelivery<Payload> {
    const tell = onDelivery(channel);
    const delivery = new OpenDelivery(respond, socket.deadlineMs, time, (result) => {
      open.delete(delivery);
      tell(result);
      if (open.size > 0) return;
      for (const resolve of onAnswered) resolve();
      onAnswered = [];
    });
    open.add(delivery);
    return delivery;
  }

  /** Not async: nothing is to hold on to the content once it is read. */
  function read(content: Content, delivery: OpenDelivery<Payload>): Promise<void> {
    const incoming = bot.read(content);
    return incoming instanceof Promise ? incoming.then((then) => hear(then, delivery)) : hear(incoming, delivery);
  }

  async function hear(incoming: Incoming<As>, delivery: OpenDelivery<Payload>): Promise<void> {
    const carrier = new DeliveryCarrier(delivery, bot, incoming);
    await reception.hear(incoming, carrier);
    // Confirmed, also when reception had nothing to say.
    carrier.nothing();
  }

  function failed(error: unknown, delivery: OpenDelivery<Payload>): void {
    const message = delivery.isGiven
      ? 'a delivery that was answered already, or whose connection is gone, failed'
      : 'a delivery stays without an answer: it could not be stored, or failed';
    log.error({ channel, err: error }, message);
    delivery.leave();
  }

  return {
    take(content, respond) {
      const delivery = enter(respond);
      const fail = (error: unknown) => failed(error, delivery);
      try {
        read(content, delivery).catch(fail);
      } catch (error) {
        fail(error);
      }
    },
    gone() {
      for (const delivery of open) delivery.gone();
    },
    answered: () => (open.size === 0 ? Promise.resolve() : new Promise((resolve) => onAnswered.push(resolve))),
  };
}

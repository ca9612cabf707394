import type { MessageRecord } from '../redemption/message.ts';
import type { Time } from '../time/time.ts';
import type { Carrier, Over } from './channel.ts';
import type { Results } from './compose.ts';
import type { WithEarlier } from './earlier-replies.ts';
import type { Teller } from './teller.ts';
import type { Waiter } from './waiting.ts';

/** How the reply to one message is to reach its person by one carrier. */
export interface Carrying {
  readonly waiter: Waiter;
  readonly carrier: Carrier;
  /** When it is too late to tell; not the carrier's own `over` where the carrier only acknowledges. */
  readonly over: Over;
  /** How long storage is waited for once everything else is known, where the platform would wait longer, in milliseconds. */
  readonly readForMs: number;
  /** Composes the reply, from what is at hand when it is `over`. */
  readonly compose: (results: Results, over: Over) => WithEarlier | Promise<WithEarlier>;
  readonly isFirst: boolean;
  /** Whether what it shows has to be read first. */
  readonly isReading: boolean;
  /**
   * Asked right before the reply is told: whether another service may have told something newer by now. Then it is told
   * late.
   */
  readonly isOutdated: () => boolean;
}

/**
 * Waits for what comes of a message, and has a carrier tell it while it can. In every case the waiter is left in the
 * end, and knows what the person was told. Resolves with the earlier messages that were told with it.
 */
export async function carry(carrying: Carrying, teller: Teller, time: Time): Promise<readonly MessageRecord[]> {
  const { waiter, carrier, over, readForMs, compose, isFirst, isReading, isOutdated } = carrying;
  let carriedAsOf: number | null = null;
  try {
    const results = await Promise.race([waiter.results, over]);
    const composed =
      typeof results === 'string'
        ? results
        : await within(time, readForMs, over, async (enough) => {
            const telling = await Promise.race([waiter.tell(results, enough), over]);
            if (telling === null || typeof telling === 'string') return telling;
            return { telling, ...(await compose(telling, enough)) };
          });
    if (typeof composed === 'string') {
      if (teller.working(carrier, waiter.linesBefore(), isReading)) waiter.saidWaiting();
    } else if (composed === null || isOutdated()) {
      carrier.nothing();
    } else {
      const { text, told, telling } = composed;
      const isTold = await teller.reply(carrier, text, { redemptions: telling.redemptions, isFirst, onRecord: true });
      if (isTold) carriedAsOf = telling.asOf;
      return isTold ? told : [];
    }
    return [];
  } finally {
    waiter.leave(carriedAsOf);
  }
}

/** Does `work`, which is told when `ms` have passed, or before that when it is `over`. */
export async function within<T>(time: Time, ms: number, over: Over, work: (over: Over) => T | Promise<T>): Promise<T> {
  const passed = Promise.withResolvers<'too-late'>();
  const cancel = time.after(ms, () => passed.resolve('too-late'));
  try {
    return await work(Promise.race([over, passed.promise]));
  } finally {
    cancel();
  }
}

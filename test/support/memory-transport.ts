import type { Carrier, Incoming, Over, Render } from '../../src/chat/channel.ts';
import type { Reception } from '../../src/chat/reception.ts';

/** What the carrier of one message, event or poll was given. */
export interface Given<Payload> {
  readonly how: 'final' | 'waiting' | 'nothing';
  /** Null where nothing is shown. */
  readonly payload: Payload | null;
  /** Says whether it has arrived, which a carrier that was given a reply waits for; resolves when that has been heard. */
  readonly arrive: (whole: boolean) => Promise<void>;
}

/** It never ends. */
export const OPEN: Over = new Promise(() => undefined);

/**
 * The least that a transport can be: no bytes, no connection. Hands something to a reception and resolves with what the
 * carrier is given; with `confirms`, as where the platform says what it took. Rejects where the reception does, and where a carrier is given two things.
 */
export function deliverInMemory<As, Payload>(
  reception: Pick<Reception, 'hear'>,
  incoming: Incoming<As>,
  render: Render<As, Payload>,
  over: Over = OPEN,
  confirms = false,
): Promise<Given<Payload>> {
  return new Promise((resolve, reject) => {
    const form = incoming.kind === 'ignored' ? null : incoming.reply;
    const arrived = Promise.withResolvers<boolean>();
    let before: Given<Payload>['how'] | null = null;
    const give = (how: Given<Payload>['how'], payload: Payload | null) => {
      if (before !== null && how !== 'nothing') throw new Error(`given ${how} after ${before}`);
      before ??= how;
      const arrive = (whole: boolean) => {
        arrived.resolve(whole);
        return hearing;
      };
      resolve({ how, payload, arrive });
    };
    const carrier: Carrier = {
      room: form?.room ?? 0,
      over,
      acknowledges: false,
      confirms,
      aside: null,
      final(reply) {
        if (form === null) throw new Error('a reply to what was ignored');
        give('final', render.final(form.as, reply));
        return arrived.promise;
      },
      waiting(text) {
        const payload = form === null ? null : render.waiting(form.as, text);
        give('waiting', payload);
        return payload !== null;
      },
      nothing: () => give('nothing', null),
    };
    const hearing = reception.hear(incoming, carrier);
    hearing.catch(reject);
  });
}

/** A platform that shows a reply's text as it is, and nothing while the answer is not known. */
export const PLAIN: Render<unknown, string> = { final: (_, { text }) => text, waiting: () => null };

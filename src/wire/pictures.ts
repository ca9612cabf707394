import { createReadShown, type ReadShown } from '../chat/read-shown.ts';
import type { Log } from '../log.ts';
import type { Observer } from '../operation/observe.ts';
import { createPictureReader } from '../pictures/reader.ts';
import type { Bots } from '../platforms/bots.ts';
import { createAskShown, type AskShown, type AskShownParts } from '../redemption/ask-shown.ts';
import type { Time } from '../time/time.ts';

export interface PicturesWiring extends AskShownParts {
  readonly bots: Pick<Bots, 'fetchPictureOf'>;
  readonly observer: Pick<Observer, 'pictured'>;
  readonly time: Time;
  readonly log: Pick<Log, 'error'>;
}

/** What messages show: fetched, read and asked about. */
export interface Pictures {
  readonly shown: { readonly read: ReadShown; readonly ask: AskShown };
  /** Nothing more is fetched; what is being read is told that the service stops. */
  stop(): void;
}

/** `closing`, once disposed, ends the thread that reads; it begins only with the first picture. */
export function wirePictures(
  { bots, observer, time, log, ...asking }: PicturesWiring,
  closing: AsyncDisposableStack,
): Pictures {
  const reader = createPictureReader({
    onFault: (err) => log.error({ err }, 'the thread that reads pictures ended by itself'),
  });
  closing.defer(() => reader.close());
  const reading = createReadShown({
    fetchPictureOf: bots.fetchPictureOf,
    readPicture: (bytes) => reader.read(bytes),
    time,
    onRead: observer.pictured,
  });
  return {
    shown: { read: (message) => reading.read(message), ask: createAskShown(asking) },
    stop: () => reading.stop(),
  };
}

import type { ChatBot } from '../chat/channel.ts';
import type { LateWay } from '../chat/late-way.ts';
import type { Log } from '../log.ts';
import type { FetchPicture } from '../redemption/shown.ts';
import type { Platform } from '../redemption/user-id.ts';
import type { Time } from '../time/time.ts';
import type { Socket } from '../transports/socket/socket.ts';
import type { Webhook } from '../transports/webhook/webhook.ts';
import type { Download } from './download.ts';
import type { PlatformHttp } from './http.ts';
import type { ConsoleLinks } from './links.ts';

/**
 * All that the service knows of one bot: how it is reached, what it reads and shows, and how it reaches people. Made in its
 * platform's folder.
 */
export interface Bot<Content = unknown, As = unknown, Payload = unknown> extends ChatBot<Content, As, Payload> {
  /** How it is reached: by one of these. */
  readonly webhook?: Webhook<Content, Payload>;
  readonly socket?: Socket<Content, Payload>;
  readonly platform: Platform;
  /** Which of the platform's bots it is, as its messages say; null where only they do. */
  readonly account: string | null;
  /** Fetches a picture of one of its messages; absent where it cannot. */
  readonly fetchPicture?: FetchPicture;
  /** How it reaches people when their carriers are over; null where it cannot. */
  readonly late: LateWay | null;
  /**
   * The return address of a person, named by the platform's id, who did not write first; null where the bot cannot
   * write first.
   */
  readonly firstAddress: (id: string) => unknown;
}

/** What the bots of a platform are made with. */
export interface BotParts {
  readonly http: PlatformHttp;
  /** How pictures are fetched. */
  readonly download: Download;
  /** What of a reply leads into the console. */
  readonly links?: ConsoleLinks | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly time: Time;
  readonly randomBytes: (size: number) => Buffer;
  readonly log: Log;
  /** Told of everything that counts towards a quota of the platform, by kind. */
  readonly onMetered?: (platform: Platform, kind: string) => void;
}

import type { Log } from '../../../log.ts';
import type { LateWay } from '../../../chat/late-way.ts';
import type { WebhookBot } from '../../../transports/webhook/webhook.ts';
import type { SocketBot } from '../../../transports/socket/socket.ts';
import type { Bot, BotParts } from '../../bot.ts';
import type { Download } from '../../download.ts';
import { parseJson } from '../../json.ts';
import type { ConsoleLinks } from '../../links.ts';
import type { RandomBytes } from '../cipher.ts';
import { createEnvelope, type Opened } from '../envelope.ts';
import { createConnectionLate } from './socket-late.ts';
import { createConnection, type ConnectionOptions, type Delivery } from './socket.ts';
import { createOrigin } from './origin.ts';
import { createFetchPicture } from './pictures.ts';
import { CHANNEL, read } from './read.ts';
import { createRender, type BotReply, type Payload } from './render.ts';
import { AI_BOT_PATH } from '../settings.ts';
import { verify, wrap } from './verify.ts';

/** WeCom hangs up after five seconds, and polls where it is told that the answer is still being worked on. */
const DEADLINE_MS = 4_000;

export interface WecomBotOptions {
  readonly token: string;
  /** Our own corp, where it is known: people of another corp are treated as unknown. */
  readonly corpId: string | null;
  /** EncodingAESKey: 43 letters and digits. */
  readonly aesKey: string;
  readonly late: LateWay;
  readonly download: Download;
  readonly links?: ConsoleLinks | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly randomBytes: RandomBytes;
  readonly log: Pick<Log, 'warn'>;
}

/** WeCom AI bot (智能机器人), URL callback. Throws TypeError on an unusable EncodingAESKey. */
export function createWecomBot(
  options: WecomBotOptions,
): Bot<Opened, BotReply, Payload> & WebhookBot<Opened, BotReply, Payload> {
  const { token, aesKey, corpId, late, download, now, randomBytes, log } = options;
  const envelope = createEnvelope({ token, aesKey, receiveId: '', randomBytes });
  const isOurs = createOrigin({ corpId, log });
  return {
    platform: 'wecom',
    channel: CHANNEL,
    account: null,
    read: ({ plaintext, signedAt }) => read(parseJson(plaintext), { signedAt, byConnection: false }, isOurs),
    render: createRender(options.links),
    webhook: {
      path: AI_BOT_PATH,
      deadlineMs: DEADLINE_MS,
      checkUrl: ({ query }) => envelope.openEcho(query),
      verify: (request) => verify(request, envelope),
      wrap: (inner, { nonce }) => wrap(inner, envelope, nonce, now()),
    },
    fetchPicture: createFetchPicture(download, aesKey),
    late,
    firstAddress: () => null,
  };
}

export interface WecomSocketBotOptions extends Pick<ConnectionOptions, 'botId' | 'secret' | 'url'> {
  /** As above. */
  readonly corpId: string | null;
}

/** The same bot by its long connection (长连接) instead: it needs no address of ours, and can write to people first. */
export function createWecomSocketBot(
  { corpId, botId, ...access }: WecomSocketBotOptions,
  { download, links, time, randomBytes, log }: Pick<BotParts, 'download' | 'links' | 'time' | 'randomBytes' | 'log'>,
): Bot<Delivery, BotReply, Payload> & SocketBot<Delivery, BotReply, Payload> {
  const connection = createConnection({ botId, ...access, time, randomBytes, log });
  const isOurs = createOrigin({ corpId, log });
  return {
    platform: 'wecom',
    channel: CHANNEL,
    account: botId,
    read: ({ json, arrivedAt }) => read(json, { signedAt: arrivedAt, byConnection: true }, isOurs),
    render: createRender(links),
    socket: connection.socket,
    fetchPicture: createFetchPicture(download, null),
    late: createConnectionLate({ connection, links, log }),
    // Refused where they have not written to the bot yet: then it waits for that.
    firstAddress: (user) => ({ user, chatId: null }),
  };
}

import { randomBytes } from 'node:crypto';
import type { ChatMessage, Incoming } from '../../src/chat/channel.ts';
import { createLog } from '../../src/log.ts';
import type { Bot } from '../../src/platforms/bot.ts';
import { createBots, type BotsSettings } from '../../src/platforms/bots.ts';
import { createDownload } from '../../src/platforms/download.ts';
import { createPlatformHttp } from '../../src/platforms/http.ts';
import { realTime } from '../../src/time/real.ts';
import type { CallbackRequest } from '../../src/transports/webhook/webhook.ts';
import { createChanges } from '../support/changes.ts';
import { connectBot } from '../support/connected-bot.ts';

/** What a person sends, and what they answer with it, which another person wrote. */
export interface SentPictures {
  readonly text: string;
  readonly pictures: readonly Uint8Array[];
  readonly quoted?: { readonly text: string; readonly pictures: readonly Uint8Array[] };
}

/** A simulated platform with a bot of ours in it, and a person who sends it pictures. */
export interface Pictured {
  readonly bot: Bot;
  /** Delivers a message, with its own id; resolves with what the bot reads. */
  send(message: SentPictures, id: string): Promise<Incoming>;
  /** From now on the platform has none of the pictures any more. */
  forget(): void;
  close(): Promise<void>;
}

/** What the platform's own app can send to such a bot. */
export interface CanSend {
  readonly textWithPictures: boolean;
  readonly severalPictures: boolean;
  readonly quotedPictures: boolean;
}

/** A way that pictures come in. */
export interface PicturedWay extends CanSend {
  readonly name: string;
  start(): Promise<Pictured>;
}

/** The settings of a service without bots, to which those of one are added. */
const OFF: BotsSettings = {
  ...{ wecomApp: null, wecomBot: null, wecomSocketBot: null, dingtalk: null, feishu: null },
  wecomApiUrl: 'https://qyapi.weixin.qq.com',
};

/** A bot as the service makes it, and how to hear what it reads. */
export interface BotUnderTest {
  readonly bot: Bot;
  /** What the bot makes of a callback. */
  read(request: CallbackRequest): Promise<Incoming>;
  /** Keeps the bot connected; resolves when it is. */
  connect(): Promise<void>;
  /** The message with that id, as it came by the connection, past or future. */
  heard(id: string): Promise<Incoming>;
  close(): Promise<void>;
}

export function makeBot(
  settings: Partial<BotsSettings>,
  hosts: Readonly<Record<'media' | 'api', string>>,
): BotUnderTest {
  const http = createPlatformHttp();
  const log = createLog({ level: 'silent' });
  const download = createDownload({ mediaHosts: [hosts.media], apiHosts: [hosts.api] });
  const parts = { http, download, now: Date.now, time: realTime, randomBytes, log };
  const [bot] = createBots({ ...OFF, ...settings }, parts).all;
  if (bot === undefined) throw new Error('no bot');
  const { webhook, socket } = bot;
  const messages: ChatMessage[] = [];
  const { changed, until } = createChanges();
  let stop = (): Promise<void> => Promise.resolve();

  return {
    bot,
    async read(request) {
      const content = webhook?.verify(request) ?? null;
      if (content === null) throw new Error('not a message');
      return bot.read(content);
    },
    async connect() {
      if (socket === undefined) throw new Error('no connection');
      const running = connectBot({ ...bot, socket }, async (incoming, carrier) => {
        if (incoming.kind === 'message') messages.push(incoming.message);
        carrier.nothing();
        changed();
      });
      stop = () => running.stop(0);
      await running.up();
    },
    async heard(id) {
      const message = await until(() => messages.find(({ messageId }) => messageId === id));
      return { kind: 'message', message, reply: { as: null, room: 0, direct: null } };
    },
    async close() {
      await stop();
      await http.close();
    },
  };
}

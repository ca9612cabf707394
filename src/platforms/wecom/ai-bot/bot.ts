import type { Log } from '../../../log.ts';
import type { LateWay } from '../../../chat/late-way.ts';
import type { WebhookBot } from '../../../transports/webhook/webhook.ts';
import type { Bot } from '../../bot.ts';
import type { RandomBytes } from '../cipher.ts';
import { createEnvelope, type Opened } from '../envelope.ts';
import { createOrigin } from './origin.ts';
import { CHANNEL, read } from './read.ts';
import { render, type BotReply } from './render.ts';
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
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly randomBytes: RandomBytes;
  readonly log: Pick<Log, 'warn'>;
}

/** WeCom AI bot (智能机器人), URL callback. Throws TypeError on an unusable EncodingAESKey. */
export function createWecomBot(
  options: WecomBotOptions,
): Bot<Opened, BotReply, object> & WebhookBot<Opened, BotReply, object> {
  const { token, aesKey, corpId, late, now, randomBytes, log } = options;
  const envelope = createEnvelope({ token, aesKey, receiveId: '', randomBytes });
  const isOurs = createOrigin({ corpId, log });
  return {
    platform: 'wecom',
    channel: CHANNEL,
    account: null,
    read: (opened) => read(opened, isOurs),
    render,
    webhook: {
      path: AI_BOT_PATH,
      deadlineMs: DEADLINE_MS,
      checkUrl: ({ query }) => envelope.openEcho(query),
      verify: (request) => verify(request, envelope),
      wrap: (inner, { nonce }) => wrap(inner, envelope, nonce, now()),
    },
    late,
    firstAddress: () => null,
  };
}

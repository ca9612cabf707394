import type { LateWay } from '../../../chat/late-way.ts';
import type { FetchPicture } from '../../../redemption/shown.ts';
import type { Bot } from '../../bot.ts';
import type { FeishuApi } from '../api.ts';
import { BOT_PATH } from '../settings.ts';
import { CHANNEL, read } from './read.ts';
import { render, type FeishuReply } from './render.ts';
import type { ReturnAddress } from './return-address.ts';
import { createFeishuSocket } from './socket.ts';
import { confirm, createVerify, toJson, type Verified, type VerifyOptions } from './verify.ts';

/** Feishu waits three seconds, and delivers what was not confirmed by then again. */
const DEADLINE_MS = 2_500;

export interface FeishuOptions {
  readonly appId: string;
  /** Where the server API is. */
  readonly apiUrl: string;
  /** The keys of its callbacks; null where it is reached by the long connection. */
  readonly callbacks: Pick<VerifyOptions, 'encryptKey' | 'verificationToken'> | null;
  readonly api: FeishuApi;
  readonly late: LateWay;
  readonly fetchPicture: FetchPicture;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly randomBytes: (size: number) => Buffer;
}

/** Bot of a self-built app of Feishu or Lark (企业自建应用), by long connection or by callbacks. */
export function createFeishu(options: FeishuOptions): Bot<Verified, FeishuReply, object> {
  const { appId, apiUrl, callbacks, api, late, fetchPicture, now, randomBytes } = options;
  return {
    platform: 'feishu',
    channel: CHANNEL,
    account: appId,
    read: (content) => read(content, { appId, botOpenId: () => api.botOpenId() }),
    render,
    ...(callbacks === null
      ? { socket: createFeishuSocket({ api, apiUrl, appId, deadlineMs: DEADLINE_MS, now }) }
      : {
          webhook: {
            path: BOT_PATH,
            deadlineMs: DEADLINE_MS,
            verify: createVerify({ ...callbacks, appId }),
            isCheck: ({ kind }: Verified) => kind === 'challenge',
            wrap: toJson,
            confirm,
          },
        }),
    late,
    fetchPicture,
    // Two notices may have the same words: each is known by an id of its own.
    firstAddress: (openId) => ({ kind: 'first', id: randomBytes(12).toString('hex'), openId }) satisfies ReturnAddress,
  };
}

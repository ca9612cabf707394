import type { Channel } from '../../../chat/channel.ts';
import type { RandomBytes } from '../cipher.ts';
import { createEnvelope } from '../envelope.ts';
import { parse } from './read.ts';
import { createReplyForm } from './render.ts';
import { verify } from './verify.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** WeCom's days are Beijing's. */
const BEIJING_MS = 8 * 60 * 60 * 1000;

export interface WecomAppOptions {
  readonly corpId: string;
  readonly token: string;
  /** EncodingAESKey: 43 letters and digits. */
  readonly aesKey: string;
  /** When set, callbacks of other apps are ignored. */
  readonly agentId: string | null;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly randomBytes: RandomBytes;
}

/** WeCom self-built app (企业微信自建应用), callback mode. Throws TypeError on an unusable EncodingAESKey. */
export function createWecomApp({ corpId, token, aesKey, agentId, now, randomBytes }: WecomAppOptions): Channel {
  const envelope = createEnvelope({ token, aesKey, receiveId: corpId, randomBytes });
  const replyContext = { envelope, corpId, now, randomBytes };
  const today = () => Math.floor((now() + BEIJING_MS) / DAY_MS);
  const parseContext = { corpId, agentId, today, replyTo: (user: string) => createReplyForm(replyContext, user) };
  return {
    name: 'wecom-app',
    path: '/wecom/app',
    checkUrl: ({ query }) => ({ status: 200, type: 'text/plain', body: envelope.openEcho(query) }),
    receive: async (request) => parse(verify(request, envelope), parseContext),
  };
}

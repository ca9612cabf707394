import type { Channel } from '../channel.ts';
import type { RandomBytes } from '../wecom/cipher.ts';
import { createEnvelope } from '../wecom/envelope.ts';
import { parse } from './parse.ts';
import { createReplies } from './reply.ts';
import { verify } from './verify.ts';

export interface WecomBotOptions {
  readonly token: string;
  /** EncodingAESKey: 43 letters and digits. */
  readonly aesKey: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly randomBytes: RandomBytes;
}

/** WeCom AI bot (智能机器人), URL callback. Throws TypeError on an unusable EncodingAESKey. */
export function createWecomBot({ token, aesKey, now, randomBytes }: WecomBotOptions): Channel {
  const envelope = createEnvelope({ token, aesKey, receiveId: '', randomBytes });
  return {
    name: 'wecom-bot',
    path: '/wecom/bot',
    checkUrl: ({ query }) => ({ status: 200, type: 'text/plain', body: envelope.openEcho(query) }),
    async receive(request) {
      const opened = verify(request, envelope);
      return parse(opened, createReplies({ envelope, now, nonce: opened.nonce }));
    },
  };
}

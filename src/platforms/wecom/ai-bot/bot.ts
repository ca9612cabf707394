import type { Log } from '../../../log.ts';
import type { Channel } from '../../../chat/channel.ts';
import type { RandomBytes } from '../cipher.ts';
import { createEnvelope } from '../envelope.ts';
import { createOrigin } from './origin.ts';
import { parse } from './read.ts';
import { createReplies } from './render.ts';
import { verify } from './verify.ts';

export interface WecomBotOptions {
  readonly token: string;
  /** Our own corp, where it is known: people of another one are nobody here. */
  readonly corpId: string | null;
  /** EncodingAESKey: 43 letters and digits. */
  readonly aesKey: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly randomBytes: RandomBytes;
  readonly log: Pick<Log, 'warn'>;
}

/** WeCom AI bot (智能机器人), URL callback. Throws TypeError on an unusable EncodingAESKey. */
export function createWecomBot({ token, aesKey, corpId, now, randomBytes, log }: WecomBotOptions): Channel {
  const envelope = createEnvelope({ token, aesKey, receiveId: '', randomBytes });
  const isOurs = createOrigin({ corpId, log });
  return {
    name: 'wecom-bot',
    path: '/wecom/bot',
    checkUrl: ({ query }) => ({ status: 200, type: 'text/plain', body: envelope.openEcho(query) }),
    async receive(request) {
      const opened = verify(request, envelope);
      return parse(opened, createReplies({ envelope, now, nonce: opened.nonce }), isOurs);
    },
  };
}

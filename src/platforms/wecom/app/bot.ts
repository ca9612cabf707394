import type { WebhookBot } from '../../../transports/webhook/webhook.ts';
import type { RandomBytes } from '../cipher.ts';
import { createEnvelope, type Opened } from '../envelope.ts';
import { CHANNEL, read } from './read.ts';
import { createRender, type PassiveReply } from './render.ts';
import { verify, wrap } from './verify.ts';

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
  /** Milliseconds until a response is too late; null where it pays to wait until WeCom hangs up. */
  readonly deadlineMs: number | null;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly randomBytes: RandomBytes;
}

/** WeCom self-built app (企业微信自建应用), callback mode. Throws TypeError on an unusable EncodingAESKey. */
export function createWecomApp(options: WecomAppOptions): WebhookBot<Opened, PassiveReply, string> {
  const { corpId, token, aesKey, agentId, deadlineMs, now, randomBytes } = options;
  const envelope = createEnvelope({ token, aesKey, receiveId: corpId, randomBytes });
  const today = () => Math.floor((now() + BEIJING_MS) / DAY_MS);
  return {
    name: CHANNEL,
    read: (opened) => read(opened, { corpId, agentId, today }),
    render: createRender({ corpId, now }),
    webhook: {
      path: '/wecom/app',
      deadlineMs,
      checkUrl: ({ query }) => envelope.openEcho(query),
      verify: (request) => verify(request, envelope),
      wrap: (inner) => wrap(inner, { envelope, now, randomBytes }),
    },
  };
}

import type { LateWay } from '../../../chat/late-way.ts';
import type { WebhookBot } from '../../../transports/webhook/webhook.ts';
import type { Log } from '../../../log.ts';
import type { Bot } from '../../bot.ts';
import type { Download } from '../../download.ts';
import type { ConsoleLinks } from '../../links.ts';
import type { WecomApi } from '../api.ts';
import type { RandomBytes } from '../cipher.ts';
import { createEnvelope, type Opened } from '../envelope.ts';
import { createFetchPicture } from './pictures.ts';
import { accountOf, CHANNEL, read } from './read.ts';
import { createRender, type PassiveReply } from './render.ts';
import { APP_PATH } from '../settings.ts';
import { verify, wrap } from './verify.ts';

/** WeCom hangs up after five seconds. */
const DEADLINE_MS = 4_500;
const DAY_MS = 24 * 60 * 60 * 1000;
/** WeCom's days are Beijing's. */
const BEIJING_MS = 8 * 60 * 60 * 1000;

export interface WecomAppOptions {
  readonly corpId: string;
  readonly token: string;
  /** EncodingAESKey: 43 letters and digits. */
  readonly aesKey: string;
  /** When set, callbacks of other apps are ignored. Has to be where there is a late way. */
  readonly agentId: number | null;
  /** Both null where the app has no secret. */
  readonly api: WecomApi | null;
  readonly late: LateWay | null;
  readonly download: Download;
  readonly links?: ConsoleLinks | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly randomBytes: RandomBytes;
  readonly log: Pick<Log, 'warn'>;
}

/** WeCom self-built app (企业微信自建应用), callback mode. Throws TypeError on an unusable EncodingAESKey. */
export function createWecomApp(
  options: WecomAppOptions,
): Bot<Opened, PassiveReply, string> & WebhookBot<Opened, PassiveReply, string> {
  const { corpId, token, aesKey, late, now, randomBytes } = options;
  const agentId = options.agentId === null ? null : String(options.agentId);
  const envelope = createEnvelope({ token, aesKey, receiveId: corpId, randomBytes });
  const today = () => Math.floor((now() + BEIJING_MS) / DAY_MS);
  return {
    platform: 'wecom',
    channel: CHANNEL,
    account: agentId === null ? null : accountOf(corpId, agentId),
    read: (opened) => read(opened, { corpId, agentId, today }),
    render: createRender({ corpId, links: options.links, now }),
    webhook: {
      path: APP_PATH,
      // Without a late way it pays to let WeCom hang up: its next delivery of the message then gets the reply.
      deadlineMs: late === null ? null : DEADLINE_MS,
      checkUrl: ({ query }) => envelope.openEcho(query),
      verify: (request) => verify(request, envelope),
      wrap: (inner) => wrap(inner, { envelope, now, randomBytes }),
    },
    fetchPicture: createFetchPicture(options),
    late,
    firstAddress: (user) => (late === null || agentId === null ? null : { user, agentId }),
  };
}

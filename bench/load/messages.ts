import { dingtalkCallback, dingtalkText } from '../../test/support/dingtalk.ts';
import { APP_KEYS, BOT_KEYS, DINGTALK_SECRET } from '../../test/support/service.ts';
import { appCallback, appText, botCallback, botText, type SignedRequest } from '../../test/support/wecom.ts';
import type { Job } from './job.ts';

export interface Prepared {
  /** The whole request as it goes to the socket. */
  readonly request: Buffer;
  readonly card: string;
  /** Where a reply by webhook goes. */
  readonly session: string;
  readonly expect: readonly string[];
}

/** More different messages than these make no difference where nothing is recorded. */
const FIXED_MESSAGES = 512;

/** Signs and encrypts the messages of a job as the platform would, with its own package. */
export function prepareMessages({ channel, say, messages, series, webhookPort }: Job): Prepared[] {
  const count = goesRound(say) ? Math.min(messages, FIXED_MESSAGES) : messages;
  return Array.from({ length: count }, (_, index) => {
    const number = `${String(series).padStart(4, '0')}${String(index).padStart(10, '0')}`;
    const card = `9140${number}`;
    const text = say?.text ?? `核销 ${card} 1`;
    const expect = say === null ? ['核销成功', card.slice(-4)] : [say.expect];
    return { request: MAKE[channel](text, number, webhookPort), card, session: number, expect };
  });
}

/** Whether the same messages can be sent again and again. */
export function goesRound(say: Job['say']): boolean {
  return say !== null && !say.recorded;
}

const MAKE: Readonly<Record<Job['channel'], (content: string, number: string, webhookPort: number | null) => Buffer>> =
  {
    'wecom-app': (content, number) => {
      const inner = appText(APP_KEYS.receiveId, { content, messageId: `7${number}` });
      return toBytes('/wecom/app', 'text/xml', appCallback(APP_KEYS, inner, { timestamp: seconds() }));
    },
    'wecom-bot': (content, number) => {
      const inner = botText({ content, messageId: `CAIQ-${number}` });
      return toBytes('/wecom/bot', 'application/json', botCallback(BOT_KEYS, inner, { timestamp: seconds() }));
    },
    dingtalk: (content, number, webhookPort) => {
      const at = Date.now();
      const inner = dingtalkText(content, {
        msgId: `msg${number}==`,
        createAt: at,
        sessionWebhook: `http://127.0.0.1:${webhookPort}/robot/sendBySession?session=${number}`,
        sessionWebhookExpiredTime: at + 5_400_000,
      });
      return toBytes('/dingtalk', 'application/json', dingtalkCallback(DINGTALK_SECRET, inner, String(at)));
    },
  };

function toBytes(path: string, type: string, { query, headers, body }: SignedRequest): Buffer {
  const all = {
    Host: '127.0.0.1',
    'User-Agent': 'Mozilla/4.0',
    Accept: '*/*',
    'content-type': type,
    ...headers,
    'Content-Length': String(body.length),
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  const target = query.size === 0 ? path : `${path}?${query.toString()}`;
  return Buffer.concat([Buffer.from(`POST ${target} HTTP/1.1\r\n${lines.join('')}\r\n`), body]);
}

const seconds = () => String(Math.floor(Date.now() / 1000));

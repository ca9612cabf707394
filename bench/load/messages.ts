import { dingtalkCallback, dingtalkText } from '../../test/support/dingtalk.ts';
import { APP_KEYS, BOT_KEYS, DINGTALK_SECRET } from '../../test/support/service.ts';
import { appCallback, appText, botCallback, botText, type SignedRequest } from '../../test/support/wecom.ts';
import { CHAT, dingtalkFrame, idOf, wecomFrame } from './frames.ts';
import type { Job } from './job.ts';
import { Webhooks } from './webhooks.ts';

export interface Prepared {
  /** As it goes to the network: a whole request, or the text of a frame. */
  readonly request: Buffer;
  readonly card: string;
  /** Tells its reply from others: where a reply by webhook goes, or the id of the frame. */
  readonly session: string;
  readonly expect: readonly string[];
}

/** More different messages than these make no difference where nothing is recorded. */
const FIXED_MESSAGES = 512;

/** Signs and encrypts the messages of a job as the platform would, with its own package. */
export function prepareMessages(job: Job): Prepared[] {
  const { channel, say, messages, people, series } = job;
  const count = goesRound(job) ? Math.min(messages, FIXED_MESSAGES) : messages;
  const webhooks = job.gateway ?? `http://127.0.0.1:${job.webhookPort}`;
  return Array.from({ length: count }, (_, index) => {
    const number = `${String(series).padStart(4, '0')}${String(index).padStart(10, '0')}`;
    const card = `9140${number}`;
    const content = say?.text ?? `核销 ${card} 1`;
    const expect = say === null ? ['核销成功', card.slice(-4)] : [say.expect];
    const person = people === null ? {} : { user: `p${index % people}` };
    const request = MAKE[channel]({ content, number, person, webhook: Webhooks.url(webhooks, number) });
    return { request, card, session: number, expect };
  });
}

/** Whether the same messages can be sent again and again; WeCom's gateway gives each a new id. */
export function goesRound({ say }: Job): boolean {
  return say !== null && !say.recorded;
}

interface Details {
  readonly content: string;
  /** Different for every message of all runs. */
  readonly number: string;
  /** Who says it, on WeCom. */
  readonly person: { readonly user?: string };
  readonly webhook: string;
}

const MAKE: Readonly<Record<Job['channel'], (details: Details) => Buffer>> = {
  'wecom-app': ({ content, number, person }) => {
    const inner = appText(APP_KEYS.receiveId, { content, messageId: `7${number}`, ...person });
    return toBytes('/wecom/app', 'text/xml', appCallback(APP_KEYS, inner, { timestamp: seconds() }));
  },
  'wecom-bot': ({ content, number, person }) => {
    const inner = botText({ content, messageId: idOf(number), ...person });
    return toBytes('/wecom/bot', 'application/json', botCallback(BOT_KEYS, inner, { timestamp: seconds() }));
  },
  'wecom-socket': ({ content, number, person }) =>
    wecomFrame(number, botText({ content, messageId: idOf(number), chatId: CHAT, ...person })),
  dingtalk: ({ content, number, webhook }) => {
    const at = Date.now();
    const inner = dingtalkMessage(content, number, webhook, at);
    return toBytes('/dingtalk', 'application/json', dingtalkCallback(DINGTALK_SECRET, inner, String(at)));
  },
  'dingtalk-socket': ({ content, number, webhook }) => {
    const at = Date.now();
    return dingtalkFrame(number, dingtalkMessage(content, number, webhook, at), at);
  },
};

function dingtalkMessage(content: string, number: string, sessionWebhook: string, createAt: number) {
  const msgId = `msg${number}==`;
  return dingtalkText(content, { msgId, createAt, sessionWebhook, sessionWebhookExpiredTime: createAt + 5_400_000 });
}

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

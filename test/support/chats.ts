import { randomUUID } from 'node:crypto';
import { dingtalkCallback, dingtalkText, readDingtalkReply } from './dingtalk.ts';
import type { Platforms } from './platforms.ts';
import { post, type Posted } from './post.ts';
import { APP_KEYS, BOT_KEYS, DINGTALK_SECRET } from './service.ts';
import {
  appCallback,
  appText,
  botCallback,
  botPoll,
  botText,
  openAppReply,
  botTap,
  openBotReply,
  openBotUpdate,
  type AppTextFields,
  type BotReply,
  type BotTapFields,
  type BotTextFields,
  type BotUpdate,
} from './wecom.ts';

/** What came back for one callback. `text` is null for an empty answer; `finished` is false for "still working". */
export interface Heard {
  readonly status: number;
  readonly text: string | null;
  readonly finished: boolean;
}

const nothing = (status: number): Heard => ({ status, text: null, finished: true });

/** Says something to the self-built app; `at` is when WeCom signs it, in milliseconds since 1970. */
export async function sayToApp(
  url: string,
  fields: AppTextFields,
  signal?: AbortSignal,
  at = Date.now(),
): Promise<Heard> {
  const timestamp = seconds(at);
  const inner = appText(APP_KEYS.receiveId, fields);
  const { status, body } = await post(url, '/wecom/app', appCallback(APP_KEYS, inner, { timestamp }), signal);
  if (body === '') return nothing(status);
  return { status, text: (await openAppReply(APP_KEYS, body)).Content, finished: true };
}

/** Says something to the AI bot; `at` is when WeCom signs it, in milliseconds since 1970. */
export async function sayToBot(
  url: string,
  fields: BotTextFields,
  signal?: AbortSignal,
  at = Date.now(),
): Promise<Heard> {
  const callback = botCallback(BOT_KEYS, botText(fields), { timestamp: seconds(at) });
  return heardFromBot(await post(url, '/wecom/bot', callback, signal));
}

/** What the AI bot answers to a message, card and all. */
export async function replyOfBot(url: string, fields: BotTextFields): Promise<BotReply> {
  const callback = botCallback(BOT_KEYS, botText(fields), { timestamp: seconds() });
  return openBotReply(BOT_KEYS, (await post(url, '/wecom/bot', callback)).body);
}

/** Taps a button of a card of the AI bot. Resolves with what becomes of the card; null for an empty answer. */
export async function tapBot(url: string, fields: BotTapFields): Promise<BotUpdate | null> {
  const callback = botCallback(BOT_KEYS, botTap(fields), { timestamp: seconds() });
  const { body } = await post(url, '/wecom/bot', callback);
  return body === '' ? null : openBotUpdate(BOT_KEYS, body);
}

/** Asks, as WeCom does, how the answer to a message is getting on. */
export async function pollBot(url: string, streamId: string): Promise<Heard> {
  return heardFromBot(
    await post(url, '/wecom/bot', botCallback(BOT_KEYS, botPoll(streamId), { timestamp: seconds() })),
  );
}

function heardFromBot({ status, body }: Posted): Heard {
  if (body === '') return nothing(status);
  const reply = openBotReply(BOT_KEYS, body);
  if (reply.msgtype === 'text') return { status, text: reply.text.content, finished: true };
  return { status, text: reply.stream.content, finished: reply.stream.finish };
}

/**
 * Says something to the DingTalk robot; without a webhook unless `overrides` have one. With one, DingTalk shows nothing that
 * stands in the response. `at` is when DingTalk signs it, in milliseconds since 1970.
 */
export async function sayInDingtalk(
  url: string,
  content: string,
  overrides: Record<string, unknown> = {},
  signal?: AbortSignal,
  at = Date.now(),
): Promise<Heard> {
  const fields = { createAt: at, sessionWebhook: undefined, sessionWebhookExpiredTime: at + 5_400_000, ...overrides };
  const inner = dingtalkText(content, fields);
  const { status, body } = await post(url, '/dingtalk', dingtalkCallback(DINGTALK_SECRET, inner, String(at)), signal);
  if (body === '' || 'sessionWebhook' in overrides) return nothing(status);
  return { status, text: readDingtalkReply(body).text.content, finished: true };
}

/** The same with a webhook of its own; resolves with what is posted there. */
export async function askInDingtalk(
  url: string,
  platforms: Platforms,
  content: string,
  overrides: Record<string, unknown> = {},
): Promise<string> {
  const session = randomUUID();
  const sessionWebhook = platforms.sessionWebhook(session);
  const { status } = await sayInDingtalk(url, content, { sessionWebhook, ...overrides });
  if (status !== 200) throw new Error(`answered with ${status}`);
  return (await platforms.delivery(({ to }) => to === session)).text;
}

const seconds = (at = Date.now()) => String(Math.floor(at / 1000));

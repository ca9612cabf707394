import type { ErrorTable } from '../errors.ts';

/** Limits are counted by the minute. */
export const THROTTLED_MS = 60_000;

/** None of the receivers can be written to. The same is meant where 0 comes with the one receiver among the invalid ones. */
export const NO_RECEIVER = 81013;

/** The stream can be changed no more: it was finished, or it is too old. */
export const STREAM_OVER = 846608;

/** The connection is not subscribed, or not any more. */
export const NOT_SUBSCRIBED = 846609;

const SECRET = 'WECOM_APP_SECRET is not the secret of this app';
const PERMISSION = 'take the secret of the app itself, and give the app the permission to do this in the WeCom console';
const VISIBLE_RANGE = 'put the member into the visible range of the app';

/** Of the server API (documents 90236, 91039), of group robots (91770) and of the AI bot's long connection (101463). */
export const ERRORS: ErrorTable = {
  [-1]: { means: 'busy' },
  // Too often, too many at once.
  45009: { means: 'throttled' },
  45033: { means: 'throttled' },
  // The JSON is wrong, the text is empty, the text is too long.
  40008: { means: 'content' },
  40058: { means: 'content' },
  44004: { means: 'content' },
  45002: { means: 'content' },
  // Not valid, expired; the others are seen in the field.
  40014: { means: 'token' },
  42001: { means: 'token' },
  41001: { means: 'token' },
  42007: { means: 'token' },
  42009: { means: 'token' },
  40001: { means: 'settings', remedy: SECRET },
  40091: { means: 'settings', remedy: SECRET },
  40013: { means: 'settings', remedy: 'WECOM_CORP_ID is wrong' },
  40056: { means: 'settings', remedy: 'WECOM_APP_AGENT_ID is not the AgentId of this app' },
  301002: {
    means: 'settings',
    remedy: 'WECOM_APP_AGENT_ID and WECOM_APP_SECRET are of different apps: copy both from the page of the same one',
  },
  60020: {
    means: 'console',
    remedy: 'add the address in the message to 企业可信IP of the app in the WeCom console',
  },
  48001: { means: 'console', remedy: PERMISSION },
  48002: { means: 'console', remedy: PERMISSION },
  60011: { means: 'console', remedy: VISIBLE_RANGE },
  [NO_RECEIVER]: { means: 'receiver', remedy: VISIBLE_RANGE },
  853000: {
    means: 'settings',
    remedy: 'WECOM_BOT_ID and WECOM_BOT_SECRET are not those of a bot in 长连接 mode: copy both from its page',
  },
  // The request id is not, or no longer, one that this command may answer.
  846605: { means: 'over' },
  [STREAM_OVER]: { means: 'over' },
  // The file is not there any more, or never was.
  40007: { means: 'over' },
  // They have not written to the bot yet, or not in this chat.
  846607: { means: 'receiver', remedy: 'have the person write to the bot once: it may not write first' },
  93006: { means: 'receiver', remedy: 'put the bot into the group again, or write to it there once' },
  [NOT_SUBSCRIBED]: { means: 'busy' },
};

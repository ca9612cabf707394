import type { ErrorTable } from '../errors.ts';

/** Also what a gateway says by the status 429 alone. */
export const THROTTLED = 99991400;

const SCOPE = 'put the person into the 可用范围 of the app, and publish a version';
const RIGHTS =
  'give the app the permissions im:message:send_as_bot and im:message, and im:message.group_msg for pictures that are quoted in groups, and publish a version';
const BOT_ABILITY = 'turn the 机器人 ability of the app on, and publish a version';
const CREDENTIALS =
  'FEISHU_APP_ID or FEISHU_APP_SECRET is wrong, or no version of the app is published with 长连接 as its way to receive events';
const TOO_MANY = 'other programs hold connections of this app: end them, or give the bot an app of its own';

/**
 * Of group robots, of the server API and of the long connection, whose codes do not overlap. Of robots 19001, 19021, 19022
 * and 19024, which are no rows, refuse address, signature, IP and keyword. The table of the platform's own Node SDK
 * disagrees with the documents, and is not followed.
 */
export const ERRORS: ErrorTable = {
  11232: { means: 'throttled' },
  [THROTTLED]: { means: 'throttled' },
  230020: { means: 'throttled' },
  // The request is bad, or by its words there are too many.
  9499: { means: 'content' },
  // Still being sent: the same `uuid` asks again.
  230049: { means: 'busy' },
  99991663: { means: 'token' },
  99991664: { means: 'token' },
  99991671: { means: 'token' },
  // Sensitive, too long, and what the company's own rules forbid.
  230022: { means: 'content' },
  230025: { means: 'content' },
  230028: { means: 'content' },
  230013: { means: 'receiver', remedy: SCOPE },
  230034: { means: 'receiver' },
  230053: { means: 'receiver' },
  230006: { means: 'console', remedy: BOT_ABILITY },
  230027: { means: 'console', remedy: RIGHTS },
  230035: { means: 'console', remedy: RIGHTS },
  // A permission of the app is missing, of which the words name the possible ones.
  99991672: { means: 'console', remedy: RIGHTS },
  // A message that is to be read was deleted, and one that may not be seen.
  230110: { means: 'over' },
  230050: { means: 'receiver' },
  // A picture: not in this message; the bot is not in the chat; larger than the platform gives out; in a chat or a message that
  // the platform gives nothing out of.
  234003: { means: 'over' },
  234004: { means: 'receiver', remedy: 'add the bot to the group' },
  234006: { means: 'content' },
  234037: { means: 'content' },
  234007: { means: 'console', remedy: BOT_ABILITY },
  234038: { means: 'receiver', remedy: 'turn 防泄密模式 of the group off, or have the code typed' },
  234040: { means: 'receiver' },
  234043: { means: 'receiver' },
  // The long connection: the platform is busy, its own error, more connections than are allowed, and what it is told wrong.
  1: { means: 'busy' },
  1000040343: { means: 'busy' },
  514: { means: 'throttled', remedy: TOO_MANY },
  1000040350: { means: 'throttled', remedy: TOO_MANY },
  403: { means: 'settings', remedy: CREDENTIALS },
  1000040345: { means: 'settings', remedy: CREDENTIALS },
};

/** A picture is larger than the platform gives out. */
export const TOO_LARGE: ReadonlySet<number> = new Set([234006, 234037]);

/** The message that is answered was taken back. */
export const RECALLED: ReadonlySet<number> = new Set([230011]);

/** The bot is not in this group any more, or may not speak there, or the group is no more: its people can still be told. */
export const GROUP_CLOSED: ReadonlySet<number> = new Set([230002, 230018, 232009]);

import type { ErrorTable } from '../errors.ts';

/** Also what a gateway says by the status 429 alone. */
export const THROTTLED = 99991400;

const SCOPE = 'put the person into the 可用范围 of the app, and publish a version';
const RIGHT = 'give the app the permission to send messages (im:message:send_as_bot), and publish a version';
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
  230006: { means: 'console', remedy: 'turn the 机器人 ability of the app on, and publish a version' },
  230027: { means: 'console', remedy: RIGHT },
  230035: { means: 'console', remedy: RIGHT },
  // The long connection: the platform is busy, its own error, more connections than are allowed, and what it is told wrong.
  1: { means: 'busy' },
  1000040343: { means: 'busy' },
  514: { means: 'throttled', remedy: TOO_MANY },
  1000040350: { means: 'throttled', remedy: TOO_MANY },
  403: { means: 'settings', remedy: CREDENTIALS },
  1000040345: { means: 'settings', remedy: CREDENTIALS },
};

/** The message that is answered was taken back. */
export const RECALLED: ReadonlySet<number> = new Set([230011]);

/** The bot is not in this group any more, or may not speak there, or the group is no more: its people can still be told. */
export const GROUP_CLOSED: ReadonlySet<number> = new Set([230002, 230018, 232009]);

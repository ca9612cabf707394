import type { ErrorTable } from '../errors.ts';

/** Also what a gateway says by the status 429 alone. */
export const THROTTLED = 99991400;

const SCOPE = {
  remedy: 'put the person into the 可用范围 of the app, and publish a version',
  zh: '把人加到应用的「可用范围」里，再发布一个版本',
};
const RIGHTS = {
  remedy:
    'give the app the permissions im:message:send_as_bot and im:message, and im:message.group_msg for pictures that are quoted in groups, and publish a version',
  zh: '开发者后台 → 应用 → 权限管理，开通 im:message:send_as_bot 和 im:message（要识别群里引用的图片再加 im:message.group_msg），再发布一个版本',
};
const BOT_ABILITY = {
  remedy: 'turn the 机器人 ability of the app on, and publish a version',
  zh: '开发者后台 → 应用 → 添加应用能力 → 机器人，再到「版本管理与发布」发布一个版本',
};
const PAIR = {
  remedy: 'FEISHU_APP_ID and FEISHU_APP_SECRET are not of one app: copy both from 凭证与基础信息 of the same app',
  zh: 'FEISHU_APP_ID 和 FEISHU_APP_SECRET 不是同一个应用的：开发者后台 → 应用 → 凭证与基础信息，从同一页重新复制 App ID 和 App Secret',
};
const CREDENTIALS = {
  remedy:
    'FEISHU_APP_ID or FEISHU_APP_SECRET is wrong, or no version of the app is published with 长连接 as its way to receive events',
  zh: 'App ID 或 App Secret 不对；或应用还没有发布，或「事件与回调 → 事件配置」没有选「使用长连接接收事件」',
};
const TOO_MANY = {
  remedy: 'other programs hold connections of this app: end them, or give the bot an app of its own',
  zh: '这个应用的长连接太多了：关掉别的程序，或给机器人单独建一个应用',
};

/**
 * Of group robots, of the server API and of the long connection, whose codes do not overlap. The table of the platform's own
 * Node SDK disagrees with the documents, and is not followed.
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
  230013: { means: 'receiver', ...SCOPE },
  230034: { means: 'receiver' },
  230053: { means: 'receiver' },
  230006: { means: 'console', ...BOT_ABILITY },
  230027: { means: 'console', ...RIGHTS },
  230035: { means: 'console', ...RIGHTS },
  // A permission of the app is missing, of which the words name the possible ones.
  99991672: { means: 'console', ...RIGHTS },
  // A message that is to be read was deleted, and one that may not be seen.
  230110: { means: 'over' },
  230050: { means: 'receiver' },
  // A picture: not in this message; the bot is not in the chat; larger than the platform gives out; in a chat or a message that
  // the platform gives nothing out of.
  234003: { means: 'over' },
  234004: { means: 'receiver', remedy: 'add the bot to the group', zh: '把机器人加进群' },
  234006: { means: 'content' },
  234037: { means: 'content' },
  234007: { means: 'console', ...BOT_ABILITY },
  234038: {
    means: 'receiver',
    remedy: 'turn 防泄密模式 of the group off, or have the code typed',
    zh: '关闭群的「防泄密模式」，或直接输入卡号',
  },
  234040: { means: 'receiver' },
  234043: { means: 'receiver' },
  // An access token: no such app, the wrong secret. Of bots: the app has none.
  10003: { means: 'settings', ...PAIR },
  10014: { means: 'settings', ...PAIR },
  11205: { means: 'console', ...BOT_ABILITY },
  // Group robots: address, signature, IP, keyword.
  19001: {
    means: 'receiver',
    remedy:
      'the robot was removed from the group, or its address was copied wrongly: add it again and copy its address',
    zh: '机器人已被移出群，或地址复制错了：在群设置 → 群机器人里重新添加，复制新的 Webhook 地址',
  },
  19021: {
    means: 'settings',
    remedy:
      'copy the secret of 签名校验 of the robot into the mapping again; the clock of this server has to be right too',
    zh: '把机器人「安全设置 → 签名校验」的密钥重新填上；本机时间也要准',
  },
  19022: {
    means: 'console',
    remedy: 'add the address of this server to IP 白名单 of the robot',
    zh: '在机器人的「安全设置 → IP 白名单」里加上本服务器的出口 IP',
  },
  19024: {
    means: 'console',
    remedy: 'add the word 核销 to 自定义关键词 of the robot',
    zh: '在机器人的「安全设置 → 自定义关键词」里加上「核销」',
  },
  // The long connection: the platform is busy, its own error, more connections than are allowed, and what it is told wrong.
  1: { means: 'busy' },
  1000040343: { means: 'busy' },
  514: { means: 'throttled', ...TOO_MANY },
  1000040350: { means: 'throttled', ...TOO_MANY },
  403: { means: 'settings', ...CREDENTIALS },
  1000040345: { means: 'settings', ...CREDENTIALS },
};

/** A picture is larger than the platform gives out. */
export const TOO_LARGE: ReadonlySet<number> = new Set([234006, 234037]);

/** The message that is answered was taken back. */
export const RECALLED: ReadonlySet<number> = new Set([230011]);

/** The bot is not in this group any more, or may not speak there, or the group is no more: its people can still be told. */
export const GROUP_CLOSED: ReadonlySet<number> = new Set([230002, 230018, 232009]);

import type { ErrorTable } from '../errors.ts';

/** Limits are counted by the minute. */
export const THROTTLED_MS = 60_000;

/** None of the receivers can be written to. The same is meant where 0 comes with the one receiver among the invalid ones. */
export const NO_RECEIVER = 81013;

/** The stream can be changed no more: it was finished, or it is too old. */
export const STREAM_OVER = 846608;

/** The connection is not subscribed, or not any more. */
export const NOT_SUBSCRIBED = 846609;

const SECRET = {
  remedy: 'WECOM_APP_SECRET is not the secret of this app',
  zh: 'WECOM_APP_SECRET 不是这个应用的 Secret：管理后台 → 应用管理 → 自建 → 这个应用 → Secret → 查看，重新复制',
};
const PERMISSION = {
  remedy: 'take the secret of the app itself, and give the app the permission to do this in the WeCom console',
  zh: '要用自建应用自己的 Secret，并在企业微信管理后台给应用开通这项权限',
};
const VISIBLE_RANGE = {
  remedy: 'put the member into the visible range of the app',
  zh: '把成员加到应用的可见范围里',
};
const ROBOT_GONE = {
  remedy: 'the robot was removed from the group, or its address was copied wrongly: add it again and copy its address',
  zh: '机器人已被移出群，或地址复制错了：在群里重新添加机器人，复制新的 Webhook 地址',
};

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
  40001: { means: 'settings', ...SECRET },
  40091: { means: 'settings', ...SECRET },
  40013: {
    means: 'settings',
    remedy: 'WECOM_CORP_ID is wrong',
    zh: 'WECOM_CORP_ID 不对：管理后台 → 我的企业 → 企业信息 → 最下面的企业 ID，重新复制',
  },
  40056: {
    means: 'settings',
    remedy: 'WECOM_APP_AGENT_ID is not the AgentId of this app',
    zh: 'WECOM_APP_AGENT_ID 不是这个应用的 AgentId：在应用页面重新复制',
  },
  301002: {
    means: 'settings',
    remedy: 'WECOM_APP_AGENT_ID and WECOM_APP_SECRET are of different apps: copy both from the page of the same one',
    zh: 'WECOM_APP_AGENT_ID 和 WECOM_APP_SECRET 不是同一个应用的：从同一个应用的页面复制 AgentId 和 Secret',
  },
  60020: {
    means: 'console',
    remedy: 'add the address in the message to 企业可信IP of the app in the WeCom console',
    zh: '管理后台 → 应用管理 → 自建 → 这个应用 → 开发者接口 → 企业可信IP → 配置，填入消息里的 IP',
  },
  48001: { means: 'console', ...PERMISSION },
  48002: { means: 'console', ...PERMISSION },
  60011: { means: 'console', ...VISIBLE_RANGE },
  [NO_RECEIVER]: { means: 'receiver', ...VISIBLE_RANGE },
  853000: {
    means: 'settings',
    remedy: 'WECOM_BOT_ID and WECOM_BOT_SECRET are not those of a bot in 长连接 mode: copy both from its page',
    zh: 'WECOM_BOT_ID 和 WECOM_BOT_SECRET 不是同一个长连接机器人的：在机器人的 API 模式页面选「长连接」，重新复制 Bot ID 和 Secret',
  },
  // The request id is not, or no longer, one that this command may answer.
  846605: { means: 'over' },
  [STREAM_OVER]: { means: 'over' },
  // The file is not there any more, or never was.
  40007: { means: 'over' },
  // They have not written to the bot yet, or not in this chat.
  846607: {
    means: 'receiver',
    remedy: 'have the person write to the bot once: it may not write first',
    zh: '请对方先给机器人发一条消息：机器人不能先开口',
  },
  93006: {
    means: 'receiver',
    remedy: 'put the bot into the group again, or write to it there once',
    zh: '把机器人重新加进群，或在群里 @ 它一次',
  },
  // Of a group robot; the second is seen where its key is none.
  93000: { means: 'receiver', ...ROBOT_GONE },
  93004: { means: 'receiver', ...ROBOT_GONE },
  [NOT_SUBSCRIBED]: { means: 'busy' },
};

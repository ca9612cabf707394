import type { ErrorTable } from '../errors.ts';

const CREDENTIALS = {
  remedy: 'DINGTALK_CLIENT_ID and DINGTALK_APP_SECRET are not of one app: copy both from the same page',
  zh: 'DINGTALK_CLIENT_ID 和 DINGTALK_APP_SECRET 不是同一个应用的：开发者后台 → 应用 → 凭证与基础信息，从同一页重新复制 Client ID 和 Client Secret',
};
const PERMISSION = {
  remedy: 'give the app the permission qyapi_robot_sendmsg in the developer console, and publish a new version of it',
  zh: '开发者后台 → 应用 → 权限管理，开通「企业内机器人发送消息权限」（qyapi_robot_sendmsg），再发布一个新版本',
};
const QUOTA = {
  remedy: 'the calls of this month are used up: buy more, or wait for the next month',
  zh: '本月的接口调用次数用完了：购买次数，或等到下个月',
};
const GROUP = { remedy: 'add the robot to the group again', zh: '把机器人重新加进群' };
const ROBOT_CODE = {
  remedy: 'set DINGTALK_ROBOT_CODE to the robotCode of this app; it normally is its Client ID',
  zh: '把 DINGTALK_ROBOT_CODE 设成这个应用的 robotCode（一般就是 Client ID）；留空就用 Client ID',
};
const ROBOT_GONE = {
  remedy: 'the robot was removed or switched off, or its address was copied wrongly: add it again and copy its address',
  zh: '机器人已被删除或停用，或地址复制错了：在群设置 → 机器人里重新添加，复制新的 Webhook 地址',
};

/** Of an answer that is no JSON, or has the status 1111: DingTalk shuts out an address that calls too often for five minutes. */
export const SHUT_OUT = '1111';

/**
 * The numbers are of a message's `sessionWebhook` and of groups' custom robots, which have the same ones; the names, of the
 * OpenAPI and of the gateway of its connections.
 */
export const ERRORS: ErrorTable = {
  [-1]: { means: 'busy' },
  // The second is that of today's documents, the last two are those of the older API.
  130101: { means: 'throttled' },
  410100: { means: 'throttled' },
  90002: { means: 'throttled' },
  90018: { means: 'throttled' },
  // The JSON is wrong.
  40035: { means: 'content' },
  // DingTalk's content check found it unsafe: a link, a text, a picture, a file.
  430101: { means: 'content' },
  430102: { means: 'content' },
  430103: { means: 'content' },
  430104: { means: 'content' },
  // Too long.
  460101: { means: 'content' },
  101002: { means: 'content' },
  // The session of a webhook, or the robot, is not there any more.
  300001: { means: 'receiver', ...ROBOT_GONE },
  300005: { means: 'receiver', ...ROBOT_GONE },
  400101: { means: 'receiver', ...ROBOT_GONE },
  400102: { means: 'receiver', ...ROBOT_GONE },
  400106: { means: 'receiver', ...ROBOT_GONE },
  // The robot's own security settings: which of them, only the words say.
  310000: {
    means: 'settings',
    remedy:
      'see 安全设置 of the robot: with 加签 copy its secret into the mapping, with 自定义关键词 add the word 核销, with IP地址 add the address of this server',
    zh: '看机器人的「安全设置」：勾了「加签」就把 SEC 开头的密钥填上；勾了「自定义关键词」就加上「核销」；勾了「IP地址」就加上本服务器的出口 IP',
  },

  'system.error': { means: 'busy' },
  'send.too.fast': { means: 'throttled' },
  'send.byToken.tooFast': { means: 'throttled' },
  'Forbidden.AccessDenied.QpsLimitForAppkeyAndApi': { means: 'throttled' },
  [SHUT_OUT]: { means: 'throttled' },
  'param.error': { means: 'content' },
  InvalidAuthentication: { means: 'token' },
  authFailed: { means: 'settings', ...CREDENTIALS },
  invalidClientIdOrSecret: { means: 'settings', ...CREDENTIALS },
  'invalid.robotCode': { means: 'settings', ...ROBOT_CODE },
  // Of a file in a message: its code is wrong or too old; the app may not have the robot's files; no robot was named.
  'invalidParameter.robotCode.downloadCode': { means: 'over' },
  'invalidParameter.robotCode.auth': { means: 'console', ...PERMISSION },
  'invalidParameter.robotCode.empty': { means: 'settings', ...ROBOT_CODE },
  'Forbidden.AccessDenied.AccessTokenPermissionDenied': { means: 'console', ...PERMISSION },
  'Forbidden.AccessDenied.ApiCountLimitForOrg': { means: 'console', ...QUOTA },
  90020: { means: 'console', ...QUOTA },
  'bot.stopped': {
    means: 'console',
    remedy: 'start the robot again in the developer console',
    zh: '在开发者后台重新启用机器人',
  },
  'group.disbanded': { means: 'receiver' },
  'invalid.openConversationId': { means: 'receiver', ...GROUP },
  'robot.notInGroup': { means: 'receiver', ...GROUP },
};

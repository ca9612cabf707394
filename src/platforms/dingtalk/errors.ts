import type { ErrorTable } from '../errors.ts';

const CREDENTIALS = 'DINGTALK_CLIENT_ID and DINGTALK_APP_SECRET are not of one app: copy both from the same page';
const PERMISSION =
  'give the app the permission qyapi_robot_sendmsg in the developer console, and publish a new version of it';
const QUOTA = 'the calls of this month are used up: buy more, or wait for the next month';
const GROUP = 'add the robot to the group again';
const ROBOT_CODE = 'set DINGTALK_ROBOT_CODE to the robotCode of this app; it normally is its Client ID';

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
  300001: { means: 'receiver' },

  'system.error': { means: 'busy' },
  'send.too.fast': { means: 'throttled' },
  'send.byToken.tooFast': { means: 'throttled' },
  'Forbidden.AccessDenied.QpsLimitForAppkeyAndApi': { means: 'throttled' },
  [SHUT_OUT]: { means: 'throttled' },
  'param.error': { means: 'content' },
  InvalidAuthentication: { means: 'token' },
  authFailed: { means: 'settings', remedy: CREDENTIALS },
  invalidClientIdOrSecret: { means: 'settings', remedy: CREDENTIALS },
  'invalid.robotCode': { means: 'settings', remedy: ROBOT_CODE },
  // Of a file in a message: its code is wrong or too old; the app may not have the robot's files; no robot was named.
  'invalidParameter.robotCode.downloadCode': { means: 'over' },
  'invalidParameter.robotCode.auth': { means: 'console', remedy: PERMISSION },
  'invalidParameter.robotCode.empty': { means: 'settings', remedy: ROBOT_CODE },
  'Forbidden.AccessDenied.AccessTokenPermissionDenied': { means: 'console', remedy: PERMISSION },
  'Forbidden.AccessDenied.ApiCountLimitForOrg': { means: 'console', remedy: QUOTA },
  90020: { means: 'console', remedy: QUOTA },
  'bot.stopped': { means: 'console', remedy: 'start the robot again in the developer console' },
  'group.disbanded': { means: 'receiver' },
  'invalid.openConversationId': { means: 'receiver', remedy: GROUP },
  'robot.notInGroup': { means: 'receiver', remedy: GROUP },
};

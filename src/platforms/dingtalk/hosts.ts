/** The older API and the newer one. */
const OAPI_HOST = 'oapi.dingtalk.com';
const API_HOST = 'api.dingtalk.com';

/** The server API, unless DINGTALK_API_URL names another place. */
export const API_URL = `https://${API_HOST}`;

/** Where a `sessionWebhook` is, unless DINGTALK_WEBHOOK_HOSTS names other places. All that are on record are on the first. */
export const REPLY_HOSTS: readonly string[] = [OAPI_HOST, API_HOST];

/** Where the gateway sends connections, unless DINGTALK_API_URL names another place. The second is seen in the field. */
export const STREAM_HOSTS: readonly string[] = [
  'wss-open-connection.dingtalk.com',
  'wss-open-connection-union.dingtalk.com',
];

/** Custom robots of groups. */
export const ROBOTS = { hosts: [OAPI_HOST], key: 'access_token' };

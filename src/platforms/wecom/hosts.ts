const HOST = 'qyapi.weixin.qq.com';

/** The server API, unless WECOM_API_URL names another place. */
export const API_URL = `https://${HOST}`;

/** Long connections of AI bots, unless WECOM_SOCKET_URL names another place. */
export const SOCKET_URL = 'wss://openws.work.weixin.qq.com';

/**
 * Where a `response_url` is, however the server API is reached: a proxy with a fixed address (the cure for error 60020)
 * does not change it.
 */
export const REPLY_HOSTS: readonly string[] = [HOST];

/** Group robots (document 91770). */
export const ROBOTS = { hosts: [HOST], key: 'key' };

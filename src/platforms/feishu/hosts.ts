const HOST = 'open.feishu.cn';

/** The server API, unless FEISHU_API_URL names another place. */
export const API_URL = `https://${HOST}`;

/** Custom robots of groups, in China and elsewhere. */
export const ROBOTS = { hosts: [HOST, 'open.larksuite.com'], key: null };

/**
 * A long connection is opened on a host that the server API names. On record is `msg-frontier.feishu.cn`; the others, and
 * Lark's, are written down nowhere. So it is any host of the two companies' own domains, which nobody else can get a
 * certificate for.
 */
export const SOCKET_DOMAINS: readonly string[] = ['feishu.cn', 'larksuite.com'];

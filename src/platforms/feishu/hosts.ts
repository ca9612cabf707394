/** Custom robots of groups, in China and elsewhere. */
export const ROBOTS = { hosts: ['open.feishu.cn', 'open.larksuite.com'], key: null };

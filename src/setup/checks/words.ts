import type { Text } from '../../pages/text.ts';
import type { Group, Outcome } from './check.ts';

/** What the groups of checks are called. */
export const GROUP_TITLES: Readonly<Record<Group, Text>> = {
  settings: { zh: '设置', en: 'Settings' },
  machine: { zh: '这台机器', en: 'This machine' },
  storage: { zh: '账本', en: 'Ledger' },
  vendor: { zh: '联拓富', en: 'Vendor' },
  wecom: { zh: '企业微信', en: 'WeCom' },
  dingtalk: { zh: '钉钉', en: 'DingTalk' },
  feishu: { zh: '飞书', en: 'Feishu' },
  public: { zh: '公网地址', en: 'Public address' },
  people: { zh: '门店和人员', en: 'Stores and people' },
  robots: { zh: '群机器人（通知）', en: 'Group robots' },
};

/** What outcomes are called where they are counted. */
export const OUTCOME_WORDS: Readonly<Record<Outcome, Text>> = {
  ok: { zh: '正常', en: 'ok' },
  warn: { zh: '要留意', en: 'to look after' },
  fail: { zh: '不行', en: 'failed' },
  skipped: { zh: '没查', en: 'skipped' },
};

/** What no check can see from here, so that nobody takes a green page for more than it is. */
export const NOT_CHECKED: readonly Text[] = [
  {
    zh: '企业微信、钉钉、飞书后台里填的 Token、密钥和地址，是否和这里的一样（只有真的消息能证明：npm run doctor -- --wait）',
    en: 'whether the consoles of WeCom, DingTalk and Feishu hold the same tokens, keys and addresses (only a real message proves it: npm run doctor -- --wait)',
  },
  {
    zh: '机器人是否已加进群里、员工是否在它的可见范围内',
    en: 'whether the bot is in the group, and people may see it',
  },
  { zh: '从外面的网络能不能打开公网地址', en: 'whether the public address is reached from other networks' },
  {
    zh: '商户有没有核销权限（不真的核销一次就不知道）',
    en: 'whether the merchant may redeem (only a redemption shows it)',
  },
  { zh: '有没有按时备份，备份能不能恢复', en: 'whether backups are made, and can be restored' },
];

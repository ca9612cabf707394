import type { SettingName } from '../config/settings.ts';
import type { Platform } from '../redemption/user-id.ts';

/** One way to reach the people of a platform: which settings it takes. What to click for it is the pages'. */
export interface Way {
  readonly id: string;
  readonly platform: Platform;
  readonly by: 'connection' | 'callbacks';
  /** Where its callbacks come in; null for a connection. */
  readonly path: string | null;
  /** The values that are copied from the platform's console; all are needed. */
  readonly asks: readonly SettingName[];
  /** What may be given besides. */
  readonly mayAsk: readonly SettingName[];
  /** The values that are made here, and pasted into the platform's console. */
  readonly makes: readonly SettingName[];
  /** What it sets besides, always to the same value. */
  readonly fixes: Readonly<Partial<Record<SettingName, string>>>;
  /** What is taken out of the settings with it, for they would be in its way. */
  readonly rulesOut: readonly SettingName[];
  /** The address of the platform's server: another one for private deployments and Lark. */
  readonly address: SettingName | null;
}

/** Needed on every platform where a name holds a blank: a mention is read up to the first one otherwise. */
const mayAsk = ['BOT_NAMES'] as const;

const callbacks = { by: 'callbacks', mayAsk, makes: [], fixes: {}, rulesOut: [], address: null } as const;
const connection = { ...callbacks, by: 'connection', path: null } as const;

/** The recommended way of each platform comes first: it needs no public address. */
export const WAYS = [
  {
    ...connection,
    id: 'wecom-connection',
    platform: 'wecom',
    asks: ['WECOM_BOT_ID', 'WECOM_BOT_SECRET'],
    mayAsk: ['WECOM_CORP_ID', ...mayAsk],
    rulesOut: ['WECOM_BOT_TOKEN', 'WECOM_BOT_AES_KEY'],
    address: 'WECOM_SOCKET_URL',
  },
  {
    ...callbacks,
    id: 'wecom-bot-callbacks',
    platform: 'wecom',
    path: '/wecom/bot',
    asks: ['PUBLIC_URL'],
    mayAsk: ['WECOM_CORP_ID', ...mayAsk],
    makes: ['WECOM_BOT_TOKEN', 'WECOM_BOT_AES_KEY'],
    rulesOut: ['WECOM_BOT_ID', 'WECOM_BOT_SECRET'],
  },
  {
    ...callbacks,
    id: 'wecom-app-callbacks',
    platform: 'wecom',
    path: '/wecom/app',
    asks: ['PUBLIC_URL', 'WECOM_CORP_ID', 'WECOM_APP_AGENT_ID', 'WECOM_APP_SECRET'],
    makes: ['WECOM_APP_TOKEN', 'WECOM_APP_AES_KEY'],
    address: 'WECOM_API_URL',
  },
  {
    ...connection,
    id: 'dingtalk-connection',
    platform: 'dingtalk',
    asks: ['DINGTALK_CLIENT_ID', 'DINGTALK_APP_SECRET'],
    mayAsk: ['DINGTALK_ROBOT_CODE', 'DINGTALK_CORP_ID', ...mayAsk],
    rulesOut: ['DINGTALK_MODE'],
    address: 'DINGTALK_API_URL',
  },
  {
    ...callbacks,
    id: 'dingtalk-callbacks',
    platform: 'dingtalk',
    path: '/dingtalk',
    asks: ['PUBLIC_URL', 'DINGTALK_APP_SECRET'],
    mayAsk: ['DINGTALK_CLIENT_ID', 'DINGTALK_ROBOT_CODE', 'DINGTALK_CORP_ID', ...mayAsk],
    fixes: { DINGTALK_MODE: 'http' },
    address: 'DINGTALK_API_URL',
  },
  {
    ...connection,
    id: 'feishu-connection',
    platform: 'feishu',
    asks: ['FEISHU_APP_ID', 'FEISHU_APP_SECRET'],
    rulesOut: ['FEISHU_ENCRYPT_KEY', 'FEISHU_VERIFICATION_TOKEN'],
    address: 'FEISHU_API_URL',
  },
  {
    ...callbacks,
    id: 'feishu-callbacks',
    platform: 'feishu',
    path: '/feishu',
    asks: ['PUBLIC_URL', 'FEISHU_APP_ID', 'FEISHU_APP_SECRET', 'FEISHU_ENCRYPT_KEY', 'FEISHU_VERIFICATION_TOKEN'],
    address: 'FEISHU_API_URL',
  },
] as const satisfies readonly Way[];

export type WayId = (typeof WAYS)[number]['id'];

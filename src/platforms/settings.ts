import { DINGTALK_SETTINGS } from './dingtalk/settings.ts';
import { FEISHU_SETTINGS } from './feishu/settings.ts';
import { WECOM_SETTINGS } from './wecom/settings.ts';

/** The settings of all bots, in the README's order. */
export const BOT_SETTINGS = { wecom: WECOM_SETTINGS, dingtalk: DINGTALK_SETTINGS, feishu: FEISHU_SETTINGS };

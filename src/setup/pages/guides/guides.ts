import type { Text } from '../../../pages/text.ts';
import type { Platform } from '../../../redemption/user-id.ts';
import type { WayId } from '../../ways.ts';
import { DINGTALK_CALLBACKS, DINGTALK_CONNECTION } from './dingtalk.ts';
import { FEISHU_CALLBACKS, FEISHU_CONNECTION } from './feishu.ts';
import type { Guide } from './guide.ts';
import { WECOM_APP_CALLBACKS, WECOM_BOT_CALLBACKS, WECOM_CONNECTION } from './wecom.ts';

export const GUIDES: Readonly<Record<WayId, Guide>> = {
  'wecom-connection': WECOM_CONNECTION,
  'wecom-bot-callbacks': WECOM_BOT_CALLBACKS,
  'wecom-app-callbacks': WECOM_APP_CALLBACKS,
  'dingtalk-connection': DINGTALK_CONNECTION,
  'dingtalk-callbacks': DINGTALK_CALLBACKS,
  'feishu-connection': FEISHU_CONNECTION,
  'feishu-callbacks': FEISHU_CALLBACKS,
};

export const PLATFORM_NAMES: Readonly<Record<Platform, Text>> = {
  wecom: { zh: '企业微信', en: 'WeCom' },
  dingtalk: { zh: '钉钉', en: 'DingTalk' },
  feishu: { zh: '飞书', en: 'Feishu / Lark' },
};

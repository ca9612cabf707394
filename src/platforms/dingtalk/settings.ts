import type { PlatformSettings } from '../bot-settings.ts';

export const BOT_PATH = '/dingtalk';

export const DINGTALK_SETTINGS = {
  bots: [
    {
      name: BOT_PATH,
      needs: ['DINGTALK_APP_SECRET'],
      impliedBy: ['DINGTALK_APP_SECRET', 'DINGTALK_ROBOT_CODE', 'DINGTALK_CORP_ID'],
      pairs: [],
    },
  ],
  liveOnly: ['DINGTALK_API_URL', 'DINGTALK_WEBHOOK_HOSTS'],
} as const satisfies PlatformSettings;

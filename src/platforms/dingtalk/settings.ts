import type { PlatformSettings } from '../bot-settings.ts';

export const BOT_PATH = '/dingtalk';

export const DINGTALK_SETTINGS = {
  bots: [
    {
      name: 'DingTalk Stream',
      needs: ['DINGTALK_CLIENT_ID', 'DINGTALK_APP_SECRET'],
      impliedBy: ['DINGTALK_CLIENT_ID'],
      pairs: [],
    },
    {
      name: BOT_PATH,
      needs: ['DINGTALK_APP_SECRET'],
      impliedBy: ['DINGTALK_APP_SECRET', 'DINGTALK_ROBOT_CODE', 'DINGTALK_CORP_ID', 'DINGTALK_MODE'],
      pairs: [
        {
          where: 'DINGTALK_MODE',
          is: 'stream',
          needs: 'DINGTALK_CLIENT_ID',
          message: 'is missing: DINGTALK_MODE=stream needs it. Set it to the Client ID of the app',
        },
      ],
    },
  ],
  liveOnly: ['DINGTALK_API_URL', 'DINGTALK_WEBHOOK_HOSTS'],
} as const satisfies PlatformSettings;

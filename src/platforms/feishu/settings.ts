import type { PlatformSettings } from '../bot-settings.ts';

export const BOT_PATH = '/feishu';
/** What operators call the long connection. */
export const SOCKET_NAME = 'Feishu';

export const FEISHU_SETTINGS = {
  bots: [
    {
      name: SOCKET_NAME,
      needs: ['FEISHU_APP_ID', 'FEISHU_APP_SECRET'],
      impliedBy: ['FEISHU_APP_ID', 'FEISHU_APP_SECRET', 'FEISHU_ENCRYPT_KEY', 'FEISHU_VERIFICATION_TOKEN'],
      pairs: [
        {
          where: 'FEISHU_ENCRYPT_KEY',
          needs: 'FEISHU_VERIFICATION_TOKEN',
          message: `is missing: callbacks at ${BOT_PATH} need both. Set it, or take FEISHU_ENCRYPT_KEY out for the long connection`,
        },
        {
          where: 'FEISHU_VERIFICATION_TOKEN',
          needs: 'FEISHU_ENCRYPT_KEY',
          message: `is missing: callbacks at ${BOT_PATH} need both. Set it, or take FEISHU_VERIFICATION_TOKEN out for the long connection`,
        },
      ],
    },
  ],
  liveOnly: ['FEISHU_API_URL'],
} as const satisfies PlatformSettings;

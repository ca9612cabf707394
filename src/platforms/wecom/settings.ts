import type { PlatformSettings } from '../bot-settings.ts';

export const APP_PATH = '/wecom/app';
export const AI_BOT_PATH = '/wecom/bot';

export const WECOM_SETTINGS = {
  bots: [
    {
      name: APP_PATH,
      needs: ['WECOM_CORP_ID', 'WECOM_APP_TOKEN', 'WECOM_APP_AES_KEY'],
      // The corp id says nothing about the app: it may be set beside the AI bot alone.
      impliedBy: ['WECOM_APP_AGENT_ID', 'WECOM_APP_SECRET', 'WECOM_APP_TOKEN', 'WECOM_APP_AES_KEY'],
      pairs: [
        {
          where: 'WECOM_APP_SECRET',
          needs: 'WECOM_APP_AGENT_ID',
          message: 'is missing: WECOM_APP_SECRET needs it to send. Set it to the AgentId of the app',
        },
      ],
    },
    {
      name: AI_BOT_PATH,
      needs: ['WECOM_BOT_TOKEN', 'WECOM_BOT_AES_KEY'],
      impliedBy: ['WECOM_BOT_TOKEN', 'WECOM_BOT_AES_KEY'],
      pairs: [],
    },
  ],
  liveOnly: ['WECOM_CORP_ID', 'WECOM_API_URL'],
} as const satisfies PlatformSettings;

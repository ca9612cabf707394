import type { PlatformSettings } from '../bot-settings.ts';

export const APP_PATH = '/wecom/app';
export const AI_BOT_PATH = '/wecom/bot';
export const AI_BOT_CONNECTION = 'WeCom AI bot';

const ONE_WAY = 'must not be set beside WECOM_BOT_ID: a bot has a long connection or callbacks. Take one pair out';

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
    {
      name: AI_BOT_CONNECTION,
      needs: ['WECOM_BOT_ID', 'WECOM_BOT_SECRET'],
      impliedBy: ['WECOM_BOT_ID', 'WECOM_BOT_SECRET'],
      pairs: [],
      conflicts: [
        { where: 'WECOM_BOT_ID', not: 'WECOM_BOT_TOKEN', message: ONE_WAY },
        { where: 'WECOM_BOT_ID', not: 'WECOM_BOT_AES_KEY', message: ONE_WAY },
      ],
    },
  ],
  liveOnly: ['WECOM_CORP_ID', 'WECOM_API_URL', 'WECOM_SOCKET_URL'],
} as const satisfies PlatformSettings;

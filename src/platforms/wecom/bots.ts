import type { Bot, BotParts } from '../bot.ts';
import { createWecomBot, type WecomBotOptions } from './ai-bot/bot.ts';
import { createWecomBotLate } from './ai-bot/late.ts';
import { createWecomApi } from './api.ts';
import { createWecomApp, type WecomAppOptions } from './app/bot.ts';
import { createWecomAppLate } from './app/late.ts';

/** The settings of WeCom's bots; null: it is off. */
export interface WecomSettings {
  readonly wecomApp:
    (Pick<WecomAppOptions, 'corpId' | 'token' | 'aesKey' | 'agentId'> & { readonly secret: string | null }) | null;
  readonly wecomBot: Pick<WecomBotOptions, 'corpId' | 'token' | 'aesKey'> | null;
  /** Where the server API is. */
  readonly wecomApiUrl: string;
}

/** The bots of WeCom that are on. */
export function createWecomBots({ wecomApp, wecomBot, wecomApiUrl }: WecomSettings, parts: BotParts): Bot[] {
  const { http, now, log } = parts;
  const bots: Bot[] = [];
  if (wecomApp !== null) {
    const { corpId, secret } = wecomApp;
    const api = secret === null ? null : createWecomApi({ url: wecomApiUrl, corpId, secret, http, now });
    bots.push(createWecomApp({ ...wecomApp, ...parts, late: api === null ? null : createWecomAppLate(api, log) }));
  }
  if (wecomBot !== null) {
    bots.push(createWecomBot({ ...wecomBot, ...parts, late: createWecomBotLate({ apiUrl: wecomApiUrl, http, log }) }));
  }
  return bots;
}

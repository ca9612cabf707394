import type { Bot, BotParts } from '../bot.ts';
import {
  createWecomBot,
  createWecomSocketBot,
  type WecomBotOptions,
  type WecomSocketBotOptions,
} from './ai-bot/bot.ts';
import { createWecomBotLate } from './ai-bot/late.ts';
import { createWecomApi } from './api.ts';
import { createWecomApp, type WecomAppOptions } from './app/bot.ts';
import { createWecomAppLate } from './app/late.ts';

/** The settings of WeCom's bots; null: it is off. */
export interface WecomSettings {
  readonly wecomApp:
    (Pick<WecomAppOptions, 'corpId' | 'token' | 'aesKey' | 'agentId'> & { readonly secret: string | null }) | null;
  readonly wecomBot: Pick<WecomBotOptions, 'corpId' | 'token' | 'aesKey'> | null;
  /** The same bot by its long connection: never both. */
  readonly wecomSocketBot: WecomSocketBotOptions | null;
  /** Where the server API is. */
  readonly wecomApiUrl: string;
}

/** The bots of WeCom that are on. */
export function createWecomBots(settings: WecomSettings, parts: BotParts): Bot[] {
  const { wecomApp, wecomBot, wecomSocketBot, wecomApiUrl } = settings;
  const { http, download, links, now, log } = parts;
  const bots: Bot[] = [];
  if (wecomApp !== null) {
    const { corpId, secret } = wecomApp;
    const api = secret === null ? null : createWecomApi({ url: wecomApiUrl, corpId, secret, http, download, now });
    const late = api === null ? null : createWecomAppLate(api, log, links);
    bots.push(createWecomApp({ ...wecomApp, ...parts, api, late }));
  }
  if (wecomBot !== null) {
    bots.push(
      createWecomBot({ ...wecomBot, ...parts, late: createWecomBotLate({ apiUrl: wecomApiUrl, http, links, log }) }),
    );
  }
  if (wecomSocketBot !== null) bots.push(createWecomSocketBot(wecomSocketBot, parts));
  return bots;
}

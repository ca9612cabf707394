import type { Bot, BotParts } from '../bot.ts';
import { createPace } from '../pace.ts';
import { createFeishuApi, type FeishuApiOptions } from './api.ts';
import { createFeishu, type FeishuOptions } from './bot/bot.ts';
import { createFeishuLate } from './bot/late.ts';
import { createFeishuPictures } from './bot/pictures.ts';
import { RECEIVER_LIMITS } from './limits.ts';

/** The settings of Feishu's bot; null: it is off. */
export interface FeishuSettings {
  readonly feishu: (Pick<FeishuOptions, 'appId' | 'apiUrl' | 'callbacks'> & Pick<FeishuApiOptions, 'appSecret'>) | null;
}

/** The bots of Feishu that are on. */
export function createFeishuBots({ feishu }: FeishuSettings, parts: BotParts): Bot[] {
  if (feishu === null) return [];
  const { links, time, log } = parts;
  const api = createFeishuApi({ ...feishu, url: feishu.apiUrl, ...parts });
  const late = createFeishuLate({ api, pace: createPace(time, RECEIVER_LIMITS), links, time, log });
  return [createFeishu({ ...feishu, ...parts, api, late, fetchPicture: createFeishuPictures({ api, log }) })];
}

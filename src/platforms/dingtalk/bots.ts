import type { Bot, BotParts } from '../bot.ts';
import { createDingtalk, type DingtalkOptions } from './bot/bot.ts';
import { createDingtalkLate } from './bot/late.ts';

/** The settings of DingTalk's bot; null: it is off. */
export interface DingtalkSettings {
  readonly dingtalk: Pick<DingtalkOptions, 'appSecret' | 'robotCode' | 'corpId' | 'webhookHosts'> | null;
}

/** The bots of DingTalk that are on. */
export function createDingtalkBots({ dingtalk }: DingtalkSettings, parts: BotParts): Bot[] {
  if (dingtalk === null) return [];
  const { webhookHosts } = dingtalk;
  return [createDingtalk({ ...dingtalk, ...parts, late: createDingtalkLate({ webhookHosts, ...parts }) })];
}

import type { Bot, BotParts } from '../bot.ts';
import { createDingtalkApi } from './api.ts';
import { createDingtalk, createDingtalkStream, type DingtalkOptions } from './bot/bot.ts';
import { createDingtalkLate } from './bot/late.ts';
import { createMessageApi } from './bot/message-api.ts';
import { createDingtalkPictures, withoutPictures } from './bot/pictures.ts';
import { createUsage } from './usage.ts';

/** The settings of DingTalk's bot; null: it is off. */
export interface DingtalkSettings {
  readonly dingtalk:
    | (Pick<DingtalkOptions, 'appSecret' | 'robotCode' | 'corpId' | 'webhookHosts'> & {
        /** With it, people are written to by the OpenAPI too. */
        readonly clientId: string | null;
        /** Whether messages come in by a connection, which takes the client id. */
        readonly mode: 'http' | 'stream';
        /** Where the OpenAPI and the gateway of connections are. */
        readonly apiUrl: string;
      })
    | null;
}

/** The bots of DingTalk that are on. */
export function createDingtalkBots({ dingtalk }: DingtalkSettings, parts: BotParts): Bot[] {
  if (dingtalk === null) return [];
  const { webhookHosts, clientId, robotCode, mode, apiUrl, appSecret } = dingtalk;
  const { http, download, links, now, log, onMetered } = parts;
  const usage = createUsage({ now, log, onUse: (kind) => onMetered?.('dingtalk', kind) });
  const shared = { ...dingtalk, ...parts, usage };
  if (clientId === null) {
    const late = createDingtalkLate({ webhookHosts, messageApi: null, http, usage, links, now, log });
    return [createDingtalk({ ...shared, late, fetchPicture: withoutPictures(log), hasApi: false })];
  }
  const api = createDingtalkApi({ url: apiUrl, clientId, appSecret, http, usage, now });
  const messageApi = createMessageApi({ api, clientId, robotCode, links, log });
  const late = createDingtalkLate({ webhookHosts, messageApi, http, usage, links, now, log });
  const fetchPicture = createDingtalkPictures({ api, download, clientId, robotCode, log });
  return [
    mode === 'stream'
      ? createDingtalkStream({ ...shared, clientId, late, fetchPicture })
      : createDingtalk({ ...shared, late, fetchPicture, hasApi: true }),
  ];
}

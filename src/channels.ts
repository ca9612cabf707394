import { randomBytes } from 'node:crypto';
import { createDingtalk } from './platforms/dingtalk/bot/bot.ts';
import { createDingtalkLate } from './platforms/dingtalk/bot/late.ts';
import type { LateWay } from './chat/late-way.ts';
import type { PlatformHttp } from './platforms/http.ts';
import { createWecomApp } from './platforms/wecom/app/bot.ts';
import { createWecomAppLate } from './platforms/wecom/app/late.ts';
import { createWecomBot } from './platforms/wecom/ai-bot/bot.ts';
import { createWecomBotLate } from './platforms/wecom/ai-bot/late.ts';
import { createWecomApi } from './platforms/wecom/api.ts';
import type { ChannelsConfig } from './config.ts';
import type { WebhookBot } from './transports/webhook/webhook.ts';
import type { Log } from './log.ts';
import type { AddressOf } from './redemption/people.ts';

/** A channel that is turned on, and how it reaches people late; null where it cannot. */
export interface ChannelSetup {
  readonly bot: WebhookBot;
  readonly late: LateWay | null;
}

export interface ChannelSetupOptions {
  readonly channels: ChannelsConfig;
  readonly wecomApiUrl: string;
  readonly http: PlatformHttp;
  readonly log: Log;
}

/**
 * How to reach a person of whom there is no message to answer. Only a self-built app with its secret can write first; on
 * the other channels what is to be told waits for the person's next message, on whichever they write.
 */
export function createAddressOf({ wecomApp, wecomBot }: ChannelsConfig): AddressOf {
  return (user) => {
    const colon = user.indexOf(':');
    if (user.slice(0, colon) === 'dingtalk') return { channel: 'dingtalk', returnAddress: null };
    if (wecomApp !== null && wecomApp.secret !== null) {
      const returnAddress = { user: user.slice(colon + 1), agentId: String(wecomApp.agentId) };
      return { channel: 'wecom-app', returnAddress };
    }
    return { channel: wecomBot === null ? 'wecom-app' : 'wecom-bot', returnAddress: null };
  };
}

/** Makes every channel whose settings are there. The deadlines stay half a second below the platforms' own. */
export function setUpChannels({ channels, wecomApiUrl, http, log }: ChannelSetupOptions): ChannelSetup[] {
  const now = Date.now;
  const { wecomApp, wecomBot, dingtalk } = channels;
  const setups: ChannelSetup[] = [];

  if (wecomApp !== null) {
    const { corpId, agentId, secret } = wecomApp;
    const late =
      secret === null ? null : createWecomAppLate(createWecomApi({ url: wecomApiUrl, corpId, secret, http, now }), log);
    const bot = createWecomApp({
      ...wecomApp,
      agentId: agentId === null ? null : String(agentId),
      // Without a late way it pays to let WeCom hang up: its next delivery of the message then gets the reply.
      deadlineMs: late === null ? null : 4_500,
      now,
      randomBytes,
    });
    setups.push({ bot, late });
  }
  if (wecomBot !== null) {
    const bot = createWecomBot({ ...wecomBot, now, randomBytes, log });
    setups.push({ bot, late: createWecomBotLate({ apiUrl: wecomApiUrl, http, log }) });
  }
  if (dingtalk !== null) {
    const bot = createDingtalk({ ...dingtalk, now, log });
    setups.push({ bot, late: createDingtalkLate({ webhookHosts: dingtalk.webhookHosts, http, now, log }) });
  }
  return setups;
}

import type { LateWayOf } from '../chat/late-way.ts';
import type { AddressOf } from '../redemption/people.ts';
import type { Bot, BotParts } from './bot.ts';
import { createDingtalkBots, type DingtalkSettings } from './dingtalk/bots.ts';
import { createFeishuBots, type FeishuSettings } from './feishu/bots.ts';
import { createWecomBots, type WecomSettings } from './wecom/bots.ts';

export interface BotsSettings extends WecomSettings, DingtalkSettings, FeishuSettings {}

/** The bots that are on. */
export interface Bots {
  readonly all: readonly Bot[];
  readonly lateWay: LateWayOf;
  /** The channels whose bots cannot send from this process now. */
  readonly closedChannels: () => readonly string[];
  /**
   * How to reach a person without a message of theirs to answer. Where no bot of their platform can write first, what
   * is to be told waits for their next message, on any bot.
   */
  readonly addressOf: AddressOf;
}

/** Makes every bot whose settings are there. */
export function createBots(settings: BotsSettings, parts: BotParts): Bots {
  return joinBots([
    ...createWecomBots(settings, parts),
    ...createDingtalkBots(settings, parts),
    ...createFeishuBots(settings, parts),
  ]);
}

export function joinBots(all: readonly Bot[]): Bots {
  const byChannel = Map.groupBy(all, ({ channel }) => channel);

  return {
    all,
    lateWay({ channel, account }) {
      const bots = byChannel.get(channel) ?? [];
      // A notice was received by no bot, and the account of a bot may have been changed since.
      const bot = bots.find((one) => one.account === account) ?? bots[0];
      return bot?.late ?? undefined;
    },
    closedChannels: () => all.filter(({ late }) => late?.isOpen?.() === false).map(({ channel }) => channel),
    addressOf(user) {
      const colon = user.indexOf(':');
      const platform = user.slice(0, colon);
      const bots = all.filter((bot) => bot.platform === platform);
      for (const { channel, firstAddress } of bots) {
        const returnAddress = firstAddress(user.slice(colon + 1));
        if (returnAddress !== null) return { channel, returnAddress };
      }
      return { channel: bots.at(-1)?.channel ?? platform, returnAddress: null };
    },
  };
}

import { isAwaited, type LateWayOf } from '../chat/late-way.ts';
import type { MessageKey } from '../redemption/message.ts';
import type { AddressOf, FirstAddresses } from '../redemption/people.ts';
import type { FetchPicture } from '../redemption/shown.ts';
import type { Bot, BotParts } from './bot.ts';
import { createDingtalkBots, type DingtalkSettings } from './dingtalk/bots.ts';
import { createFeishuBots, type FeishuSettings } from './feishu/bots.ts';
import { createWecomBots, type WecomSettings } from './wecom/bots.ts';

export interface BotsSettings extends WecomSettings, DingtalkSettings, FeishuSettings {}

/** The bots that are on. */
export interface Bots {
  readonly all: readonly Bot[];
  readonly lateWay: LateWayOf;
  /** How pictures of the messages to a bot are fetched; undefined where they cannot be. */
  readonly fetchPictureOf: (to: Pick<MessageKey, 'channel' | 'account'>) => FetchPicture | undefined;
  /** The channels whose bots cannot send from this process now, and soon may, from here or from another one. */
  readonly closedChannels: () => readonly string[];
  /**
   * The bots that are open in this process come first: what waits for another one goes out when it opens, here or elsewhere.
   * Those that no process can send by come last.
   */
  readonly firstAddresses: FirstAddresses;
  /**
   * How to reach a person without a message of theirs to answer. Where no bot of their platform can write first, what
   * is to be told waits for their next message, on any bot, or until such a bot is there.
   */
  readonly addressOf: AddressOf;
}

/** Where the server APIs of the bots that are on are: files that they name may be there too, in private deployments. */
export function apiHosts({ wecomApiUrl, dingtalk, feishu }: BotsSettings): readonly string[] {
  return [wecomApiUrl, dingtalk?.apiUrl, feishu?.apiUrl].flatMap((url) =>
    url === undefined ? [] : [new URL(url).host],
  );
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
  const isClosed = ({ late }: Bot) => late != null && isAwaited(late);
  const rank = (bot: Bot) => (bot.late?.isRuledOut?.() === true ? 2 : Number(isClosed(bot)));

  function botOf({ channel, account }: Pick<MessageKey, 'channel' | 'account'>): Bot | undefined {
    const bots = byChannel.get(channel) ?? [];
    // A notice was received by no bot, and the account of a bot may have been changed since.
    return bots.find((one) => one.account === account) ?? bots[0];
  }

  const firstAddresses: FirstAddresses = (user) => {
    const { platform, id } = partsOf(user);
    return all
      .filter((bot) => bot.platform === platform)
      .map((bot) => ({ bot, returnAddress: bot.firstAddress(id) }))
      .filter(({ returnAddress }) => returnAddress !== null)
      .toSorted((a, b) => rank(a.bot) - rank(b.bot))
      .map(({ bot: { channel }, returnAddress }) => ({ channel, returnAddress }));
  };

  return {
    all,
    lateWay: (to) => botOf(to)?.late ?? undefined,
    fetchPictureOf: (to) => botOf(to)?.fetchPicture,
    closedChannels: () => all.filter(isClosed).map(({ channel }) => channel),
    firstAddresses,
    addressOf(user) {
      const [first] = firstAddresses(user);
      if (first !== undefined) return first;
      const { platform } = partsOf(user);
      return { channel: all.findLast((bot) => bot.platform === platform)?.channel ?? platform, returnAddress: null };
    },
  };
}

function partsOf(user: string) {
  const colon = user.indexOf(':');
  return { platform: user.slice(0, colon), id: user.slice(colon + 1) };
}

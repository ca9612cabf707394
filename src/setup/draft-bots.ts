import type { ChannelsConfig, Config, LiveConfig, WecomBotConfig } from '../config.ts';
import type { SettingName } from '../config/settings.ts';
import type { ServiceSeen } from './checks/check.ts';
import type { ListeningBot, ListeningView } from './ports.ts';
import { WAYS, type Way, type WayId } from './ways.ts';

type Channel = keyof ChannelsConfig;

const CHANNELS: Readonly<Record<WayId, Channel>> = {
  'wecom-connection': 'wecomSocketBot',
  'wecom-bot-callbacks': 'wecomBot',
  'wecom-app-callbacks': 'wecomApp',
  'dingtalk-connection': 'dingtalk',
  'dingtalk-callbacks': 'dingtalk',
  'feishu-connection': 'feishu',
  'feishu-callbacks': 'feishu',
};

const NONE: ChannelsConfig = { wecomApp: null, wecomBot: null, wecomSocketBot: null, dingtalk: null, feishu: null };

export function wayOf(id: WayId): Way {
  const way: Way | undefined = WAYS.find((each) => each.id === id);
  if (way === undefined) throw new TypeError(`there is no way ${id}`);
  return way;
}

/** The ways whose settings are all there. `value` says what is set. */
export function waysIn(value: (name: SettingName) => string | null): WayId[] {
  const has = (name: SettingName) => value(name) !== null;
  const feishuCallbacks = has('FEISHU_ENCRYPT_KEY') && has('FEISHU_VERIFICATION_TOKEN');
  const stream = (value('DINGTALK_MODE') ?? (has('DINGTALK_CLIENT_ID') ? 'stream' : 'http')) === 'stream';
  const isOn: Readonly<Record<WayId, boolean>> = {
    'wecom-connection': has('WECOM_BOT_ID') && has('WECOM_BOT_SECRET'),
    'wecom-bot-callbacks': has('WECOM_BOT_TOKEN') && has('WECOM_BOT_AES_KEY'),
    'wecom-app-callbacks': has('WECOM_CORP_ID') && has('WECOM_APP_TOKEN') && has('WECOM_APP_AES_KEY'),
    'dingtalk-connection': has('DINGTALK_APP_SECRET') && has('DINGTALK_CLIENT_ID') && stream,
    'dingtalk-callbacks': has('DINGTALK_APP_SECRET') && !stream,
    'feishu-connection': has('FEISHU_APP_ID') && has('FEISHU_APP_SECRET') && !feishuCallbacks,
    'feishu-callbacks': has('FEISHU_APP_ID') && has('FEISHU_APP_SECRET') && feishuCallbacks,
  };
  return WAYS.map(({ id }) => id).filter((id) => isOn[id]);
}

/**
 * Whether a live service with these settings has the very bot of this way already. Of a connection, a second one would be in its
 * way whatever the secret is; callbacks that come with other keys are for the one that is being set up.
 */
export function isInForce(id: WayId, next: LiveConfig, live: Config | null): boolean {
  if (live?.mode !== 'live') return false;
  const [ours, theirs] = [next.channels, live.channels];
  switch (CHANNELS[id]) {
    case 'wecomSocketBot':
      return ours.wecomSocketBot?.botId === theirs.wecomSocketBot?.botId;
    case 'wecomBot':
      return hasSameKeys(ours.wecomBot, theirs.wecomBot);
    case 'wecomApp':
      return hasSameKeys(ours.wecomApp, theirs.wecomApp);
    case 'dingtalk':
      return (
        ours.dingtalk?.mode === theirs.dingtalk?.mode &&
        (ours.dingtalk?.mode === 'stream'
          ? ours.dingtalk.clientId === theirs.dingtalk?.clientId
          : ours.dingtalk?.appSecret === theirs.dingtalk?.appSecret)
      );
    case 'feishu':
      return (
        ours.feishu?.appId === theirs.feishu?.appId &&
        ours.feishu?.callbacks?.encryptKey === theirs.feishu?.callbacks?.encryptKey &&
        ours.feishu?.callbacks?.verificationToken === theirs.feishu?.callbacks?.verificationToken
      );
  }
}

const hasSameKeys = (one: WecomBotConfig | null, other: WecomBotConfig | null) =>
  one?.token === other?.token && one?.aesKey === other?.aesKey;

/** These settings with no other bots than those of these ways. */
export function onlyBotsOf(ways: readonly WayId[], config: LiveConfig): LiveConfig {
  const channels = { ...NONE, ...Object.fromEntries(ways.map((id) => [CHANNELS[id], config.channels[CHANNELS[id]]])) };
  return { ...config, channels };
}

/** The bots of these ways, as the running service tells of them. */
export function botsOfService(ways: readonly WayId[], service: ServiceSeen | null): ListeningBot[] {
  return ways.map((id) => {
    const { platform, by, path } = wayOf(id);
    const seen = service?.bots.find(
      (bot) => bot.by === by && (by === 'callbacks' ? bot.name === path : bot.channel.startsWith(platform)),
    );
    const isUp = seen?.up ?? (seen?.lastMessageAt ?? null) !== null;
    return {
      channel: seen?.channel ?? platform,
      name: seen?.name ?? path ?? platform,
      by,
      path,
      state: isUp ? 'up' : 'waiting',
      why: {
        zh: '正在运行的服务已经连着这个机器人，这里不再另连一个，以免把它挤下线。消息由正式服务处理。',
        en: 'The running service has this bot already, so it is not opened a second time here: that would throw the other one out. Messages go to the live service.',
      },
      checkedAt: null,
    };
  });
}

/** What listens here, as the checks see a service: then none of them opens the same connection again. */
export function serviceOf(listening: ListeningView, url: string, live: ServiceSeen | null): ServiceSeen {
  const heardAt = listening.heard[0]?.at ?? null;
  const bots = listening.bots.map(({ channel, name, by, state }) => {
    return { channel, name, by, up: by === 'connection' ? state === 'up' : null, lastMessageAt: heardAt };
  });
  return { url, ready: true, problems: [], ...live, bots: [...bots, ...(live?.bots ?? [])] };
}

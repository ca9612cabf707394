import type { Text } from '../../pages/text.ts';
import type { Platform } from '../../redemption/user-id.ts';
import type { Ending } from '../../transports/socket/socket.ts';
import { remedyText } from '../remedies.ts';

const NAMES: Readonly<Record<Platform, Text>> = {
  wecom: { zh: '企业微信', en: 'WeCom' },
  dingtalk: { zh: '钉钉', en: 'DingTalk' },
  feishu: { zh: '飞书', en: 'Feishu' },
};

/** Why a bot has no connection, and what to do; null where nothing is wrong. */
export function whyDown(platform: Platform, { reason, detail, remedy }: Ending): Text | null {
  const name = NAMES[platform];
  switch (reason) {
    case 'refused': {
      const { zh, en } = remedy === null ? CHECK_VALUES : remedyText(remedy);
      return {
        zh: `${name.zh}不接受这个连接（${detail}）。${zh}。`,
        en: `${name.en} refuses the connection (${detail}). ${en}.`,
      };
    }
    case 'kicked':
      return {
        zh: '这个机器人在别处连接了，这里的连接被挤掉了。请停掉正在用它的另一个程序，或者新建一个机器人给这里用，再保存一次。',
        en: 'This bot is connected elsewhere, and that connection has replaced this one. Stop the other program that uses it, or make a bot of its own for this service, then save again.',
      };
    case 'rate-limited':
      return {
        zh: `${name.zh}嫌连接太频繁（${detail}），过一会儿会自动再连，请稍等。${remedy === null ? '' : `${remedyText(remedy).zh}。`}`,
        en: `${name.en} wants fewer attempts to connect (${detail}). It is tried again by itself: please wait. ${remedy === null ? '' : `${remedyText(remedy).en}.`}`.trim(),
      };
    case 'unreachable': {
      const { zh, en } = remedy === null ? CHECK_NETWORK : remedyText(remedy);
      return {
        zh: `连不上${name.zh}（${detail}），会自动再连。${zh}。`,
        en: `${name.en} cannot be reached (${detail}). It is tried again by itself. ${en}.`,
      };
    }
    case 'silent':
    case 'closed':
      return {
        zh: `和${name.zh}的连接断开了（${detail}），正在自动重新连接。`,
        en: `The connection to ${name.en} is lost (${detail}). It is opened again by itself.`,
      };
    case 'announced':
    case 'connected':
    case 'standby':
    case 'stopped':
      return null;
  }
}

const CHECK_VALUES: Text = {
  zh: '请重新复制机器人的 ID 和密钥',
  en: 'Copy the id and the secret of the bot once more',
};
const CHECK_NETWORK: Text = {
  zh: '请检查这台电脑能不能上网、防火墙和代理',
  en: 'See whether this machine is online, and look at its firewall and proxy',
};

/** Why what comes in by a connection is dropped; null where that is nothing to look after. */
export const NOT_UNDERSTOOD: Readonly<Record<Platform, Text | null>> = {
  wecom: null,
  // The id of a robot is a setting there.
  dingtalk: {
    zh: '已经连上钉钉，但收到的消息不是发给这个机器人的：RobotCode 或企业 ID 和这里填的不一样。RobotCode 一般就是 Client ID，请改对，或者留空，再保存一次。',
    en: 'DingTalk is connected, but what came in is not for this robot: its RobotCode or its corp is another one than was given here. The RobotCode normally is the Client ID: correct it, or leave it empty, then save again.',
  },
  feishu: null,
};

/** Why callbacks come in that do not fit the values. */
export const NOT_FITTING: Readonly<Record<Platform, Text>> = {
  wecom: {
    zh: '企业微信发来了请求，但和这里的值对不上：后台填的 Token 或 EncodingAESKey 不是这里的，或者企业 ID 不对。请把这里的值重新复制到后台，再点保存。',
    en: 'WeCom has called, but the call does not fit the values here: the console’s Token or EncodingAESKey is another one, or the corp id is wrong. Copy the values into the console once more, and save there.',
  },
  dingtalk: {
    zh: '钉钉发来了消息，但和这里的值对不上：Client Secret 不是这个应用的，或者消息来自别的机器人或企业。请重新复制 Client Secret，再保存一次。',
    en: 'DingTalk has called, but the call does not fit the values here: the Client Secret is another app’s, or the message is another robot’s or corp’s. Copy the Client Secret once more, and save.',
  },
  feishu: {
    zh: '飞书发来了请求，但和这里的值对不上：后台的 Encrypt Key、Verification Token 或 App ID 不是这里的。请到「事件与回调 → 加密策略」重新复制，再保存一次。',
    en: 'Feishu has called, but the call does not fit the values here: the console’s Encrypt Key, Verification Token or App ID is another one. Copy them from the page of events and callbacks once more, and save.',
  },
};

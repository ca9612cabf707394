import { z } from 'zod';
import * as dingtalk from '../platforms/dingtalk/hosts.ts';
import * as feishu from '../platforms/feishu/hosts.ts';
import * as wecom from '../platforms/wecom/hosts.ts';
import {
  botName,
  databaseUrl,
  host,
  hostAndPort,
  list,
  oneOf,
  opaque,
  pattern,
  serviceUrl,
  socketUrl,
  timeOfDay,
  timeZone,
  user,
  wholeNumber,
} from './values.ts';

const token = pattern(/^[A-Za-z0-9]{1,32}$/u, 'must be 1 to 32 letters and digits; copy the Token from the console');
const aesKey = pattern(
  /^[A-Za-z0-9]{43}$/u,
  'must be exactly 43 letters and digits; copy the EncodingAESKey from the console',
);

const CONSUME_SOURCES = { '0': 0, '1': 1, '2': 2 } as const;

/** What `docs/settings.md` says of a setting; the unit where its value is a number of something. */
interface About {
  readonly meaning: string;
  readonly unit?: string;
}
const about = z.registry<About>();

/** The whole list of settings: what each looks like, what holds when it is absent, and what it means. */
const settings = z.object({
  HOST: host.default('127.0.0.1').register(about, { meaning: 'Address to listen on.' }),
  PORT: wholeNumber(0, 65_535, 3000)
    .default(3000)
    .register(about, { meaning: 'Port to listen on. `0` picks a free one and logs it.' }),
  DATA_DIR: z.string().default('./data').register(about, {
    meaning: 'Folder of the mapping and the ledger: on a disk of this machine, not on a network share.',
  }),
  DATABASE_URL: absentAsNull(databaseUrl).register(about, {
    meaning:
      '`postgres://user:password@host:5432/name` when several instances share the work; otherwise the ledger is SQLite in `DATA_DIR`.',
  }),

  LIANTUOFU_URL: serviceUrl('https://api.liantuofu.com', 'anywhere')
    .default('https://api.liantuofu.com')
    .register(about, { meaning: "The vendor's base address. A path prefix is kept." }),
  LIANTUOFU_APP_ID: absentAsNull(opaque("the core merchant's appId")).register(about, {
    meaning: "The core merchant's `appId`. With this and the key the service runs live.",
  }),
  LIANTUOFU_KEY: absentAsNull(opaque("the core merchant's key")).register(about, {
    meaning: "The core merchant's key.",
  }),
  // The lower bound catches a value that was meant in seconds.
  LIANTUOFU_TIMEOUT_MS: wholeNumber(100, 120_000, 10_000).default(10_000).register(about, {
    meaning:
      'Time for one call as a whole, the wait for its turn included. A call that has left and has no answer by then is _unknown_.',
    unit: 'milliseconds',
  }),
  LIANTUOFU_CONSUME_SOURCE: oneOf(['0', '1', '2'])
    .transform((value) => CONSUME_SOURCES[value])
    // Staff type on a phone, and both examples of the vendor's document say so.
    .default(0)
    .register(about, {
      meaning: 'What the vendor shows as source: `0` phone (手机端), `1` plug-in (插件端), `2` web page (网页端).',
    }),
  LIANTUOFU_CARD_DETAIL: oneOf(['before', 'after', 'off']).default('before').register(about, {
    meaning:
      '`before`: look at the card before redeeming it (at most 1.5 s), say what is left, refuse an expired card or one with too few visits, and let an unknown outcome settle itself. `after`: only say what is left. `off`: never look, except for `查询` and `核对`.',
  }),

  WECOM_CORP_ID: absentAsNull(opaque('the corp id (企业ID), such as ww5823bf96d3bd56c7')).register(about, {
    meaning:
      "The company's id (企业ID); the self-built app needs it. With the AI bot alone it may be set too: people of every other company then have no rights.",
  }),
  WECOM_APP_AGENT_ID: absentAsNull(wholeNumber(0, 4_294_967_295, 1_000_002)).register(about, {
    meaning: "The app's AgentId. Callbacks of other apps are then ignored. Needed with the secret.",
  }),
  WECOM_APP_SECRET: absentAsNull(opaque("the app's Secret")).register(about, {
    meaning: "The app's Secret, for late replies, pictures and `npm run menu`.",
  }),
  WECOM_APP_TOKEN: absentAsNull(token).register(about, {
    meaning: 'Token of 设置API接收. With the next setting and the corp id it turns `/wecom/app` on.',
  }),
  WECOM_APP_AES_KEY: absentAsNull(aesKey).register(about, { meaning: 'EncodingAESKey of 设置API接收.' }),
  WECOM_BOT_ID: absentAsNull(opaque('the Bot ID of the AI bot')).register(about, {
    meaning:
      'Bot ID of the AI bot (智能机器人) in 长连接 mode. With the next setting the bot connects to WeCom itself: no address of yours is needed.',
  }),
  WECOM_BOT_SECRET: absentAsNull(opaque('the Secret of the AI bot')).register(about, {
    meaning: 'Secret of the AI bot in 长连接 mode.',
  }),
  WECOM_SOCKET_URL: socketUrl(wecom.SOCKET_URL).default(wecom.SOCKET_URL).register(about, {
    meaning: 'Where the AI bot connects to; another address in tests. `wss`, or `ws` for this machine.',
  }),
  WECOM_BOT_TOKEN: absentAsNull(token).register(about, {
    meaning:
      'Token of the AI bot in URL回调 mode. With the next setting it turns `/wecom/bot` on, instead of the connection.',
  }),
  WECOM_BOT_AES_KEY: absentAsNull(aesKey).register(about, { meaning: 'EncodingAESKey of the AI bot in URL回调 mode.' }),
  WECOM_API_URL: serviceUrl(wecom.API_URL, 'loopback').default(wecom.API_URL).register(about, {
    meaning:
      "WeCom's server API; another address in private deployments, or a proxy with a fixed address. Late replies of the AI bot go to this host and to WeCom's own, and nowhere else.",
  }),

  // DingTalk's own sample secret has blanks in it.
  DINGTALK_APP_SECRET: absentAsNull(
    pattern(/^[\x20-\x7e]+$/u, "must be the app's Client Secret (AppSecret): letters, digits and signs; copy it again"),
  ).register(about, {
    meaning:
      "The app's Client Secret (AppSecret). With the client id the service connects to DingTalk; alone it turns `/dingtalk` on.",
  }),
  DINGTALK_CLIENT_ID: absentAsNull(opaque("the app's Client ID (AppKey), such as dingabc123")).register(about, {
    meaning:
      "The app's Client ID (AppKey). Messages then come in by a connection that the service opens (Stream), and people are written to without a message of theirs.",
  }),
  DINGTALK_MODE: absentAsNull(oneOf(['stream', 'http'])).register(about, {
    meaning:
      'How messages come in: `stream`, or `http` for callbacks to `/dingtalk`. Absent, it is `stream` with a client id and `http` without.',
  }),
  DINGTALK_ROBOT_CODE: absentAsNull(opaque("the robot's robotCode")).register(about, {
    meaning: 'When set, callbacks of other robots are refused.',
  }),
  DINGTALK_CORP_ID: absentAsNull(opaque('the CorpId, such as dingd8e1123006514592')).register(about, {
    meaning: "When set, callbacks of other companies' robots are refused.",
  }),
  DINGTALK_API_URL: serviceUrl(dingtalk.API_URL, 'loopback').default(dingtalk.API_URL).register(about, {
    meaning:
      "DingTalk's server API and the gateway of its connections; another address in private deployments. Connections and replies may then go to its host too, where the gateway or a message names it.",
  }),
  DINGTALK_WEBHOOK_HOSTS: list(hostAndPort)
    .default([...dingtalk.REPLY_HOSTS])
    .register(about, {
      meaning:
        'The only `host[:port]`s to which replies may go, separated by commas; besides them only that of a private `DINGTALK_API_URL`.',
    }),

  FEISHU_APP_ID: absentAsNull(opaque("the app's App ID, such as cli_a1b2c3d4e5f60718")).register(about, {
    meaning: "The app's App ID. With the secret it turns Feishu (or Lark) on, by long connection.",
  }),
  FEISHU_APP_SECRET: absentAsNull(opaque("the app's App Secret")).register(about, { meaning: "The app's App Secret." }),
  FEISHU_ENCRYPT_KEY: absentAsNull(
    pattern(/^[\x20-\x7e]+$/u, 'must be the Encrypt Key: letters, digits and signs; copy it again'),
  ).register(about, {
    meaning:
      'Encrypt Key of 事件与回调 → 加密策略. With the next setting callbacks come to `/feishu` instead of the long connection.',
  }),
  FEISHU_VERIFICATION_TOKEN: absentAsNull(opaque('the Verification Token')).register(about, {
    meaning: 'Verification Token of the same page.',
  }),
  FEISHU_API_URL: serviceUrl(feishu.API_URL, 'loopback').default(feishu.API_URL).register(about, {
    meaning: "Feishu's server API; `https://open.larksuite.com` for Lark.",
  }),

  BOT_NAMES: list(botName).default([]).register(about, {
    meaning: "The bot's display names, separated by commas. Needed when a name contains a blank.",
  }),
  ADMINS: list(user).default([]).register(about, {
    meaning:
      'Managers of all stores, such as `wecom:zhangsan,dingtalk:manager01`, from the first start on. They need an entry in the mapping only to redeem.',
  }),
  USER_LINES_PER_MINUTE: wholeNumber(1, 1_000_000, 30).default(30).register(about, {
    meaning:
      'Redemptions, confirmations and looks at cards (`查询`, `核对`) that one person may send in a minute, at all instances together. The reply to a message that goes beyond says so, and when to try again.',
    unit: 'lines',
  }),
  CONFIRM_COUNT_OVER: wholeNumber(1, 999, 5).default(5).register(about, {
    meaning: 'Ask before redeeming more visits than this in one line.',
    unit: 'visits',
  }),
  CONFIRM_REPEAT_WITHIN_S: wholeNumber(0, 86_400, 120).default(120).register(about, {
    meaning: 'Ask when the same card was redeemed, by any person, within this time; `0` never.',
    unit: 'seconds',
  }),
  ROBOT_HOSTS: list(hostAndPort).default([]).register(about, {
    meaning:
      "`host[:port]`s on which group robots may be, besides the platforms' own, separated by commas; https only (http for this machine).",
  }),
  MEDIA_HOSTS: list(hostAndPort).default([]).register(about, {
    meaning:
      "`host[:port]`s from which pictures may be fetched besides public https addresses and the platforms' own APIs, separated by commas: what is listed may have a private address; https only (http for this machine).",
  }),
  DAILY_SUMMARY_AT: timeOfDay('22:00').nullable().default('22:00').register(about, {
    meaning: "When groups get the day's summary, or `off`. Before noon it is about the day before.",
  }),
  TIMEZONE: timeZone.default('Asia/Shanghai').register(about, {
    meaning: 'The time zone in which days begin and times are told: summaries, `记录`, `统计`, exports.',
  }),
  LOG_LEVEL: z
    .string()
    .toLowerCase()
    .pipe(oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']))
    .default('info')
    .register(about, { meaning: '`fatal`, `error`, `warn`, `info`, `debug`, `trace` or `silent`.' }),
  PUBLIC_URL: absentAsNull(serviceUrl('https://bot.example.com', 'loopback')).register(about, {
    meaning:
      'The address at which the world reaches this service, such as `https://bot.example.com`: that of the console in login links, and in receipts, which lead there. `doctor` looks through it whether callbacks arrive.',
  }),
  METRICS_TOKEN: absentAsNull(
    pattern(
      /^[\x21-\x7e]{16,256}$/u,
      'must be 16 to 256 letters, digits and signs without blanks, long enough that it cannot be guessed',
    ),
  ).register(about, {
    meaning:
      'At least 16 characters: sent as `Authorization: Bearer …` it opens `/metrics` and the details of `/readyz` [from anywhere](operating.md#watch).',
  }),
});

export type SettingName = keyof typeof settings.shape;
export type Values = z.infer<typeof settings>;

/** Every setting by name, in the order of `docs/settings.md`. */
export const SETTING_NAMES: readonly SettingName[] = settings.keyof().options;

/** Reads the values of the settings that are set; absent ones get their defaults. */
export function parseSettings(set: Readonly<Record<string, string>>): z.ZodSafeParseResult<Values> {
  return settings.safeParse(set);
}

export interface DescribedSetting extends About {
  readonly name: SettingName;
  /** As one would write it; empty where there is none. */
  readonly absent: string;
}

/** Every setting with its default and its meaning, for people who set it. */
export function describeSettings(): readonly DescribedSetting[] {
  const defaults = settings.parse({});
  return SETTING_NAMES.map((name) => {
    const said = about.get(settings.shape[name]);
    if (said === undefined) throw new Error(`${name} is not described`);
    return { name, absent: String(defaults[name] ?? ''), ...said };
  });
}

function absentAsNull<Value>(schema: z.ZodType<Value, string>) {
  return schema.nullable().default(null);
}

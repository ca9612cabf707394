import { z } from 'zod';
import * as dingtalk from '../platforms/dingtalk/hosts.ts';
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

/** The whole list of settings: what each looks like, and what holds when it is absent. */
const settings = z.object({
  HOST: host.default('127.0.0.1'),
  PORT: wholeNumber(0, 65_535, 3000).default(3000),
  DATA_DIR: z.string().default('./data'),
  DATABASE_URL: absentAsNull(databaseUrl),

  LIANTUOFU_URL: serviceUrl('https://api.liantuofu.com', 'anywhere').default('https://api.liantuofu.com'),
  LIANTUOFU_APP_ID: absentAsNull(opaque("the core merchant's appId")),
  LIANTUOFU_KEY: absentAsNull(opaque("the core merchant's key")),
  // The lower bound catches whoever thinks in seconds.
  LIANTUOFU_TIMEOUT_MS: wholeNumber(100, 120_000, 10_000).default(10_000),
  LIANTUOFU_CONSUME_SOURCE: oneOf(['0', '1', '2'])
    .transform((value) => CONSUME_SOURCES[value])
    // Staff type on a phone, and both examples of the vendor's document say so.
    .default(0),
  LIANTUOFU_CARD_DETAIL: oneOf(['before', 'after', 'off']).default('before'),

  WECOM_CORP_ID: absentAsNull(opaque('the corp id (企业ID), such as ww5823bf96d3bd56c7')),
  WECOM_APP_AGENT_ID: absentAsNull(wholeNumber(0, 4_294_967_295, 1_000_002)),
  WECOM_APP_SECRET: absentAsNull(opaque("the app's Secret")),
  WECOM_APP_TOKEN: absentAsNull(token),
  WECOM_APP_AES_KEY: absentAsNull(aesKey),
  WECOM_BOT_TOKEN: absentAsNull(token),
  WECOM_BOT_AES_KEY: absentAsNull(aesKey),
  WECOM_API_URL: serviceUrl(wecom.API_URL, 'loopback').default(wecom.API_URL),

  // DingTalk's own sample secret has blanks in it.
  DINGTALK_APP_SECRET: absentAsNull(
    pattern(/^[\x20-\x7e]+$/u, "must be the app's Client Secret (AppSecret): letters, digits and signs; copy it again"),
  ),
  DINGTALK_ROBOT_CODE: absentAsNull(opaque("the robot's robotCode")),
  DINGTALK_CORP_ID: absentAsNull(opaque('the CorpId, such as dingd8e1123006514592')),
  DINGTALK_API_URL: serviceUrl(dingtalk.API_URL, 'loopback').default(dingtalk.API_URL),
  DINGTALK_WEBHOOK_HOSTS: list(hostAndPort).default([...dingtalk.REPLY_HOSTS]),

  BOT_NAMES: list(botName).default([]),
  ADMINS: list(user).default([]),
  USER_LINES_PER_MINUTE: wholeNumber(1, 1_000_000, 30).default(30),
  CONFIRM_COUNT_OVER: wholeNumber(1, 999, 5).default(5),
  CONFIRM_REPEAT_WITHIN_S: wholeNumber(0, 86_400, 120).default(120),
  ROBOT_HOSTS: list(hostAndPort).default([]),
  DAILY_SUMMARY_AT: timeOfDay('22:00').nullable().default('22:00'),
  TIMEZONE: timeZone.default('Asia/Shanghai'),
  LOG_LEVEL: z
    .string()
    .toLowerCase()
    .pipe(oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']))
    .default('info'),
  METRICS_TOKEN: absentAsNull(
    pattern(
      /^[\x21-\x7e]{16,256}$/u,
      'must be 16 to 256 letters, digits and signs without blanks, long enough that nobody guesses it',
    ),
  ),
});

export type SettingName = keyof typeof settings.shape;
export type Values = z.infer<typeof settings>;

/** Every setting by name, in the README's order. */
export const SETTING_NAMES: readonly SettingName[] = settings.keyof().options;

/** Reads the values of the settings that are set; absent ones get their defaults. */
export function parseSettings(set: Readonly<Record<string, string>>): z.ZodSafeParseResult<Values> {
  return settings.safeParse(set);
}

function absentAsNull<Value>(schema: z.ZodType<Value, string>) {
  return schema.nullable().default(null);
}

import { isLoopback } from '../loopback.ts';
import * as dingtalkHosts from '../platforms/dingtalk/hosts.ts';
import { replyHosts } from '../platforms/hosts.ts';
import type { Proxy } from '../proxy.ts';
import type { Values } from './settings.ts';
import type { ChannelsConfig, Config } from './types.ts';

/** Groups valid values the way the program uses them. Live when the vendor's credentials are there. */
export function assemble(values: Values, proxy: Proxy | null): Config {
  const { LIANTUOFU_URL: url, LIANTUOFU_APP_ID: appId, LIANTUOFU_KEY: key } = values;
  const common = {
    host: values.HOST,
    port: values.PORT,
    dataDir: values.DATA_DIR,
    databaseUrl: values.DATABASE_URL,
    wecomApiUrl: values.WECOM_API_URL,
    botNames: values.BOT_NAMES,
    admins: values.ADMINS,
    userLinesPerMinute: values.USER_LINES_PER_MINUTE,
    confirm: { countOver: values.CONFIRM_COUNT_OVER, repeatWithinMs: values.CONFIRM_REPEAT_WITHIN_S * 1000 },
    robotHosts: values.ROBOT_HOSTS,
    mediaHosts: values.MEDIA_HOSTS,
    dailySummaryAt: values.DAILY_SUMMARY_AT,
    timeZone: values.TIMEZONE,
    logLevel: values.LOG_LEVEL,
    publicUrl: values.PUBLIC_URL,
    metricsToken: values.METRICS_TOKEN,
    proxy,
  };
  const tuning = {
    timeoutMs: values.LIANTUOFU_TIMEOUT_MS,
    consumeSource: values.LIANTUOFU_CONSUME_SOURCE,
    cardDetail: values.LIANTUOFU_CARD_DETAIL,
  };

  if (appId === null || key === null) {
    const warnings = values.DATABASE_URL === null ? [] : ['DATABASE_URL is not used in the sandbox'];
    return { mode: 'sandbox', ...common, liantuofu: tuning, warnings };
  }

  const unencrypted = url.startsWith('http:') && !isLoopback(new URL(url).hostname);
  const warnings = unencrypted ? ['LIANTUOFU_URL is http: card numbers travel unencrypted; use https'] : [];
  return {
    mode: 'live',
    ...common,
    liantuofu: { ...tuning, url, appId, key },
    channels: channelsOf(values),
    warnings,
  };
}

function channelsOf(values: Values): ChannelsConfig {
  const { WECOM_CORP_ID: corpId, WECOM_APP_TOKEN: appToken, WECOM_APP_AES_KEY: appAesKey } = values;
  const { WECOM_BOT_ID: botId, WECOM_BOT_SECRET: botSecret } = values;
  const { WECOM_BOT_TOKEN: botToken, WECOM_BOT_AES_KEY: botAesKey, DINGTALK_APP_SECRET: appSecret } = values;
  const { DINGTALK_CLIENT_ID: clientId, DINGTALK_API_URL: dingtalkUrl } = values;
  const { FEISHU_APP_ID: feishuAppId, FEISHU_APP_SECRET: feishuAppSecret } = values;
  const { FEISHU_ENCRYPT_KEY: encryptKey, FEISHU_VERIFICATION_TOKEN: verificationToken } = values;
  return {
    wecomApp:
      corpId === null || appToken === null || appAesKey === null
        ? null
        : {
            corpId,
            agentId: values.WECOM_APP_AGENT_ID,
            secret: values.WECOM_APP_SECRET,
            token: appToken,
            aesKey: appAesKey,
          },
    wecomBot: botToken === null || botAesKey === null ? null : { corpId, token: botToken, aesKey: botAesKey },
    wecomSocketBot:
      botId === null || botSecret === null ? null : { corpId, botId, secret: botSecret, url: values.WECOM_SOCKET_URL },
    dingtalk:
      appSecret === null
        ? null
        : {
            appSecret,
            clientId,
            mode: values.DINGTALK_MODE ?? (clientId === null ? 'http' : 'stream'),
            apiUrl: dingtalkUrl,
            robotCode: values.DINGTALK_ROBOT_CODE,
            corpId: values.DINGTALK_CORP_ID,
            // Only what the operator has named: an explicit list is not widened by the public address.
            webhookHosts:
              dingtalkUrl === dingtalkHosts.API_URL
                ? values.DINGTALK_WEBHOOK_HOSTS
                : replyHosts(values.DINGTALK_WEBHOOK_HOSTS, dingtalkUrl),
          },
    feishu:
      feishuAppId === null || feishuAppSecret === null
        ? null
        : {
            appId: feishuAppId,
            appSecret: feishuAppSecret,
            apiUrl: values.FEISHU_API_URL,
            callbacks: encryptKey === null || verificationToken === null ? null : { encryptKey, verificationToken },
          },
  };
}

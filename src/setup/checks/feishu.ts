import { z } from 'zod';
import type { FeishuConfig } from '../../config.ts';
import { remedyOf } from '../../platforms/errors.ts';
import { createFeishuApi, fetchFeishuToken, type FeishuApi, type FeishuResult } from '../../platforms/feishu/api.ts';
import { createFeishuSocket } from '../../platforms/feishu/bot/socket.ts';
import { ERRORS } from '../../platforms/feishu/errors.ts';
import { until } from '../../platforms/http.ts';
import type { Check, CheckContext, Finding } from './check.ts';
import { fail, ok, skipped, warn } from './findings.ts';
import { inLive } from './live.ts';
import { notConnected } from './not-connected.ts';
import { refused } from './refused.ts';
import { unreached } from './unreached.ts';
import { noDownload } from './wecom.ts';

/** The app is in use in this company. */
const IN_USE = 2;
const Bot = z.object({ bot: z.object({ app_name: z.string().catch(''), activate_status: z.number().catch(IN_USE) }) });

export const FEISHU_CHECKS: readonly Check[] = [
  {
    name: 'feishu-credentials',
    group: 'feishu',
    about: { zh: 'App ID 和 App Secret', en: 'App ID and App Secret' },
    run: withFeishu(async (feishu, { http }, signal) => {
      const token = await fetchFeishuToken({ ...feishu, url: feishu.apiUrl, http: until(signal, http) });
      if (token.kind === 'failed') return failed(token.failure, feishu);
      return ok({ zh: 'App ID 和 App Secret 对得上。', en: 'App ID and App Secret fit together.' });
    }),
  },
  {
    name: 'feishu-bot',
    group: 'feishu',
    about: { zh: '机器人能力', en: 'The bot ability of the app' },
    run: withFeishu(async (feishu, context, signal) => {
      const result = await apiOf(feishu, context, signal).call('/open-apis/bot/v3/info');
      if (result.kind === 'response' && result.ofApp && result.code !== 0)
        return skipped({ zh: '先看「App ID 和 App Secret」。', en: 'See feishu-credentials first.' });
      if (result.kind === 'silence' || result.code !== 0) return failed(result, feishu);
      return judgeBot(result.body);
    }),
  },
  {
    name: 'feishu-gateway',
    group: 'feishu',
    about: { zh: '长连接的入口', en: 'Where the long connection is opened' },
    run: withFeishu(async (feishu, context, signal) => {
      if (feishu.callbacks !== null)
        return skipped({ zh: '用的是 HTTP 回调。', en: 'Events come by HTTP, not by the long connection.' });
      const { apiUrl, appId } = feishu;
      const api = apiOf(feishu, context, signal);
      const socket = createFeishuSocket({ api, apiUrl, appId, deadlineMs: 0, now: context.now });
      const place = await socket.locate(signal);
      if (place.kind === 'refused') return notConnected('飞书', 'Feishu', place, ERRORS);
      return ok(
        {
          zh: `飞书给了长连接地址（${new URL(place.url).host}）；这里只问，不连。`,
          en: `Feishu names where to connect (${new URL(place.url).host}); this only asks and does not connect.`,
        },
        {
          zh: '事件订阅（接收消息 v2.0）和回调配置没有接口可查：群里发一条消息就知道，npm run doctor -- --wait。',
          en: 'Whether events (im.message.receive_v1) and callbacks are subscribed cannot be asked: a message proves it, npm run doctor -- --wait.',
        },
      );
    }),
  },
];

function withFeishu(
  look: (feishu: FeishuConfig, context: CheckContext, signal: AbortSignal) => Promise<Finding>,
): Check['run'] {
  return inLive(({ channels: { feishu } }, context, signal) =>
    feishu === null ? skipped({ zh: '没有用飞书。', en: 'Feishu is not set up.' }) : look(feishu, context, signal),
  );
}

function apiOf(
  { apiUrl, appId, appSecret }: FeishuConfig,
  { http, now }: CheckContext,
  signal: AbortSignal,
): FeishuApi {
  return createFeishuApi({ url: apiUrl, appId, appSecret, http: until(signal, http), download: noDownload, now });
}

function judgeBot(body: unknown): Finding {
  const { data } = Bot.safeParse(body);
  if (data === undefined)
    return warn(
      { zh: '飞书没有说机器人的情况。', en: 'Feishu says nothing of the bot.' },
      { zh: '稍后再查一次。', en: 'Check again later.' },
    );
  const { app_name, activate_status } = data.bot;
  if (activate_status === IN_USE)
    return ok({ zh: `机器人「${app_name}」已启用。`, en: `The bot 「${app_name}」 is in use.` });
  return fail(
    {
      zh: `机器人「${app_name}」没有启用（activate_status ${activate_status}）。`,
      en: `The bot 「${app_name}」 is not in use (activate_status ${activate_status}).`,
    },
    {
      zh: '开发者后台 → 应用 → 版本管理与发布，发布一个版本并让管理员通过；被停用的在飞书管理后台 → 应用管理里启用。',
      en: 'Publish a version (版本管理与发布) and have an administrator accept it; one that was switched off is switched on in 飞书管理后台 → 应用管理.',
    },
  );
}

function failed(result: FeishuResult, { apiUrl }: Pick<FeishuConfig, 'apiUrl'>): Finding {
  if (result.kind === 'silence') {
    const { seen, todo } = unreached(result, new URL(apiUrl).host);
    return fail(seen, todo);
  }
  const { code, msg } = result;
  return refused('飞书', 'Feishu', { code, words: msg, means: ERRORS[code]?.means, remedy: remedyOf(ERRORS, code) });
}

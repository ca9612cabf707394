import { z } from 'zod';
import type { LiveConfig } from '../../config.ts';
import type { Text } from '../../pages/text.ts';
import type { Download } from '../../platforms/download.ts';
import { remedyOf } from '../../platforms/errors.ts';
import { until, type PostResult } from '../../platforms/http.ts';
import { createWecomApi, fetchWecomToken } from '../../platforms/wecom/api.ts';
import { ERRORS } from '../../platforms/wecom/errors.ts';
import { AI_BOT_PATH } from '../../platforms/wecom/settings.ts';
import type { Check, CheckContext, Finding } from './check.ts';
import { fail, ok, skipped, warn } from './findings.ts';
import { inLive } from './live.ts';
import { refused } from './refused.ts';
import { unreached } from './unreached.ts';

/** Of the server API (document 90664): the address of this machine is not in the list of the app. */
const NOT_TRUSTED = 60020;
/** Corp id, secret and both: what the access token is made of. */
const OF_TOKEN: ReadonlySet<number> = new Set([40001, 40013, 40091]);

/** Document 90227. */
const Agent = z.object({
  name: z.string().catch(''),
  close: z.number().catch(0),
  allow_userinfos: z
    .object({ user: z.array(z.unknown()) })
    .optional()
    .catch(undefined),
  allow_partys: z
    .object({ partyid: z.array(z.unknown()) })
    .optional()
    .catch(undefined),
  allow_tags: z
    .object({ tagid: z.array(z.unknown()) })
    .optional()
    .catch(undefined),
});

/** A check that is cut off after five seconds could not say of what. */
const GATEWAY_MS = 4_000;

export const noDownload: Download = async () => ({ kind: 'not-fetched', why: 'unreachable' });
const NO_APP = skipped({ zh: '没有用企业微信自建应用。', en: 'No self-built app of WeCom is set up.' });
const NO_SECRET = skipped({
  zh: '没有设置 WECOM_APP_SECRET。',
  en: 'WECOM_APP_SECRET is not set: see wecom-app-secret-missing.',
});

export const WECOM_CHECKS: readonly Check[] = [
  {
    name: 'wecom-app-secret-missing',
    group: 'wecom',
    about: { zh: '自建应用的 Secret 有没有设置', en: "Whether the app's secret is set" },
    run: inLive(({ channels: { wecomApp } }) => {
      if (wecomApp === null) return NO_APP;
      if (wecomApp.secret !== null) return ok({ zh: '设置了。', en: 'It is set.' });
      return warn(
        {
          zh: 'WECOM_APP_SECRET 没有设置：超过 5 秒的结果发不出去，也看不了图片。',
          en: 'WECOM_APP_SECRET is not set: replies later than 5 s cannot be sent, and pictures not be fetched.',
        },
        {
          zh: '管理后台 → 应用管理 → 自建 → 这个应用 → Secret → 查看，填到 WECOM_APP_SECRET，AgentId 填到 WECOM_APP_AGENT_ID。',
          en: 'WeCom console → 应用管理 → 自建 → this app → Secret → 查看: set WECOM_APP_SECRET, and WECOM_APP_AGENT_ID to its AgentId.',
        },
      );
    }),
  },
  {
    name: 'wecom-app-secret',
    group: 'wecom',
    about: { zh: '企业 ID 和应用 Secret', en: "Corp id and the app's secret" },
    run: inLive(async (config, { http }, signal) => {
      const { wecomApp } = config.channels;
      if (wecomApp === null) return NO_APP;
      if (wecomApp.secret === null) return NO_SECRET;
      const { corpId, secret } = wecomApp;
      const token = await fetchWecomToken({ url: config.wecomApiUrl, corpId, secret, http: until(signal, http) });
      if (token.kind === 'failed') return failed(token.failure, config);
      return ok({ zh: '企业 ID 和 Secret 对得上。', en: 'The corp id and the secret fit together.' });
    }),
  },
  {
    name: 'wecom-app-agent',
    group: 'wecom',
    about: { zh: '应用的 AgentId、可见范围、可信 IP', en: "The app's AgentId, visible range and trusted IP" },
    run: inLive(async (config, context, signal) => {
      const { wecomApp } = config.channels;
      if (wecomApp === null) return NO_APP;
      if (wecomApp.secret === null || wecomApp.agentId === null) return NO_SECRET;
      const { corpId, secret, agentId } = wecomApp;
      const parts = { http: until(signal, context.http), download: noDownload, now: context.now };
      const api = createWecomApi({ url: config.wecomApiUrl, corpId, secret, ...parts });
      const result = await api.get('/cgi-bin/agent/get', { agentid: String(agentId) });
      if (result.kind === 'response' && OF_TOKEN.has(result.errcode))
        return skipped({ zh: '企业 ID 或 Secret 还不对，先看那一项。', en: 'See wecom-app-secret first.' });
      if (result.kind === 'silence' || result.errcode !== 0) return failed(result, config);
      return judgeAgent(Agent.parse(result.body));
    }),
  },
  {
    name: 'wecom-gateway',
    group: 'wecom',
    about: { zh: '长连接的入口', en: 'Where the long connection is opened' },
    // Only whether it is reached: to subscribe would throw a running service's connection out.
    run: inLive(async ({ channels: { wecomSocketBot } }, { http }, signal) => {
      if (wecomSocketBot === null) return skipped({ zh: '没有用长连接。', en: 'No long connection is used.' });
      const url = new URL(wecomSocketBot.url.replace(/^ws/u, 'http'));
      const within = AbortSignal.any([signal, AbortSignal.timeout(GATEWAY_MS)]);
      const heard = await http.exchange(url.href, undefined, { signal: within });
      // What it makes of a request that opens no WebSocket is its own affair.
      if (heard.kind === 'heard' || heard.left)
        return ok({
          zh: `连得上 ${url.host}；机器人 ID 和 Secret 对不对，要连上以后才知道。`,
          en: `${url.host} is reached; whether the bot's id and secret are right only its connection tells.`,
        });
      const { seen, todo } = unreached(heard, url.host);
      return fail(seen, todo);
    }),
  },
  {
    name: 'wecom-bot-callbacks',
    group: 'wecom',
    about: { zh: '智能机器人（URL 回调）', en: 'The AI bot by callbacks' },
    run: inLive(({ channels: { wecomBot } }, context) => {
      if (wecomBot === null)
        return skipped({ zh: '没有用智能机器人的 URL 回调。', en: 'No AI bot by callbacks is set up.' });
      return heardOf(context) ? ok(HEARD) : skipped(ONLY_A_MESSAGE, WRITE_TO_IT);
    }),
  },
];

const HEARD: Text = {
  zh: '启动以来收到过真实的消息。',
  en: 'A genuine message has come in since the start.',
};
const ONLY_A_MESSAGE: Text = {
  zh: '智能机器人的 Token 和 AESKey 没有接口可以核对，只有收到群里的真实消息才知道。',
  en: 'Nothing outward tells whether Token and AESKey of an AI bot are right: only a message from the chat proves it.',
};
const WRITE_TO_IT: Text = {
  zh: '运行 npm run doctor -- --wait，然后在群里 @机器人 发「帮助」。',
  en: 'Run npm run doctor -- --wait, then write 帮助 to the bot in the group.',
};

const heardOf = ({ service }: CheckContext): boolean =>
  service?.bots.some(({ name, lastMessageAt }) => name === AI_BOT_PATH && lastMessageAt !== null) === true;

function failed(result: PostResult, { wecomApiUrl, proxy }: LiveConfig): Finding {
  if (result.kind === 'silence') {
    const { seen, todo } = unreached(result, new URL(wecomApiUrl).host);
    return fail(seen, todo);
  }
  const { errcode, errmsg } = result;
  if (errcode === NOT_TRUSTED) return notTrusted(errmsg, proxy !== null);
  return refused('企业微信', 'WeCom', {
    code: errcode,
    words: errmsg,
    means: ERRORS[errcode]?.means,
    remedy: remedyOf(ERRORS, errcode),
  });
}

/** WeCom names the address that it has seen. */
function notTrusted(errmsg: string, byProxy: boolean): Finding {
  const ip = /from ip:\s*([0-9a-f.:]+[0-9a-f])/iu.exec(errmsg)?.[1] ?? null;
  const [zh, en] = ip === null ? ['本服务器的出口 IP', 'the address of this server'] : [ip, ip];
  const by = byProxy ? { zh: '（经代理出去的 IP）', en: ' (that of the proxy)' } : { zh: '', en: '' };
  return fail(
    {
      zh: `企业微信不接受来自 ${zh} 的调用（60020）：它不在企业可信 IP 里。`,
      en: `WeCom takes no calls from ${en} (60020): it is not among the trusted addresses of the app.`,
    },
    {
      zh: `管理后台 → 应用管理 → 自建 → 这个应用 → 开发者接口 → 企业可信IP → 配置，填入 ${zh}${by.zh}。要先配好可信域名或接收消息的 URL 才能填；家庭宽带的 IP 会变，要用固定的出口 IP。`,
      en: `WeCom console → 应用管理 → 自建 → this app → 开发者接口 → 企业可信IP → 配置: enter ${en}${by.en}. The page takes it only after a trusted domain or the callback address is set; the address has to be a fixed one.`,
    },
  );
}

function judgeAgent({ name, close, allow_userinfos, allow_partys, allow_tags }: z.infer<typeof Agent>): Finding {
  const [users, parties, tags] = [allow_userinfos?.user, allow_partys?.partyid, allow_tags?.tagid].map(
    (list) => list?.length ?? 0,
  );
  if (close === 1)
    return fail(
      { zh: `应用「${name}」被停用了。`, en: `The app 「${name}」 is switched off.` },
      {
        zh: '管理后台 → 应用管理 → 这个应用 → 启用应用。',
        en: 'WeCom console → 应用管理 → this app: switch it on (启用应用).',
      },
    );
  if (!users && !parties && !tags)
    return fail(
      {
        zh: `应用「${name}」的可见范围是空的，没有人看得到它。`,
        en: `Nobody can see the app 「${name}」: its visible range is empty.`,
      },
      {
        zh: '管理后台 → 应用管理 → 这个应用 → 可见范围 → 编辑，加上店员或部门。',
        en: 'WeCom console → 应用管理 → this app → 可见范围 → 编辑: add the staff or their departments.',
      },
    );
  return ok({
    zh: `应用「${name}」可用，可见：${users ?? 0} 个成员、${parties ?? 0} 个部门、${tags ?? 0} 个标签；企业微信接受了本机的调用。`,
    en: `The app 「${name}」 works and is visible to ${users ?? 0} members, ${parties ?? 0} departments, ${tags ?? 0} tags; WeCom took the call of this machine.`,
  });
}

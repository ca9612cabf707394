import type { DingtalkConfig, LiveConfig } from '../../config.ts';
import type { ApiResult } from '../../platforms/dingtalk/api.ts';
import { callDingtalk, fetchDingtalkToken } from '../../platforms/dingtalk/api.ts';
import { openGateway } from '../../platforms/dingtalk/bot/gateway.ts';
import { ERRORS } from '../../platforms/dingtalk/errors.ts';
import { remedyOf } from '../../platforms/errors.ts';
import { until } from '../../platforms/http.ts';
import type { Check, CheckContext, Finding } from './check.ts';
import { fail, ok, skipped, warn } from './findings.ts';
import { inLive } from './live.ts';
import { notConnected } from './not-connected.ts';
import { refused } from './refused.ts';
import { unreached } from './unreached.ts';

/** No file has it, and it is known as a wrong one only where the robot is ours. */
const NO_FILE = 'no-such-file';
/** What DingTalk says of such a file: the robot's code was looked at before. */
const OF_THE_FILE = 'invalidParameter.robotCode.downloadCode';

type WithClient = DingtalkConfig & { readonly clientId: string };
const NOT_USED = skipped({ zh: '没有用钉钉。', en: 'DingTalk is not set up.' });
const NO_CLIENT_ID = skipped(
  {
    zh: '没有设置 DINGTALK_CLIENT_ID（HTTP 模式可以不设），没有接口可以核对。',
    en: 'DINGTALK_CLIENT_ID is not set (HTTP mode can do without), so nothing outward tells.',
  },
  {
    zh: '群里发一条消息就知道了：npm run doctor -- --wait。设上 Client ID 还能在会话过期后补发结果。',
    en: 'A message from the group proves it: npm run doctor -- --wait. With the Client ID, late replies can be sent too.',
  },
);

export const DINGTALK_CHECKS: readonly Check[] = [
  {
    name: 'dingtalk-credentials',
    group: 'dingtalk',
    about: { zh: 'Client ID 和 Client Secret', en: 'Client ID and Client Secret' },
    run: withClient(async (dingtalk, { http }, signal) => {
      const token = await fetchDingtalkToken({ ...dingtalk, url: dingtalk.apiUrl, http: until(signal, http) });
      if (token.kind === 'failed') return failed(token.failure, dingtalk);
      return ok({ zh: 'Client ID 和 Client Secret 对得上。', en: 'Client ID and Client Secret fit together.' });
    }),
  },
  {
    name: 'dingtalk-gateway',
    group: 'dingtalk',
    about: { zh: 'Stream 长连接的入口', en: 'Where the Stream connection is opened' },
    run: withClient(async (dingtalk, { http }, signal) => {
      if (dingtalk.mode === 'http')
        return skipped({ zh: '用的是 HTTP 模式。', en: 'Messages come by HTTP, not by Stream.' });
      const place = await openGateway({ ...dingtalk, http }, signal);
      if (place.kind === 'refused') return notConnected('钉钉', 'DingTalk', place, ERRORS);
      return ok({
        zh: `钉钉给了长连接地址（${new URL(place.url).host}）；这里只问，不连。`,
        en: `DingTalk names where to connect (${new URL(place.url).host}); this only asks and does not connect.`,
      });
    }),
  },
  {
    name: 'dingtalk-robot-code',
    group: 'dingtalk',
    about: { zh: '机器人的 robotCode', en: 'The robot code' },
    run: withClient(async (dingtalk, { http }, signal) => {
      const asking = until(signal, http);
      const token = await fetchDingtalkToken({ ...dingtalk, url: dingtalk.apiUrl, http: asking });
      if (token.kind === 'failed')
        return skipped({ zh: '先看「Client ID 和 Client Secret」。', en: 'See dingtalk-credentials first.' });
      const robotCode = dingtalk.robotCode ?? dingtalk.clientId;
      const url = `${dingtalk.apiUrl}/v1.0/robot/messageFiles/download`;
      const headers = { 'x-acs-dingtalk-access-token': token.value };
      const result = await callDingtalk(asking, url, { downloadCode: NO_FILE, robotCode }, { headers });
      if (result.kind === 'refused' && result.code === OF_THE_FILE)
        return ok({ zh: `robotCode 是这个应用的：${robotCode}`, en: `The robot is this app's: ${robotCode}` });
      if (result.kind === 'refused' && ERRORS[result.code] !== undefined) return failed(result, dingtalk);
      return byLooks(robotCode, dingtalk.clientId);
    }),
  },
];

function withClient(
  look: (dingtalk: WithClient, context: CheckContext, signal: AbortSignal) => Promise<Finding>,
): Check['run'] {
  return inLive(({ channels: { dingtalk } }: LiveConfig, context, signal) => {
    if (dingtalk === null) return NOT_USED;
    const { clientId } = dingtalk;
    return clientId === null ? NO_CLIENT_ID : look({ ...dingtalk, clientId }, context, signal);
  });
}

/** DingTalk did not say. */
function byLooks(robotCode: string, clientId: string): Finding {
  if (robotCode === clientId)
    return ok({ zh: 'robotCode 用的是 Client ID。', en: 'The robot code is the Client ID, as usual.' });
  return warn(
    { zh: 'DINGTALK_ROBOT_CODE 和 Client ID 不同。', en: 'DINGTALK_ROBOT_CODE is not the Client ID.' },
    {
      zh: '一般两个是一样的：开发者后台 → 应用 → 机器人，核对 robotCode；不确定就不要设置。',
      en: 'They usually are the same: compare it with the robot page of the app, or leave it out.',
    },
  );
}

function failed(result: ApiResult, { apiUrl }: Pick<DingtalkConfig, 'apiUrl'>): Finding {
  if (result.kind === 'refused') {
    const { code, message } = result;
    const known = { means: ERRORS[code]?.means, remedy: remedyOf(ERRORS, code) };
    return refused('钉钉', 'DingTalk', { code, words: message, ...known });
  }
  const cause = result.kind === 'silence' ? result : { cause: 'answer without a code', left: true };
  const { seen, todo } = unreached(cause, new URL(apiUrl).host);
  return fail(seen, todo);
}

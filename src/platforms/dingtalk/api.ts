import { z } from 'zod';
import { createAccessToken, type FetchedToken } from '../access-token.ts';
import { TOO_MANY_REQUESTS, type Exchanging, type PlatformHttp, type Silence } from '../http.ts';
import { ERRORS, SHUT_OUT } from './errors.ts';
import type { Usage } from './usage.ts';

const Refused = z.object({ code: z.string().min(1), message: z.string().catch('') });
const ShutOut = z.object({ status: z.literal(Number(SHUT_OUT)) });
const Body = z.record(z.string(), z.unknown());
const Token = z.object({ accessToken: z.string().min(1), expireIn: z.number().positive() });

/** `refused`: it was not done, and `code` has a row in ERRORS where it is known. */
export type ApiResult =
  | { readonly kind: 'done'; readonly body: Readonly<Record<string, unknown>> }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }
  | Silence;

/** POSTs to the OpenAPI or to the gateway. Never rejects. */
export async function callDingtalk(
  http: Pick<PlatformHttp, 'exchange'>,
  url: string,
  body: object,
  { headers, signal }: Exchanging = {},
): Promise<ApiResult> {
  // Without it the answer may be XML.
  const how = { headers: { accept: 'application/json', ...headers }, ...(signal === undefined ? {} : { signal }) };
  const heard = await http.exchange(url, body, how);
  if (heard.kind === 'silence') return heard;
  const { status, json } = heard;
  const { data: refused } = Refused.safeParse(json);
  if (refused !== undefined && (status < 500 || Object.hasOwn(ERRORS, refused.code)))
    return { kind: 'refused', ...refused };
  if (status >= 500) return { kind: 'silence', left: true, cause: `status ${status}` };
  const isShutOut = json === null || status === TOO_MANY_REQUESTS || ShutOut.safeParse(json).success;
  if (isShutOut) return { kind: 'refused', code: SHUT_OUT, message: `too many calls (status ${status})` };
  const done = Body.safeParse(json);
  if (done.success && status < 300) return { kind: 'done', body: done.data };
  return { kind: 'silence', left: true, cause: `answer without a code (status ${status})` };
}

export interface DingtalkApiOptions {
  /** Such as `https://api.dingtalk.com`, without a slash at the end. */
  readonly url: string;
  readonly clientId: string;
  readonly appSecret: string;
  readonly http: Pick<PlatformHttp, 'exchange'>;
  readonly usage: Usage;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface DingtalkApi {
  /** POSTs to a path such as `/v1.0/robot/groupMessages/send` with a valid access token; `signal` ends it. Never rejects. */
  post(path: string, body: object, signal?: AbortSignal): Promise<ApiResult>;
}

/** An access token of one app, new or the one that is still good. It counts towards no quota. Never rejects. */
export async function fetchDingtalkToken({
  url,
  clientId,
  appSecret,
  http,
}: Pick<DingtalkApiOptions, 'url' | 'clientId' | 'appSecret' | 'http'>): Promise<FetchedToken<ApiResult>> {
  const result = await callDingtalk(http, `${url}/v1.0/oauth2/accessToken`, { appKey: clientId, appSecret });
  if (result.kind === 'silence') return { kind: 'failed', failure: { ...result, left: false } };
  if (result.kind === 'refused') return { kind: 'failed', failure: result };
  const { data: token } = Token.safeParse(result.body);
  if (token === undefined)
    return { kind: 'failed', failure: { kind: 'silence', left: false, cause: 'token answer without a token' } };
  return { kind: 'token', value: token.accessToken, lifetimeMs: token.expireIn * 1000 };
}

/** DingTalk's OpenAPI for one app. */
export function createDingtalkApi(options: DingtalkApiOptions): DingtalkApi {
  const { url, http, usage, now } = options;
  const token = createAccessToken({ fetch: () => fetchDingtalkToken(options), now });
  const isRefused = (result: ApiResult) => result.kind === 'refused' && ERRORS[result.code]?.means === 'token';

  return {
    post: (path, body, signal) =>
      token.use((value) => {
        usage.count('api');
        const headers = { 'x-acs-dingtalk-access-token': value };
        return callDingtalk(http, `${url}${path}`, body, { headers, ...(signal === undefined ? {} : { signal }) });
      }, isRefused),
  };
}

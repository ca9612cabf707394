import { z } from 'zod';
import { createAccessToken, type FetchedToken } from '../access-token.ts';
import type { Download, Downloaded } from '../download.ts';
import { PlatformResponse, ResultCode, type PlatformHttp, type PostResult } from '../http.ts';
import { parseJson } from '../json.ts';
import { ERRORS } from './errors.ts';

const TokenResponse = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() });

const Answered = PlatformResponse.extend({ errcode: ResultCode.default(0) });

export interface WecomApiOptions {
  /** Such as `https://qyapi.weixin.qq.com`, without a slash at the end. */
  readonly url: string;
  readonly corpId: string;
  readonly secret: string;
  readonly http: PlatformHttp;
  readonly download: Download;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

type Query = Readonly<Record<string, string>>;

export interface WecomApi {
  /** POSTs to a path such as `/cgi-bin/message/send` with a valid access token. Never rejects. */
  post(path: string, body: object, query?: Query): Promise<PostResult>;
  /** GETs JSON in the same way. An answer without `errcode` is a yes: so the document has that of `menu/get`. */
  get(path: string, query: Query): Promise<PostResult>;
  /** GETs a file in the same way; WeCom answers JSON where it does not give it. */
  download(path: string, query: Query, signal: AbortSignal): Promise<Downloaded | PostResult>;
}

/** An access token of one app, new or the one that is still good. Never rejects. */
export async function fetchWecomToken({
  url,
  corpId,
  secret,
  http,
}: Pick<WecomApiOptions, 'url' | 'corpId' | 'secret' | 'http'>): Promise<FetchedToken<PostResult>> {
  const query = new URLSearchParams({ corpid: corpId, corpsecret: secret });
  const result = await http.call(`${url}/cgi-bin/gettoken?${query.toString()}`);
  if (result.kind === 'silence') return { kind: 'failed', failure: { ...result, left: false } };
  if (result.errcode !== 0) return { kind: 'failed', failure: result };
  const response = TokenResponse.safeParse(result.body);
  if (!response.success)
    return { kind: 'failed', failure: { kind: 'silence', left: false, cause: 'token answer without a token' } };
  return { kind: 'token', value: response.data.access_token, lifetimeMs: response.data.expires_in * 1000 };
}

/** WeCom's server API for one app. */
export function createWecomApi(options: WecomApiOptions): WecomApi {
  const { url, http, download, now } = options;
  const token = createAccessToken({ fetch: () => fetchWecomToken(options), now });
  const isRefused = (result: Downloaded | PostResult) =>
    result.kind === 'response' && ERRORS[result.errcode]?.means === 'token';
  const at = (path: string, access_token: string, query: Query) =>
    `${url}${path}?${new URLSearchParams({ access_token, ...query }).toString()}`;

  async function get(address: string): Promise<PostResult> {
    const heard = await http.exchange(address);
    if (heard.kind === 'silence') return heard;
    const { data } = Answered.safeParse(heard.json);
    if (data === undefined) return { kind: 'silence', left: true, cause: `answer without JSON (${heard.status})` };
    return { kind: 'response', errcode: data.errcode, errmsg: data.errmsg, body: data };
  }

  return {
    post: (path, body, query = {}) => token.use((value) => http.call(at(path, value, query), body), isRefused),
    get: (path, query) => token.use((value) => get(at(path, value, query)), isRefused),
    download: (path, query, signal) =>
      token.use(async (value) => saidInstead(await download(at(path, value, query), { signal })), isRefused),
  };
}

/** A file is told from what is said instead of it by its type (document 90254). */
function saidInstead(file: Downloaded): Downloaded | PostResult {
  if (file.kind === 'not-fetched' || !/^(?:application\/json|text\/)/iu.test(file.contentType)) return file;
  const { data } = PlatformResponse.safeParse(parseJson(Buffer.from(file.bytes).toString()));
  if (data === undefined) return { kind: 'not-fetched', why: 'unreachable' };
  return { kind: 'response', errcode: data.errcode, errmsg: data.errmsg, body: data };
}

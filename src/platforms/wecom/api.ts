import { z } from 'zod';
import type { PlatformHttp, PostResult } from '../http.ts';
import { ERRORS } from './errors.ts';

const RENEW_EARLY_MS = 5 * 60_000;

const TokenResponse = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() });

export interface WecomApiOptions {
  /** Such as `https://qyapi.weixin.qq.com`, without a slash at the end. */
  readonly url: string;
  readonly corpId: string;
  readonly secret: string;
  readonly http: PlatformHttp;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface WecomApi {
  /** POSTs to a path such as `/cgi-bin/message/send` with a valid access token. Never rejects. */
  post(path: string, body: object): Promise<PostResult>;
}

/** WeCom's server API for one app. The access token is fetched when it is needed, by one caller at a time, and kept. */
export function createWecomApi({ url, corpId, secret, http, now }: WecomApiOptions): WecomApi {
  let token: { value: string; renewAt: number } | null = null;
  let fetching: Promise<PostResult> | null = null;

  async function fetchToken(): Promise<PostResult> {
    const query = new URLSearchParams({ corpid: corpId, corpsecret: secret });
    const result = await http.call(`${url}/cgi-bin/gettoken?${query.toString()}`);
    if (result.kind === 'silence') return { ...result, left: false };
    if (result.errcode !== 0) return result;
    const response = TokenResponse.safeParse(result.body);
    if (!response.success) return { kind: 'silence', left: false, cause: 'token answer without a token' };
    const { access_token, expires_in } = response.data;
    // Early, but never so early that every call fetches a token of its own.
    const lifetimeMs = expires_in * 1000;
    token = { value: access_token, renewAt: now() + Math.max(lifetimeMs - RENEW_EARLY_MS, lifetimeMs / 2) };
    return result;
  }

  async function post(path: string, body: object, again: boolean): Promise<PostResult> {
    if (token === null || now() >= token.renewAt) {
      fetching ??= fetchToken().finally(() => {
        fetching = null;
      });
      const fetched = await fetching;
      if (fetched.kind === 'silence' || fetched.errcode !== 0) return fetched;
    }
    const used = token;
    if (used === null) return { kind: 'silence', left: false, cause: 'no access token' };
    const result = await http.call(
      `${url}${path}?${new URLSearchParams({ access_token: used.value }).toString()}`,
      body,
    );
    const refused = result.kind === 'response' && ERRORS[result.errcode]?.means === 'token';
    if (!refused || !again) return result;
    // Another caller may have fetched a new one meanwhile.
    if (token === used) token = null;
    return post(path, body, false);
  }

  return { post: (path, body) => post(path, body, true) };
}

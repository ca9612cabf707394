import { z } from 'zod';
import { createAccessToken, type FetchedToken } from '../access-token.ts';
import type { PlatformHttp, PostResult } from '../http.ts';
import { ERRORS } from './errors.ts';

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

/** WeCom's server API for one app. */
export function createWecomApi({ url, corpId, secret, http, now }: WecomApiOptions): WecomApi {
  async function fetch(): Promise<FetchedToken<PostResult>> {
    const query = new URLSearchParams({ corpid: corpId, corpsecret: secret });
    const result = await http.call(`${url}/cgi-bin/gettoken?${query.toString()}`);
    if (result.kind === 'silence') return { kind: 'failed', failure: { ...result, left: false } };
    if (result.errcode !== 0) return { kind: 'failed', failure: result };
    const response = TokenResponse.safeParse(result.body);
    if (!response.success)
      return { kind: 'failed', failure: { kind: 'silence', left: false, cause: 'token answer without a token' } };
    return { kind: 'token', value: response.data.access_token, lifetimeMs: response.data.expires_in * 1000 };
  }

  const token = createAccessToken({ fetch, now });
  const isRefused = (result: PostResult) => result.kind === 'response' && ERRORS[result.errcode]?.means === 'token';

  return {
    post: (path, body) =>
      token.use(
        (value) => http.call(`${url}${path}?${new URLSearchParams({ access_token: value }).toString()}`, body),
        isRefused,
      ),
  };
}

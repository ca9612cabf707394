import { z } from 'zod';
import { createAccessToken, type FetchedToken } from '../access-token.ts';
import type { Download, Downloaded } from '../download.ts';
import { ResultCode, TOO_MANY_REQUESTS, type Heard, type PlatformHttp, type Silence } from '../http.ts';
import { parseJson } from '../json.ts';
import { ERRORS, THROTTLED } from './errors.ts';

/** A token lasts two hours. With less than this left the platform gives a new one, and both work. */
const RENEW_EARLY_MS = 30 * 60_000;
/** Seconds until more may be sent. */
const RESET_HEADER = 'x-ogw-ratelimit-reset';

const ApiResponse = z.looseObject({
  code: ResultCode,
  msg: z.string().catch(''),
  error: z.looseObject({ log_id: z.string().optional() }).optional().catch(undefined),
});
const TokenResponse = z.looseObject({ tenant_access_token: z.string().min(1), expire: z.number().positive() });
const BotResponse = z.looseObject({ bot: z.looseObject({ open_id: z.string().min(1) }) });

export interface FeishuApiOptions {
  /** Such as `https://open.feishu.cn`, without a slash at the end. */
  readonly url: string;
  readonly appId: string;
  readonly appSecret: string;
  readonly http: Pick<PlatformHttp, 'exchange'>;
  readonly download: Download;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** How a call is made besides its path and its body. */
export interface Calling {
  /** Absent: POST with a body, GET without one. */
  readonly method?: 'POST' | 'PATCH';
  /** Ends it, as silence. */
  readonly signal?: AbortSignal;
}

/** What the platform said; `code` 0 is yes. */
export interface FeishuResponse {
  readonly kind: 'response';
  readonly code: number;
  readonly msg: string;
  /** By which the platform's support finds it; null where there is none. */
  readonly logId: string | null;
  /** Milliseconds until more may be sent; null where it does not say. */
  readonly resetMs: number | null;
  /** Whether it is the app that was refused, before anything was asked of it. */
  readonly ofApp: boolean;
  readonly body: Readonly<Record<string, unknown>>;
}

export type FeishuResult = FeishuResponse | Silence;

export interface FeishuApi {
  /** Calls a path such as `/open-apis/im/v1/messages` with a valid access token. Never rejects. */
  call(path: string, body?: object, how?: Calling): Promise<FeishuResult>;
  /** Downloads what is at a path with a valid access token, or resolves with what the platform says instead. Never rejects. */
  download(path: string, signal: AbortSignal): Promise<Downloaded | FeishuResult>;
  /** Asks where a long connection is opened, which takes no access token. Never rejects. */
  askForSocket(signal: AbortSignal): Promise<FeishuResult>;
  /** The bot's own open_id, kept once it is known. Rejects where it cannot be found out now. */
  botOpenId(): Promise<string>;
}

/** An access token of one app, new or the one that is still good. Never rejects. */
export async function fetchFeishuToken({
  url,
  appId,
  appSecret,
  http,
}: Pick<FeishuApiOptions, 'url' | 'appId' | 'appSecret' | 'http'>): Promise<FetchedToken<FeishuResult>> {
  const path = '/open-apis/auth/v3/tenant_access_token/internal';
  const result = toResult(await http.exchange(url + path, { app_id: appId, app_secret: appSecret }), true);
  if (result.kind === 'silence') return { kind: 'failed', failure: { ...result, left: false } };
  if (result.code !== 0) return { kind: 'failed', failure: result };
  const response = TokenResponse.safeParse(result.body);
  if (!response.success)
    return { kind: 'failed', failure: { kind: 'silence', left: false, cause: 'token answer without a token' } };
  const { tenant_access_token: value, expire } = response.data;
  return { kind: 'token', value, lifetimeMs: expire * 1000 };
}

/** The server API for one app. */
export function createFeishuApi(options: FeishuApiOptions): FeishuApi {
  const { url, appId, appSecret, http, download, now } = options;
  const token = createAccessToken({ fetch: () => fetchFeishuToken(options), renewEarlyMs: RENEW_EARLY_MS, now });
  let openId: string | null = null;
  let finding: Promise<string> | null = null;

  const isRefused = (result: FeishuResult | Downloaded) =>
    result.kind === 'response' && ERRORS[result.code]?.means === 'token';

  function call(path: string, body?: object, how: Calling = {}): Promise<FeishuResult> {
    return token.use<FeishuResult>(async (value) => {
      return toResult(await http.exchange(url + path, body, { ...how, headers: bearer(value) }), false);
    }, isRefused);
  }

  function fetchFile(path: string, signal: AbortSignal): Promise<Downloaded | FeishuResult> {
    return token.use<Downloaded | FeishuResult>(async (value) => {
      const downloaded = await download(url + path, { headers: bearer(value), signal });
      const said = saidInstead(downloaded);
      const result = said === null ? said : toResult({ ...said, kind: 'heard', headers: {} }, false);
      return result?.kind === 'response' ? result : downloaded;
    }, isRefused);
  }

  async function findOpenId(): Promise<string> {
    const result = await call('/open-apis/bot/v3/info');
    if (result.kind === 'silence') throw new Error(`the bot's own id is not known: ${result.cause}`);
    const response = BotResponse.safeParse(result.body);
    if (result.code !== 0 || !response.success)
      throw new Error(`the bot's own id is not known: ${result.code} ${result.msg}`);
    openId = response.data.bot.open_id;
    return openId;
  }

  return {
    call,
    download: fetchFile,
    async askForSocket(signal) {
      const options = { headers: { locale: 'zh' }, signal };
      const body = { AppID: appId, AppSecret: appSecret };
      return toResult(await http.exchange(`${url}/callback/ws/endpoint`, body, options), true);
    },
    async botOpenId() {
      if (openId !== null) return openId;
      finding ??= findOpenId().finally(() => {
        finding = null;
      });
      return finding;
    },
  };
}

/** What the platform says in the place of a file, which it does with the status 200 too; null where it says nothing. */
function saidInstead(downloaded: Downloaded): Pick<Heard, 'status' | 'json'> | null {
  if (downloaded.kind === 'not-fetched') {
    const { said } = downloaded;
    return said === undefined ? null : { status: said.status, json: parseJson(said.body.toString()) };
  }
  if (!downloaded.contentType.startsWith('application/json')) return null;
  return { status: 200, json: parseJson(Buffer.from(downloaded.bytes).toString()) };
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** Errors come with the status 400 as well as with 200: only the code counts, where there is one. */
function toResult(heard: Heard | Silence, ofApp: boolean): FeishuResult {
  if (heard.kind === 'silence') return heard;
  const reset = Number(heard.headers[RESET_HEADER]);
  const resetMs = Number.isFinite(reset) && reset > 0 ? reset * 1000 : null;
  const isThrottled = heard.status === TOO_MANY_REQUESTS;
  const response = ApiResponse.safeParse(heard.json);
  if (!response.success) {
    if (!isThrottled) return { kind: 'silence', left: true, cause: `answer without code (${heard.status})` };
    return { kind: 'response', code: THROTTLED, msg: 'status 429', logId: null, resetMs, ofApp, body: {} };
  }
  const { code, msg, error } = response.data;
  return {
    kind: 'response',
    code: isThrottled ? THROTTLED : code,
    msg,
    logId: error?.log_id ?? null,
    resetMs,
    ofApp,
    body: response.data,
  };
}

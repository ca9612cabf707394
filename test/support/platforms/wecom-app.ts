import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Deliver, PlatformResponse } from '../platforms.ts';
import type { ApiAnswer } from './dingtalk-api.ts';
import { parseJson } from './json.ts';

export interface WecomAppOptions {
  readonly corpId: string;
  readonly secret: string;
  readonly agentId: number;
  readonly tokenSeconds: number;
  readonly now: () => number;
  readonly deliver: Deliver;
}

const MAX_BYTES = 2048;

const Message = z.strictObject({
  touser: z.string().regex(/^[^|]+$/),
  msgtype: z.literal('text'),
  agentid: z.number().int(),
  text: z.strictObject({ content: z.string() }),
  safe: z.literal(0).optional(),
  enable_duplicate_check: z.union([z.literal(0), z.literal(1)]).optional(),
  duplicate_check_interval: z
    .number()
    .int()
    .min(1)
    .max(4 * 3600)
    .optional(),
});

/** Who sees the app, and whether it is on. */
export interface WecomAgent {
  readonly close: 0 | 1;
  readonly users: readonly string[];
  readonly parties: readonly number[];
}

/** Tokens, messages, media and the description of a self-built app (documents 91039, 90236, 90254 and 90227). */
export function createWecomApp({ corpId, secret, agentId, tokenSeconds, now, deliver }: WecomAppOptions) {
  let token: { value: string; expiresAt: number } | null = null;
  const ended = new Map<string, number>();
  const hidden = new Set<string>();
  const shownAt = new Map<string, number>();
  const media = new Map<string, Uint8Array>();
  let agent: WecomAgent = { close: 0, users: ['zhangsan'], parties: [1] };
  let seenIp: string | null = null;

  function tokenProblem(shown: string | null): PlatformResponse | null {
    if (shown === null || shown === '') return { errcode: 41001, errmsg: 'access_token missing' };
    if (seenIp !== null)
      return {
        errcode: 60020,
        errmsg: `not allow to access from your ip, hint: [1764], from ip: ${seenIp}, more info at https://open.work.weixin.qq.com/devtool/query?e=60020`,
      };
    const errcode = ended.get(shown);
    if (errcode !== undefined) return { errcode, errmsg: 'access_token ended' };
    if (shown !== token?.value) return { errcode: 40014, errmsg: 'invalid access_token' };
    return now() < token.expiresAt ? null : { errcode: 42001, errmsg: 'access_token expired' };
  }

  return {
    getToken(query: URLSearchParams): PlatformResponse {
      if (query.get('corpid') !== corpId) return { errcode: 40013, errmsg: 'invalid corpid' };
      if (query.get('corpsecret') !== secret) return { errcode: 40001, errmsg: 'invalid credential' };
      if (token === null || now() >= token.expiresAt) {
        token = { value: randomBytes(32).toString('base64url'), expiresAt: now() + tokenSeconds * 1000 };
      }
      const expires_in = Math.ceil((token.expiresAt - now()) / 1000);
      return { errcode: 0, errmsg: 'ok', access_token: token.value, expires_in };
    },

    send(query: URLSearchParams, body: string): PlatformResponse {
      const problem = tokenProblem(query.get('access_token'));
      if (problem !== null) return problem;
      const message = Message.safeParse(parseJson(body));
      if (!message.success) return { errcode: 40058, errmsg: z.prettifyError(message.error) };
      const { touser: to, agentid, text, enable_duplicate_check: check, duplicate_check_interval } = message.data;
      if (agentid !== agentId) return { errcode: 40056, errmsg: 'invalid agentid' };
      if (text.content === '') return { errcode: 44004, errmsg: 'empty content' };
      if (Buffer.byteLength(text.content) > MAX_BYTES) return { errcode: 45002, errmsg: 'content size out of limit' };
      if (hidden.has(to)) return { errcode: 0, errmsg: 'ok', invaliduser: to, msgid: 'm' };

      const key = JSON.stringify([to, text.content]);
      const intervalMs = (duplicate_check_interval ?? 1800) * 1000;
      const duplicate = check === 1 && now() - (shownAt.get(key) ?? -Infinity) < intervalMs;
      if (!duplicate) {
        shownAt.set(key, now());
        deliver({ channel: 'wecom-app', to, text: text.content, mentions: [] });
      }
      return { errcode: 0, errmsg: 'ok', invaliduser: '', msgid: 'm' };
    },

    getAgent(query: URLSearchParams): PlatformResponse {
      const id = query.get('agentid') ?? '';
      if (!/^\d+$/u.test(id)) return { errcode: 40056, errmsg: 'invalid agentid' };
      if (Number(id) !== agentId)
        return { errcode: 301002, errmsg: 'not allow operate another agent with this accesstoken' };
      return {
        ...{ errcode: 0, errmsg: 'ok', agentid: agentId, name: '核销助手', description: '', close: agent.close },
        ...{ redirect_domain: '', report_location_flag: 0, isreportenter: 0, home_url: '', square_logo_url: '' },
        allow_userinfos: { user: agent.users.map((userid) => ({ userid })) },
        allow_partys: { partyid: agent.parties },
        allow_tags: { tagid: [] },
      };
    },
    changeAgent(change: Partial<WecomAgent>): void {
      agent = { ...agent, ...change };
    },
    /** From now on calls come from this address, which the app does not trust. */
    distrust(ip: string): void {
      seenIp = ip;
    },

    /** Answers a call that shows a good access token. */
    withToken<Answer>(query: URLSearchParams, act: () => Answer): Answer | PlatformResponse {
      return tokenProblem(query.get('access_token')) ?? act();
    },
    /** The media id of a picture. */
    addMedia(bytes: Uint8Array): string {
      const id = randomBytes(24).toString('base64url');
      media.set(id, bytes);
      return id;
    },
    getMedia(query: URLSearchParams): PlatformResponse | ApiAnswer {
      const bytes = media.get(query.get('media_id') ?? '');
      return bytes === undefined ? { errcode: 40007, errmsg: 'invalid media_id' } : { status: 200, body: bytes };
    },

    revokeToken(errcode: 40014 | 42001): void {
      if (token !== null) ended.set(token.value, errcode);
      token = null;
    },
    hideUser(user: string): void {
      hidden.add(user);
    },
  };
}

import { createHmac, randomBytes, randomInt, randomUUID } from 'node:crypto';
import type { ChannelsConfig } from '../../config.ts';
import type { Text } from '../../pages/text.ts';
import { BOT_PATH as DINGTALK_PATH } from '../../platforms/dingtalk/settings.ts';
import { encrypt } from '../../platforms/feishu/cipher.ts';
import { BOT_PATH as FEISHU_PATH } from '../../platforms/feishu/settings.ts';
import type { Received, Silence } from '../../platforms/receive.ts';
import { createEnvelope } from '../../platforms/wecom/envelope.ts';
import { AI_BOT_PATH, APP_PATH } from '../../platforms/wecom/settings.ts';
import type { Ask } from './public-ask.ts';

/** What came of a knock at one callback path. `altered`: what the query says changed on the way. */
export type Knocked =
  | Silence
  | { readonly kind: 'ours' }
  | { readonly kind: 'altered' }
  | { readonly kind: 'other-keys' }
  | { readonly kind: 'status'; readonly status: number; readonly location: string | null }
  | { readonly kind: 'another-page' };

/** One path on which callbacks come in. */
export interface Door {
  readonly path: string;
  /** Which settings the keys are. */
  readonly keys: string;
  knock(ask: Ask, now: () => number): Promise<Knocked>;
}

/** The paths of all bots that are reached by callbacks. */
export function doorsOf({ wecomApp, wecomBot, dingtalk, feishu }: ChannelsConfig): Door[] {
  const doors: (Door | null)[] = [
    wecomApp && wecomDoor(APP_PATH, 'WECOM_APP_TOKEN, WECOM_APP_AES_KEY, WECOM_CORP_ID', wecomApp, wecomApp.corpId),
    wecomBot && wecomDoor(AI_BOT_PATH, 'WECOM_BOT_TOKEN, WECOM_BOT_AES_KEY', wecomBot, ''),
    dingtalk?.mode === 'http' ? dingtalkDoor(dingtalk) : null,
    feishu?.callbacks ? feishuDoor(feishu.callbacks) : null,
  ];
  return doors.filter((door) => door !== null);
}

/** Base64 has a `+` in it that careless proxies make a blank of: first it is sent with one, then without. */
function wecomDoor(
  path: string,
  keys: string,
  { token, aesKey }: { readonly token: string; readonly aesKey: string },
  receiveId: string,
): Door {
  const envelope = createEnvelope({ token, aesKey, receiveId, randomBytes });

  async function echo(ask: Ask, now: () => number, withPlus: boolean): Promise<Knocked> {
    const text = String(randomInt(10 ** 14)).padStart(15, '1');
    const timestamp = Math.floor(now() / 1000);
    const nonce = String(randomInt(10 ** 9));
    let sealed = envelope.seal(text, timestamp, nonce);
    // Of 88 signs and more one is a `+` three times out of four; none of them `+` or `/` once in sixty.
    while (withPlus ? !sealed.encrypted.includes('+') : /[+/]/u.test(sealed.encrypted))
      sealed = envelope.seal(text, timestamp, nonce);
    const { encrypted, signature } = sealed;
    const echostr = withPlus ? encodeURIComponent(encrypted) : encrypted;
    const query = `msg_signature=${signature}&timestamp=${timestamp}&nonce=${nonce}&echostr=${echostr}`;
    const heard = await ask(`${path}?${query}`, { method: 'GET' });
    return judge(heard, (body) => body === text);
  }

  return {
    path,
    keys,
    async knock(ask, now) {
      const first = await echo(ask, now, true);
      if (first.kind !== 'other-keys') return first;
      const second = await echo(ask, now, false);
      return second.kind === 'ours' ? { kind: 'altered' } : second;
    },
  };
}

/** A message of no type, of which nothing comes: signed rightly it is taken, and signed wrongly it is not. */
function dingtalkDoor({
  appSecret,
  robotCode,
  corpId,
}: {
  readonly appSecret: string;
  readonly robotCode: string | null;
  readonly corpId: string | null;
}): Door {
  function post(ask: Ask, now: () => number, secret: string): Promise<Received | Silence> {
    const timestamp = String(now());
    const sign = createHmac('sha256', secret).update(`${timestamp}\n${secret}`).digest('base64');
    const body = {
      createAt: now(),
      ...(robotCode !== null && { robotCode }),
      ...(corpId !== null && { chatbotCorpId: corpId }),
    };
    const headers = { 'content-type': 'application/json; charset=utf-8', timestamp, sign };
    return ask(DINGTALK_PATH, { method: 'POST', headers, body: JSON.stringify(body) });
  }

  return {
    path: DINGTALK_PATH,
    keys: 'DINGTALK_APP_SECRET, DINGTALK_ROBOT_CODE, DINGTALK_CORP_ID',
    async knock(ask, now) {
      const taken = judge(await post(ask, now, appSecret), (body) => body === '');
      if (taken.kind !== 'ours') return taken;
      const refused = judge(await post(ask, now, randomUUID()), () => true);
      return refused.kind === 'other-keys' ? taken : refused.kind === 'silence' ? refused : { kind: 'another-page' };
    },
  };
}

/** The console's own check of the address. */
function feishuDoor({
  encryptKey,
  verificationToken,
}: {
  readonly encryptKey: string;
  readonly verificationToken: string;
}): Door {
  return {
    path: FEISHU_PATH,
    keys: 'FEISHU_ENCRYPT_KEY, FEISHU_VERIFICATION_TOKEN',
    async knock(ask) {
      const challenge = randomUUID();
      const check = JSON.stringify({ type: 'url_verification', challenge, token: verificationToken });
      const heard = await ask(FEISHU_PATH, {
        method: 'POST',
        headers: { 'content-type': 'application/json; charset=utf-8' },
        body: JSON.stringify({ encrypt: encrypt(encryptKey, check, randomBytes(16)) }),
      });
      return judge(heard, (body) => body.startsWith('{') && body.includes(challenge));
    },
  };
}

function judge(heard: Received | Silence, isOurs: (body: string) => boolean): Knocked {
  if (heard.kind === 'silence') return heard;
  const { status, headers, body } = heard;
  if (status === 200) return { kind: isOurs(body.toString()) ? 'ours' : 'another-page' };
  if (status === 403) return { kind: 'other-keys' };
  return { kind: 'status', status, location: URL.parse(headers.location ?? '')?.origin ?? null };
}

/** What is wrong at a path, in words; null: nothing is. */
export function wordsOf(knocked: Exclude<Knocked, Silence>, { path, keys }: Door, target: string): Words | null {
  switch (knocked.kind) {
    case 'ours':
      return null;
    case 'altered':
      return {
        seen: {
          zh: '网址参数在路上被改了（+ 变成了空格）',
          en: 'the query was altered on the way (a + became a blank)',
        },
        todo: {
          zh: '代理要原样转发网址参数，不要解码再编码：nginx 的 proxy_pass 后面不要写路径或 $args 拼接。',
          en: 'Have the proxy pass the query on as it is, without decoding it: in nginx, proxy_pass without a path or $arg_… behind it.',
        },
      };
    case 'other-keys':
      return {
        seen: { zh: '那里的程序不认这里的密钥（403）', en: 'the program there does not know these keys (403)' },
        todo: {
          zh: `改过 ${keys} 就重启服务；地址后面如果是另一套服务，就改代理；有防火墙（WAF）就放行这个路径；代理不能去掉网址里 ? 后面的参数和请求头。`,
          en: `Restart the service after a change of ${keys}; where another service is behind the address, change the proxy; let a firewall (WAF) pass this path, and have the proxy drop neither the query behind ? nor headers.`,
        },
      };
    case 'another-page':
      return {
        seen: { zh: '回答的不是本程序，是别的网页', en: 'something else answers there, another page' },
        todo: {
          zh: `让代理把 ${path} 转到 ${target}，并检查 PUBLIC_URL 是不是这个服务的地址。`,
          en: `Have the proxy lead ${path} to ${target}, and see whether PUBLIC_URL is the address of this service.`,
        },
      };
    case 'status':
      return wordsOfStatus(knocked, path, target);
  }
}

export interface Words {
  readonly seen: Text;
  readonly todo: Text;
}

function wordsOfStatus(
  { status, location }: Extract<Knocked, { kind: 'status' }>,
  path: string,
  target: string,
): Words {
  const lead = {
    zh: `让代理把 ${path} 转到 ${target}（nginx：location ${path} { proxy_pass ${target}; }）。`,
    en: `Have the proxy lead ${path} to ${target} (nginx: location ${path} { proxy_pass ${target}; }).`,
  };
  if (status === 404)
    return {
      seen: { zh: '找不到（404）', en: 'not found (404)' },
      todo: {
        zh: `${lead.zh}代理没问题的话，是运行中的服务还没有用上这些设置：重启它。`,
        en: `${lead.en} If the proxy is right, the running service does not have these settings yet: restart it.`,
      },
    };
  if (status === 502 || status === 503 || status === 504)
    return {
      seen: { zh: `代理连不上本程序（${status}）`, en: `the proxy does not reach the service (${status})` },
      todo: {
        zh: `看服务有没有在运行（npm start），代理要转到 ${target}。`,
        en: `See whether the service runs (npm start); the proxy has to lead to ${target}.`,
      },
    };
  if (status >= 300 && status < 400) {
    const to = location === null ? { zh: '别处', en: 'elsewhere' } : { zh: ` ${location}`, en: location };
    return {
      seen: { zh: `被转到${to.zh}（${status}）`, en: `redirected to ${to.en} (${status})` },
      todo: {
        zh: '平台不跟随跳转：PUBLIC_URL 要写最后的那个 https 地址，代理不要对回调路径跳转。',
        en: 'Platforms follow no redirect: give the final https address as PUBLIC_URL, and have the proxy redirect no callbacks.',
      },
    };
  }
  if (status === 401 || status === 407)
    return {
      seen: { zh: `要登录才能访问（${status}）`, en: `a password is asked for (${status})` },
      todo: { zh: `代理不要给 ${path} 加密码。`, en: `Have the proxy ask no password for ${path}.` },
    };
  return { seen: { zh: `状态 ${status}`, en: `status ${status}` }, todo: lead };
}

import type { LiveConfig } from '../../config.ts';
import { isLoopback } from '../../loopback.ts';
import type { Check, CheckContext, Finding } from './check.ts';
import { fail, ok, skipped, together, warn } from './findings.ts';
import { inLive } from './live.ts';
import { askPublicly, type PublicAddress } from './public-ask.ts';
import { doorsOf, wordsOf, type Door, type Knocked } from './public-doors.ts';
import { unreached } from './unreached.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const FEW_DAYS = 14;
const NO_ADDRESS = skipped({ zh: '没有设置 PUBLIC_URL。', en: 'PUBLIC_URL is not set.' });

export const PUBLIC_CHECKS: readonly Check[] = [
  {
    name: 'public-address',
    group: 'public',
    about: { zh: '公网地址能不能收到回调', en: 'Whether callbacks arrive at the public address' },
    run: inLive(async (config, context, signal) => {
      const doors = doorsOf(config.channels);
      if (doors.length === 0)
        return skipped({
          zh: '机器人都用长连接，不需要公网地址。',
          en: 'All bots have connections of their own: no public address is needed.',
        });
      if (config.publicUrl === null)
        return warn(
          {
            zh: '有机器人用回调，但没有设置 PUBLIC_URL，查不了。',
            en: 'There are callbacks, and PUBLIC_URL is not set.',
          },
          {
            zh: '把平台后台里填的网址（到路径之前）设成 PUBLIC_URL，例如 https://bot.example.com。',
            en: 'Set PUBLIC_URL to the address in the platforms’ consoles, without the path, such as https://bot.example.com.',
          },
        );
      const { publicUrl } = config;
      const findings = await askPublicly(config, publicUrl, signal, ({ ask }) =>
        Promise.all(doors.map(async (door) => judge(await door.knock(ask, context.now), door, { config, context }))),
      );
      return together(findings);
    }),
  },
  {
    name: 'certificate',
    group: 'public',
    about: { zh: '公网地址的证书', en: 'The certificate of the public address' },
    run: withAddress(async ({ ask, certificate }, url, { now }) => {
      if (url.protocol !== 'https:')
        return skipped({ zh: 'PUBLIC_URL 是 http，没有证书。', en: 'PUBLIC_URL is http: there is no certificate.' });
      const heard = await ask('/', { method: 'GET' });
      const shown = certificate();
      if (shown !== null) return judgeDays((Date.parse(shown.valid_to) - now()) / DAY_MS, shown.valid_to);
      if (heard.kind === 'received') return skipped({ zh: '没有看到证书。', en: 'No certificate was seen.' });
      return judgeCertificate(heard, url.host);
    }),
  },
  {
    name: 'metrics-not-public',
    group: 'public',
    about: { zh: '内部页面有没有露在公网上', en: 'Whether internal pages show at the public address' },
    run: withAddress(async ({ ask }, url) => {
      if (isLoopback(url.hostname))
        return skipped({
          zh: 'PUBLIC_URL 就是本机，看不出公网上能看到什么。',
          en: 'PUBLIC_URL is this machine: what the world sees cannot be seen there.',
        });
      const pages = await Promise.all(
        INTERNAL.map(async ({ path, shows }) => {
          const heard = await ask(path, { method: 'GET' });
          if (heard.kind === 'silence') return heard;
          return { kind: 'seen' as const, path, shows: heard.status === 200 && shows(heard.body.toString()) };
        }),
      );
      const open = pages.flatMap((page) => (page.kind === 'seen' && page.shows ? page.path : []));
      if (open.length > 0) return exposed(open);
      const silent = pages.find((page) => page.kind === 'silence');
      if (silent?.kind === 'silence')
        return skipped({ zh: '公网地址没有连上。', en: `The public address was not reached (${silent.cause}).` });
      return ok({
        zh: '公网上看不到 /metrics、/readyz 的细节、/setup 和沙箱页面。',
        en: 'Neither /metrics, the details of /readyz, /setup nor the sandbox show there.',
      });
    }),
  },
];

/** What must not show outside, and by what it is known to be ours. */
const INTERNAL: readonly { readonly path: string; readonly shows: (body: string) => boolean }[] = [
  { path: '/metrics', shows: (body) => /^# (?:HELP|TYPE) /mu.test(body) },
  { path: '/readyz', shows: (body) => body.startsWith('{') && body.includes('"problems"') },
  { path: '/setup', shows: (body) => body.includes('/setup/assets/') },
  { path: '/', shows: (body) => body.includes('沙箱') },
];

function withAddress(
  look: (address: PublicAddress, url: URL, context: CheckContext) => Promise<Finding>,
): Check['run'] {
  return inLive((config, context, signal) => {
    const { publicUrl } = config;
    if (publicUrl === null) return NO_ADDRESS;
    return askPublicly(config, publicUrl, signal, (address) => look(address, new URL(publicUrl), context));
  });
}

function judge(
  knocked: Knocked,
  door: Door,
  { config, context }: { readonly config: LiveConfig; readonly context: CheckContext },
): Finding {
  const { path } = door;
  const runs = context.service !== null;
  const target = context.service?.url ?? `http://127.0.0.1:${config.port || 3000}`;
  if (knocked.kind === 'silence') {
    const { kind, seen, todo } = unreached(knocked, new URL(config.publicUrl ?? '').host);
    const at = { zh: `${path}：${seen.zh}`, en: `${path}: ${seen.en}` };
    if (kind !== 'timeout') return fail(at, todo);
    return warn(
      {
        zh: `${at.zh}从机房里面连自己的公网地址常常不通（NAT 回环），不一定是外面也不通。`,
        en: `${at.en} A router often does not lead from inside to its own public address (hairpin NAT), so it may work from outside all the same.`,
      },
      {
        zh: `用手机流量打开 ${config.publicUrl ?? ''}/healthz 看看：有回答就是通的，哪怕是 404；外面也打不开，就查域名、端口映射和防火墙。`,
        en: `Open ${config.publicUrl ?? ''}/healthz by a phone's own network: any answer, even 404, means that it is reached; if none comes, look at name, port forwarding and firewall.`,
      },
    );
  }
  const words = wordsOf(knocked, door, target);
  if (words === null) return ok({ zh: `${path}：收得到`, en: `${path}: arrives` });
  const seen = { zh: `${path}：${words.seen.zh}`, en: `${path}: ${words.seen.en}` };
  const isDown = knocked.kind === 'status' && [502, 503, 504].includes(knocked.status);
  return isDown && !runs ? warn(seen, words.todo) : fail(seen, words.todo);
}

function judgeDays(days: number, until: string): Finding {
  const left = Math.floor(days);
  const on = new Date(until).toISOString().slice(0, 10);
  if (days <= 0) return expired();
  const seen = {
    zh: `证书还有 ${left} 天到期（${on}）。`,
    en: `The certificate is good for ${left} more days (${on}).`,
  };
  return days < FEW_DAYS ? warn(seen, RENEW) : ok(seen);
}

const RENEW = {
  zh: '续期证书并重载代理，例如 sudo certbot renew && sudo nginx -s reload；看看自动续期为什么没有生效。',
  en: 'Renew it and reload the proxy, such as sudo certbot renew && sudo nginx -s reload; see why it was not renewed by itself.',
};

const expired = (): Finding =>
  fail(
    { zh: '证书已经过期，平台的回调进不来。', en: 'The certificate has expired: no platform delivers there.' },
    RENEW,
  );

function judgeCertificate(silence: Extract<Knocked, { kind: 'silence' }>, host: string): Finding {
  const { cause } = silence;
  if (cause === 'CERT_HAS_EXPIRED') return expired();
  if (cause === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return fail(
      { zh: `证书不是 ${host} 的。`, en: `The certificate is not one for ${host}.` },
      { zh: '给这个域名申请证书，或改 PUBLIC_URL。', en: 'Get one for this name, or correct PUBLIC_URL.' },
    );
  const { kind, seen } = unreached(silence, host);
  if (kind === 'certificate')
    return fail(seen, {
      zh: '要用公认机构签发的证书，并在代理里配上完整的证书链（fullchain.pem）；自签的证书平台不认。',
      en: 'Platforms want one of a known authority with its whole chain (fullchain.pem in the proxy); they take none that signs itself.',
    });
  if (kind === 'no-tls')
    return fail(seen, { zh: '在代理里给这个端口配上 https。', en: 'Have the proxy speak https on this port.' });
  return skipped({ zh: `没有连上：${seen.zh}`, en: `Not reached: ${seen.en}` });
}

function exposed(paths: readonly string[]): Finding {
  const list = paths.join(' ');
  return fail(
    { zh: `公网上看得到 ${list}。`, en: `The world can see ${list}.` },
    {
      zh: '代理只放行回调的路径（/wecom/、/dingtalk、/feishu），别的一律 404；并让代理带上 X-Forwarded-For。',
      en: 'Have the proxy lead on callback paths only (/wecom/, /dingtalk, /feishu) and answer 404 to all others; have it send X-Forwarded-For.',
    },
  );
}

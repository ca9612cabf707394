import type { LiveConfig } from '../../config.ts';
import { isLoopback } from '../../loopback.ts';
import type { Check, Finding } from './check.ts';
import { fail, ok, skipped, warn } from './findings.ts';
import { inLive } from './live.ts';
import { unreached } from './unreached.ts';
import { askForNoCard, quote, type VendorAnswer } from './vendor-answer.ts';
import { judgeKey } from './vendor-key.ts';

const hostOf = ({ liantuofu }: LiveConfig) => new URL(liantuofu.url).host;
const ask = ({ liantuofu }: LiveConfig, signal: AbortSignal) => askForNoCard(liantuofu, liantuofu.key, signal);
/** What the others say where the vendor was not heard. */
const NOT_HEARD = skipped({
  zh: '联拓富没有回答，先看「能否连上联拓富」。',
  en: 'The vendor did not answer: see vendor-reachable first.',
});

const NOT_BY_PROXY = {
  zh: '联拓富是直接连的，不经过 HTTPS_PROXY 的代理：让防火墙放行本机到它的 443 端口。',
  en: 'The vendor is called directly, not by the proxy of HTTPS_PROXY: have the firewall let this machine reach its port 443.',
};

export const VENDOR_CHECKS: readonly Check[] = [
  {
    name: 'vendor-address',
    group: 'vendor',
    about: { zh: '联拓富的地址', en: "The vendor's address" },
    run: inLive(async (config, _context, signal) => {
      const { url } = config.liantuofu;
      const { pathname, protocol, hostname } = new URL(url);
      if (/\/open(?:\/|$)/u.test(pathname))
        return fail(
          { zh: `LIANTUOFU_URL 里多写了 ${pathname}。`, en: `LIANTUOFU_URL holds ${pathname} too.` },
          {
            zh: '只写到 /open 之前，例如 https://api.liantuofu.com；一般不用设置这一项。',
            en: 'Give only what stands before /open, such as https://api.liantuofu.com; usually it is left out.',
          },
        );
      const answer = await ask(config, signal);
      if (answer.kind === 'silence' || answer.status >= 500) return NOT_HEARD;
      const wrong = wrongPlace(answer, url);
      if (wrong !== null) return wrong;
      if (protocol === 'http:' && !isLoopback(hostname))
        return warn(
          {
            zh: `LIANTUOFU_URL 是 http：卡号在路上不加密。`,
            en: 'LIANTUOFU_URL is http: card numbers travel unencrypted.',
          },
          { zh: '改成 https://。', en: 'Use https://.' },
        );
      return ok({ zh: `${url} 上有次卡接口。`, en: `The times card endpoints are at ${url}.` });
    }),
  },
  {
    name: 'vendor-reachable',
    group: 'vendor',
    about: { zh: '能否连上联拓富', en: 'Whether the vendor can be reached' },
    run: inLive(async (config, _context, signal) => {
      const answer = await ask(config, signal);
      if (answer.kind === 'silence') {
        const { seen, todo } = unreached(answer, hostOf(config));
        return fail(seen, config.proxy === null ? todo : NOT_BY_PROXY);
      }
      if (answer.status >= 500 && answer.status !== 501) return away(answer.status);
      return ok({
        zh: `连上了 ${hostOf(config)}，${answer.ms} 毫秒。`,
        en: `${hostOf(config)} answered within ${answer.ms} ms.`,
      });
    }),
  },
  {
    name: 'vendor-key',
    group: 'vendor',
    about: { zh: '联拓富的 appId 和密钥', en: "The vendor's appId and key" },
    run: inLive(async (config, _context, signal) => judgeKey(config.liantuofu, signal)),
  },
  {
    name: 'vendor-card-detail',
    group: 'vendor',
    about: { zh: '有没有开通次卡详情', en: 'Whether card details are granted' },
    run: inLive(async (config, _context, signal) => {
      const answer = await ask(config, signal);
      if (answer.kind === 'silence') return NOT_HEARD;
      return judgeDetail(answer, config.liantuofu.cardDetail === 'off');
    }),
  },
];

/** An answer that no interface of the vendor's gives. */
function wrongPlace(answer: Exclude<VendorAnswer, { kind: 'silence' }>, url: string): Finding | null {
  const { kind, status } = answer;
  const todo = {
    zh: '检查 LIANTUOFU_URL；一般不用设置这一项，默认是 https://api.liantuofu.com。',
    en: 'Check LIANTUOFU_URL; usually it is left out, which means https://api.liantuofu.com.',
  };
  if (kind === 'missing' && status !== 401 && status !== 403)
    return fail(
      {
        zh: `${url} 上没有次卡接口（状态 ${status}）。`,
        en: `There is no such endpoint at ${url} (status ${status}).`,
      },
      todo,
    );
  if (status >= 300 && status < 400)
    return fail(
      { zh: `${url} 把请求转到别处（状态 ${status}）。`, en: `${url} redirects elsewhere (status ${status}).` },
      todo,
    );
  if (kind === 'unclear' && status < 300)
    return fail(
      { zh: `${url} 回答的不是接口的内容。`, en: `What ${url} answers is not what the endpoint says.` },
      todo,
    );
  return null;
}

function away(status: number): Finding {
  return fail(
    {
      zh: `联拓富暂时不能用（状态 ${status}），可能在维护。`,
      en: `The vendor is away for now (status ${status}), perhaps for maintenance.`,
    },
    { zh: '稍后再查；一直这样就问联拓富。', en: 'Check again later; ask Liantuofu where it stays so.' },
  );
}

function judgeDetail(answer: Exclude<VendorAnswer, { kind: 'silence' }>, isOff: boolean): Finding {
  const words = answer.kind === 'refused' ? quote(answer.words) : `status ${answer.status}`;
  const trouble = answer.kind === 'refused' ? answer.trouble : null;
  if (trouble === 'signature' || trouble === 'app')
    return skipped({ zh: `先看「appId 和密钥」：${words}`, en: `See vendor-key first: ${words}` });
  if (answer.kind === 'missing' || trouble === 'permission') {
    const seen = { zh: `联拓富没有开通次卡详情：${words}`, en: `Card details are not granted: ${words}` };
    if (isOff)
      return ok({
        zh: `${seen.zh}（LIANTUOFU_CARD_DETAIL=off，用不到）`,
        en: `${seen.en} (not used, as LIANTUOFU_CARD_DETAIL=off)`,
      });
    return warn(seen, {
      zh: '核销照样能用，只是看不到剩余次数，结果未知时也不能自动查卡。请联拓富给这个 appId 开通 userTimesCardDetail；不需要就设 LIANTUOFU_CARD_DETAIL=off。',
      en: 'Cards can be redeemed all the same, but remaining times are not shown and unknown results not looked up. Ask Liantuofu to grant userTimesCardDetail to this appId, or set LIANTUOFU_CARD_DETAIL=off.',
    });
  }
  if (answer.kind === 'unclear') {
    return answer.status >= 500
      ? skipped({ zh: `联拓富暂时不能用（${words}）。`, en: `The vendor is away for now (${words}).` })
      : skipped({
          zh: `回答看不懂（${words}），先看地址。`,
          en: `Not understood (${words}): see vendor-address first.`,
        });
  }
  return ok({
    zh: `可以查：问一张不存在的卡，联拓富说${words}`,
    en: `They can be asked for: of a card that cannot exist the vendor says ${words}`,
  });
}

import type { VendorAccess } from '../../config.ts';
import type { Text } from '../../pages/text.ts';
import type { Finding } from './check.ts';
import { fail, ok, skipped, warn } from './findings.ts';
import { askForNoCard, quote, wrongKey, type VendorAnswer } from './vendor-answer.ts';

const BOTH: Text = {
  zh: '联拓富后台给的 appId 和密钥（key）是一对：重新复制这两项，前后不要带空格；还不行就把联拓富的原话发给联拓富的技术支持。',
  en: 'The appId and the key that Liantuofu gave you belong together: copy both again, without blanks; if that does not help, show their words to Liantuofu.',
};
const LATER: Text = { zh: '稍后再查一次。', en: 'Check again later.' };
/** What a platform says that has no time, whoever asks. */
const BUSY =
  /繁忙|忙碌|稍后|稍候|维护|升级|超时|频繁|限流|系统(?:异常|错误)|busy|maintenance|timed? ?out|too many|limit/iu;
const ABOUT_A_CARD = /卡|核销码|动态码/u;

/**
 * Whether the key is right: the same question is asked once with it and once with a key that is certainly wrong. Different
 * answers show that the vendor takes it. A card is never redeemed by that.
 */
export async function judgeKey(
  access: Pick<VendorAccess, 'url' | 'appId' | 'key'>,
  signal: AbortSignal,
): Promise<Finding> {
  const [right, wrong] = await Promise.all([
    askForNoCard(access, access.key, signal),
    askForNoCard(access, wrongKey(), signal),
  ]);
  return compare(right, wrong);
}

function compare(right: VendorAnswer, wrong: VendorAnswer): Finding {
  if (right.kind === 'silence')
    return skipped({
      zh: '联拓富没有回答，先看「能否连上联拓富」。',
      en: 'The vendor did not answer: see vendor-reachable first.',
    });
  if (right.kind === 'missing' || right.kind === 'unclear')
    return warn(
      {
        zh: `联拓富没有说密钥对不对（状态 ${right.status}）。`,
        en: `The vendor does not say whether the key is right (status ${right.status}).`,
      },
      {
        zh: '先看地址和是否在维护；没有开通次卡详情接口时，密钥只有真核销一次才知道对不对。',
        en: 'See address and maintenance first; where card details are not granted, only a real redemption shows it.',
      },
    );
  if (right.kind === 'refused') {
    const words = quote(right.words);
    if (right.trouble === 'signature')
      return fail({ zh: `密钥不对，联拓富说：${words}`, en: `The key is not right. The vendor says: ${words}` }, BOTH);
    if (right.trouble === 'app')
      return fail(
        { zh: `appId 不对，联拓富说：${words}`, en: `The appId is not right. The vendor says: ${words}` },
        BOTH,
      );
  }
  if (right.kind === 'refused' && isBusy(right)) return busy(quote(right.words));
  if (wrong.kind === 'accepted') return anyKeyGoes();
  if (wrong.kind !== 'refused')
    return warn(
      {
        zh: '故意用错的密钥去问，联拓富没有回答，所以看不出密钥对不对。',
        en: 'The vendor did not answer a deliberately wrong key, so it is not known whether this one is right.',
      },
      LATER,
    );
  if (isBusy(wrong)) return busy(quote(wrong.words));
  return right.kind === 'refused' ? compareWords(right, wrong.words) : proven(quote(wrong.words));
}

function compareWords(right: Extract<VendorAnswer, { kind: 'refused' }>, wrongWords: string | null): Finding {
  const words = quote(right.words);
  if (bare(right.words) !== bare(wrongWords)) return proven(quote(wrongWords));
  const seen: Text = {
    zh: `用这个密钥和故意用错的密钥去问，联拓富的回答一样：${words}`,
    en: `The vendor says the same to this key and to a deliberately wrong one: ${words}`,
  };
  if (right.trouble === 'permission')
    return warn(seen, {
      zh: '联拓富还没看签名就拒绝了：请联拓富给这个 appId 开通次卡接口，并放行本服务器的 IP。之后再查一次。',
      en: 'It refuses before it looks at the signature: ask Liantuofu to grant the times card endpoints to this appId, from the address of this server. Then check again.',
    });
  if (ABOUT_A_CARD.test(right.words ?? ''))
    return warn(seen, {
      zh: '看不出密钥对不对，只有真核销一次才知道。',
      en: 'That does not show whether the key is right: only a real redemption does.',
    });
  return fail(seen, {
    zh: `${BOTH.zh}也可能是没有开通次卡详情接口。`,
    en: `${BOTH.en} Or card details may not be granted.`,
  });
}

/** Without what differs from one request to the next: numbers, times, signatures. */
function bare(words: string | null): string {
  return (words ?? '').replace(/[0-9a-f]{6,}|\d+|\s+/giu, '');
}

function proven(toWrong: string): Finding {
  return ok({
    zh: `密钥对：换成错的密钥，联拓富就说${toWrong}。`,
    en: `The key is right: to a wrong one the vendor says ${toWrong}.`,
  });
}

function isBusy({ words, trouble }: Extract<VendorAnswer, { kind: 'refused' }>): boolean {
  return trouble === null && BUSY.test(words ?? '');
}

/** That says nothing about a signature. */
function busy(words: string): Finding {
  return warn(
    {
      zh: `联拓富现在忙，没有说密钥对不对：${words}`,
      en: `The vendor has no time, and does not say whether the key is right: ${words}`,
    },
    LATER,
  );
}

function anyKeyGoes(): Finding {
  return warn(
    {
      zh: '用错的密钥去问，那里也说可以：它不查签名，不像是联拓富。',
      en: 'What answers there says yes to a wrong key too: it looks at no signature, so it may not be the vendor.',
    },
    { zh: '检查 LIANTUOFU_URL。', en: 'Check LIANTUOFU_URL.' },
  );
}

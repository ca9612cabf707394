import type { LiveConfig } from '../../config.ts';
import { createDispatcher, receive } from '../../platforms/receive.ts';
import type { Text } from '../../pages/text.ts';
import type { Check, CheckContext, Finding } from './check.ts';
import { fail, ok, skipped, warn } from './findings.ts';
import { inLive } from './live.ts';

/** A `Date` header is cut to whole seconds: on the average its second is half over. */
const HALF_A_SECOND_MS = 500;
/** The longest that one is waited for. */
const SOURCE_MS = 4_000;
const WARN_OVER_MS = 5_000;
const FAIL_OVER_MS = 60_000;

/** How far this machine's clock is ahead of another one, in milliseconds; negative: behind. */
interface Reading {
  readonly of: string;
  readonly aheadMs: number;
}

type AskDate = (signal: AbortSignal) => Promise<{ readonly date: unknown; readonly age: unknown } | null>;

export const CLOCK_CHECKS: readonly Check[] = [
  {
    name: 'clock',
    group: 'machine',
    about: { zh: '本机时间', en: 'The clock of this machine' },
    run: inLive(async (config, context, signal) => {
      const asked = await Promise.all(
        Object.entries(sourcesOf(config, context)).map(([of, ask]) => read(of, ask, context.now, signal)),
      );
      return judge(asked.filter((reading) => reading !== null));
    }),
  },
];

/** Who is asked for the time: the vendor, and the platforms that are used. */
function sourcesOf({ liantuofu, channels, wecomApiUrl }: LiveConfig, { http }: CheckContext): Record<string, AskDate> {
  const { wecomApp, wecomBot, wecomSocketBot, dingtalk, feishu } = channels;
  const usesWecom = [wecomApp, wecomBot, wecomSocketBot].some((bot) => bot !== null);
  const byPlatform =
    (url: string): AskDate =>
    async (signal) => {
      const heard = await http.exchange(`${url}/`, undefined, { signal });
      return heard.kind === 'heard' ? { date: heard.headers.date, age: heard.headers.age } : null;
    };
  return {
    Liantuofu: (signal) => askVendor(liantuofu.url, signal),
    ...(usesWecom && { WeCom: byPlatform(wecomApiUrl) }),
    ...(dingtalk !== null && { DingTalk: byPlatform(dingtalk.apiUrl) }),
    ...(feishu !== null && { Feishu: byPlatform(feishu.apiUrl) }),
  };
}

/** Directly, as the service calls the vendor. */
async function askVendor(url: string, signal: AbortSignal): ReturnType<AskDate> {
  const dispatcher = createDispatcher(null, { connections: 1, allowH2: false, connect: { timeout: 3_000 } });
  try {
    const bounds = { timeoutMs: 4_000, maxBytes: 256 * 1024 };
    const received = await receive(dispatcher, `${url}/`, { method: 'GET', signal }, bounds);
    return received.kind === 'received' ? { date: received.headers.date, age: received.headers['age'] } : null;
  } finally {
    await dispatcher.destroy();
  }
}

async function read(of: string, ask: AskDate, now: () => number, signal: AbortSignal): Promise<Reading | null> {
  const before = now();
  // One that hangs must not take the others' time with it.
  const said = await ask(AbortSignal.any([signal, AbortSignal.timeout(SOURCE_MS)]));
  const middle = (before + now()) / 2;
  // What a cache kept tells an old time.
  if (said === null || Number(said.age ?? 0) > 0) return null;
  const date = Date.parse(String(said.date));
  return Number.isNaN(date) ? null : { of, aheadMs: middle - (date + HALF_A_SECOND_MS) };
}

function judge(readings: readonly Reading[]): Finding {
  if (readings.length === 0)
    return skipped({
      zh: '没有问到时间：都没有连上，或者回答里没有时间。',
      en: 'Nothing told the time: none was reached, or their answers had no date.',
    });
  const sorted = readings.map(({ aheadMs }) => aheadMs).toSorted((a, b) => a - b);
  const median = ((sorted[(sorted.length - 1) >> 1] ?? 0) + (sorted[sorted.length >> 1] ?? 0)) / 2;
  const spread = (sorted.at(-1) ?? 0) - (sorted[0] ?? 0);
  const seen = describe(median, readings.map(({ of }) => of).join(', '));
  if (readings.length === 2 && spread > WARN_OVER_MS)
    return warn(
      {
        zh: `时间对不上：${readings.map(inWords('zh')).join('，')}。`,
        en: `The clocks disagree: ${readings.map(inWords('en')).join(', ')}.`,
      },
      HOW_TO_SET,
    );
  const off = Math.abs(median);
  if (off > FAIL_OVER_MS) return fail(seen, HOW_TO_SET);
  return off > WARN_OVER_MS ? warn(seen, HOW_TO_SET) : ok(seen);
}

const HOW_TO_SET: Text = {
  zh: '打开自动对时：sudo timedatectl set-ntp true，再用 timedatectl 看 System clock synchronized 是不是 yes；虚拟机和容器要在宿主机上对时。时间不准，消息会被当成旧消息而不执行，签名也会被平台拒绝。',
  en: 'Let it be set by itself: sudo timedatectl set-ntp true, then see whether timedatectl says "System clock synchronized: yes"; virtual machines and containers have the clock of their host. With a wrong clock messages count as old and are not carried out, and platforms refuse signatures.',
};

function describe(aheadMs: number, sources: string): Text {
  const seconds = Math.round(Math.abs(aheadMs) / 1000);
  const by = { zh: `对照 ${sources}，只精确到 1 秒`, en: `compared with ${sources}, to 1 s` };
  if (seconds <= 1) return { zh: `时间准（${by.zh}）。`, en: `The clock is right (${by.en}).` };
  const way = aheadMs > 0 ? { zh: '快', en: 'ahead' } : { zh: '慢', en: 'behind' };
  return {
    zh: `本机时间${way.zh}了约 ${seconds} 秒（${by.zh}）。`,
    en: `The clock of this machine is about ${seconds} s ${way.en} (${by.en}).`,
  };
}

const inWords =
  (language: 'zh' | 'en') =>
  ({ of, aheadMs }: Reading): string => {
    const seconds = Math.round(Math.abs(aheadMs) / 1000);
    if (language === 'zh') return `比 ${of} ${aheadMs > 0 ? '快' : '慢'} ${seconds} 秒`;
    return `${seconds} s ${aheadMs > 0 ? 'ahead of' : 'behind'} ${of}`;
  };

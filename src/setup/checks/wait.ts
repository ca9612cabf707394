import type { Config } from '../../config.ts';
import type { Text } from '../../pages/text.ts';
import type { PlatformHttp } from '../../platforms/http.ts';
import type { Result } from '../ports.ts';
import { fail, ok } from './findings.ts';
import { seeService } from './see-service.ts';

export const ASK_TO_WRITE: Text = {
  zh: '正在等一条真的消息：请在群里 @机器人 说「帮助」（最多等 10 分钟，Ctrl+C 结束）。',
  en: 'Waiting for a message: mention the bot in the group and write 帮助 (10 minutes at the most; Ctrl+C ends it).',
};

const LONGEST_MS = 10 * 60_000;
const EVERY_MS = 1_000;

export interface Waiting {
  readonly http: PlatformHttp;
  readonly sleep: (ms: number) => Promise<unknown>;
  readonly longestMs?: number;
  /** Told when it really has to be waited. */
  readonly onWait: () => void;
}

/** Waits until the running service has had a genuine message since it was started, and tells over which bot it came. */
export async function waitForMessage(
  config: Config | null,
  { http, sleep, longestMs = LONGEST_MS, onWait }: Waiting,
): Promise<Result> {
  const result = {
    name: 'first-message',
    group: 'machine',
    about: { zh: '第一条真的消息', en: 'The first message' },
  } as const;
  for (let waited = 0; ; waited += EVERY_MS) {
    const service = config === null ? null : await seeService(config, http);
    const [bot] = (service?.bots ?? []).filter(({ lastMessageAt }) => lastMessageAt !== null);
    if (bot !== undefined) {
      const at = new Date(bot.lastMessageAt ?? 0).toISOString();
      return {
        ...result,
        ...ok({ zh: `收到了：${at}，来自 ${bot.name}。`, en: `It came at ${at}, over ${bot.name}.` }),
      };
    }
    if (service === null && waited === 0) return { ...result, ...noService() };
    if (waited === 0) onWait();
    if (waited >= longestMs) return { ...result, ...noMessage() };
    await sleep(EVERY_MS);
  }
}

function noService() {
  return fail(
    { zh: '没有服务在运行，等不到消息。', en: 'No service runs, so no message can come.' },
    { zh: '先 npm start，再等一次。', en: 'npm start, then wait again.' },
  );
}

function noMessage() {
  return fail(
    { zh: '没有等到消息。', en: 'No message came.' },
    {
      zh: '看看机器人是否在群里、说话的人是否在它的可见范围内，再看后台里的地址和密钥是否和 .env 里的一样；日志里「callback refused」说明密钥不同。',
      en: 'See whether the bot is in the group and may be seen by who wrote; then whether the console has the same address and keys as .env. “callback refused” in the log means that the keys differ.',
    },
  );
}

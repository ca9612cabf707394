import type { Config } from '../../config.ts';
import { CannotListen } from '../../http/cannot-listen.ts';
import type { Log } from '../../log.ts';
import type { Text } from '../../pages/text.ts';
import type { HeardPerson, ListeningView, Report, Result } from '../ports.ts';
import type { CheckContext, Finding } from './check.ts';
import { fail, ok } from './findings.ts';
import { inTheWay } from './in-the-way.ts';
import { seeService } from './see-service.ts';
import { hideSecrets } from './secrets.ts';

/** How long is waited unless it is said, in seconds. */
export const WAIT_SECONDS = 600;

const EVERY_MS = 1_000;
/** What has to be well before this process can listen, and keep what it tells people. */
const NEEDED = new Set(['settings', 'port', 'disk-write']);

export interface Waiting {
  readonly context: Pick<CheckContext, 'config' | 'cwd' | 'service' | 'http'>;
  /** What the checks have found. */
  readonly report: Report;
  readonly withinMs: number;
  /** Ends the waiting. */
  readonly signal: AbortSignal;
  /** Ends early where the waiting does. */
  readonly sleep: (ms: number) => Promise<unknown>;
  readonly log: Log;
  /** What a person at the terminal should know meanwhile. */
  readonly say: (text: Text) => void;
}

/**
 * Waits for the first genuine message: beside a running service until that has had one, otherwise by listening here. Nothing
 * is ever carried out by that. Never rejects.
 */
export async function waitForMessage(waiting: Waiting): Promise<Result> {
  const about = { zh: '第一条真的消息', en: 'The first message' };
  const hide = hideSecrets(waiting.context.config);
  const { outcome, seen, todo } = await wait(waiting).catch(brokeOff);
  const hidden = ({ zh, en }: Text) => ({ zh: hide(zh), en: hide(en) });
  return { name: 'first-message', group: 'machine', about, outcome, seen: hidden(seen), todo: todo && hidden(todo) };
}

async function wait(waiting: Waiting): Promise<Finding> {
  const { context, report } = waiting;
  const { config } = context;
  if (config === null || config.mode === 'sandbox') return notLive(config);
  if (context.service !== null) return besideService(config, waiting);
  const other = await inTheWay(config, context.cwd);
  if (other !== null) return other;
  const missing = report.results.filter(({ name, outcome }) => outcome === 'fail' && NEEDED.has(name));
  if (missing.length > 0) return mendFirst(missing);

  const { withinMs, signal, log, say } = waiting;
  say(askToWrite(withinMs));
  say(HERE);
  let told = '';
  const onView = ({ bots }: ListeningView) => {
    for (const { name, why } of bots) {
      const line = why === null ? '' : `${name}: ${why.en}`;
      if (why !== null && line !== told) say({ zh: `${name}：${why.zh}`, en: line });
      told = line;
    }
  };
  const { waitForFirstMessage } = await import('../listening/first-message.ts');
  const person = await waitForFirstMessage(config, { withinMs, signal, onView, log });
  return person === null ? noMessage(signal) : heard(person);
}

/** The service hears and carries out: this only looks. */
async function besideService(config: Config, { context, withinMs, signal, sleep, say }: Waiting): Promise<Finding> {
  for (let waited = 0; ; waited += EVERY_MS) {
    const service = await seeService(config, context.http);
    const [bot] = (service?.bots ?? []).filter(({ lastMessageAt }) => lastMessageAt !== null);
    if (bot !== undefined) {
      const at = new Date(bot.lastMessageAt ?? 0).toISOString();
      return ok({ zh: `收到了：${at}，来自 ${bot.name}。`, en: `It came at ${at}, over ${bot.name}.` });
    }
    if (waited === 0) say(askToWrite(withinMs));
    if (signal.aborted || waited >= withinMs) return noMessage(signal);
    await sleep(EVERY_MS).catch(() => undefined);
  }
}

function askToWrite(withinMs: number): Text {
  const seconds = Math.round(withinMs / 1_000);
  return {
    zh: `正在等一条真的消息：请在群里 @机器人 说「帮助」（最多等 ${seconds} 秒，Ctrl+C 结束）。`,
    en: `Waiting for a message: mention the bot in the group and write 帮助 (${seconds} s at the most; Ctrl+C ends it).`,
  };
}

const HERE: Text = {
  zh: '没有服务在运行，所以现在由这个命令来接消息：它不核销任何卡，发来的核销会回答「未提交」。企业微信的机器人同时只能有一个连接，别处连着的会被挤掉。',
  en: 'No service runs, so this command hears the messages: it redeems nothing, and answers orders 未提交 (not carried out). A WeCom bot has one connection at a time: a client elsewhere is thrown out by this one.',
};

function heard({ user, conversation, text, at }: HeardPerson): Finding {
  const [time, where] = [new Date(at).toISOString(), conversation === null ? null : conversation];
  return ok({
    zh: `收到了：${time}，${user}${where === null ? '（单聊）' : ` 在 ${where}`} 说「${text}」。`,
    en: `It came at ${time}: ${user} wrote “${text}”${where === null ? ' in a chat of two' : ` in ${where}`}.`,
  });
}

function notLive(config: Config | null): Finding {
  if (config === null)
    return fail(
      { zh: '设置还有错，等不了消息。', en: 'The settings cannot be used, so no message can come.' },
      { zh: '先改好上面「设置」里的错。', en: 'Mend what stands under “Settings” above.' },
    );
  return fail(
    { zh: '还没有接入真实群聊，等不到真的消息。', en: 'No real group is set up, so no message can come from one.' },
    { zh: '运行 npm run setup，按页面一步步来。', en: 'Run npm run setup, which leads through it.' },
  );
}

function mendFirst(results: readonly Result[]): Finding {
  const names = results.map(({ name }) => name).join(', ');
  return fail(
    {
      zh: `没有等：先要解决 ${names}，否则对人说了「未提交」却记不下来。`,
      en: `It was not waited: ${names} failed, and what people are told could not be kept.`,
    },
    { zh: '按那几项说的处理，再等一次。', en: 'Do what those say, then wait again.' },
  );
}

function noMessage({ aborted }: AbortSignal): Finding {
  const seen = aborted
    ? { zh: '还没有等到消息就结束了。', en: 'It was ended before a message came.' }
    : { zh: '没有等到消息。', en: 'No message came.' };
  return fail(seen, {
    zh: '看看机器人是否在群里、说话的人是否在它的可见范围内，再看后台里的地址和密钥是否和 .env 里的一样。',
    en: 'See whether the bot is in the group and may be seen by who wrote; then whether the console has the same address and keys as .env.',
  });
}

function brokeOff(error: unknown): Finding {
  if (error instanceof CannotListen)
    return fail(
      { zh: `收不了回调：${error.message}`, en: `Callbacks cannot come in: ${error.message}` },
      { zh: '改 .env 里的这一项，再等一次。', en: 'Change that setting in .env, then wait again.' },
    );
  const reason = error instanceof Error ? error.message : String(error);
  return fail(
    { zh: `没能等：${reason}`, en: `It could not be waited: ${reason}` },
    { zh: '按上面的原因处理，再等一次。', en: 'Mend what it says, then wait again.' },
  );
}

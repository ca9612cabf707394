import { scrubText } from '../../log/scrub.ts';
import type { Text } from '../../pages/text.ts';
import type { Report, Result } from '../ports.ts';
import { GROUPS, type Check, type CheckContext, type Finding, type Outcome } from './check.ts';
import { fail } from './findings.ts';
import { hideSecrets } from './secrets.ts';

export interface RunOptions {
  /** The longest that one check may take, in milliseconds. */
  readonly limitMs?: number;
}

/**
 * Runs all checks side by side and resolves with what each came to, group by group. One that takes too long or rejects is a
 * finding too; this never rejects.
 */
export async function runChecks(
  checks: readonly Check[],
  context: CheckContext,
  { limitMs = 5_000 }: RunOptions = {},
): Promise<Report> {
  const hide = hideSecrets(context.config);
  const inOrder = GROUPS.flatMap((group) => checks.filter((check) => check.group === group));
  const results = await Promise.all(
    inOrder.map(async (check): Promise<Result> => {
      const { outcome, seen, todo } = await findingOf(check, context, limitMs);
      const { name, group, about } = check;
      return { name, group, about, outcome, seen: hidden(seen, hide), todo: todo && hidden(todo, hide) };
    }),
  );
  return { results, counts: countsOf(results) };
}

/** A report with one more result at its end. */
export function withResult({ results }: Report, result: Result): Report {
  const all = [...results, result];
  return { results: all, counts: countsOf(all) };
}

async function findingOf(check: Check, context: CheckContext, limitMs: number): Promise<Finding> {
  const limit = new AbortController();
  const { promise: overtime, resolve } = Promise.withResolvers<Finding>();
  const timer = setTimeout(() => {
    resolve(tookTooLong(limitMs));
    limit.abort();
  }, limitMs);
  try {
    return await Promise.race([overtime, run(check, context, limit.signal)]);
  } finally {
    clearTimeout(timer);
  }
}

/** A check may throw before it returns a promise, too. */
async function run(check: Check, context: CheckContext, signal: AbortSignal): Promise<Finding> {
  try {
    return await check.run(context, signal);
  } catch (error) {
    return brokeOff(error);
  }
}

function tookTooLong(limitMs: number): Finding {
  const seconds = limitMs / 1000;
  return fail(
    { zh: `${seconds} 秒内没有结果。`, en: `There was no result within ${seconds} s.` },
    {
      zh: '可能是网络或磁盘太慢，稍后再查一次；如果总是这样，请查这一项所连的地址或磁盘。',
      en: 'The network or the disk may be too slow: check again later, and look at what this check reaches if it stays so.',
    },
  );
}

function brokeOff(error: unknown): Finding {
  const [reason = ''] = scrubText(error instanceof Error ? error.message : String(error)).split('\n');
  return fail(
    { zh: `检查中断：${reason}`, en: `The check broke off: ${reason}` },
    {
      zh: '请按上面的原因处理后再查一次。',
      en: 'Mend what it says, then check again.',
    },
  );
}

function hidden({ zh, en }: Text, hide: (text: string) => string): Text {
  return { zh: hide(zh), en: hide(en) };
}

function countsOf(results: readonly Result[]): Record<Outcome, number> {
  const counts: Record<Outcome, number> = { ok: 0, warn: 0, fail: 0, skipped: 0 };
  for (const { outcome } of results) counts[outcome] += 1;
  return counts;
}

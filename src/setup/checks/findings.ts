import type { Text } from '../../pages/text.ts';
import type { Finding } from './check.ts';

/** All is well; `todo` only where there is something worth doing all the same. */
export const ok = (seen: Text, todo: Text | null = null): Finding => ({ outcome: 'ok', seen, todo });

/** It works, and something should be looked after. */
export const warn = (seen: Text, todo: Text): Finding => ({ outcome: 'warn', seen, todo });

/** It does not work, or not safely. */
export const fail = (seen: Text, todo: Text): Finding => ({ outcome: 'fail', seen, todo });

/** It was not looked at; `why` says why not. */
export const skipped = (why: Text, todo: Text | null = null): Finding => ({ outcome: 'skipped', seen: why, todo });

/** Several in one: the worst outcome, all that was seen, and what to do about the worst. */
export function together(findings: readonly Finding[]): Finding {
  const order = ['fail', 'warn', 'skipped', 'ok'] as const;
  const outcome = order.find((one) => findings.some((finding) => finding.outcome === one)) ?? 'ok';
  const worst = findings.filter((finding) => finding.outcome === outcome);
  const todos = [...new Map(worst.flatMap(({ todo }) => (todo === null ? [] : [[todo.en, todo]]))).values()];
  return {
    outcome,
    seen: { zh: findings.map(({ seen }) => seen.zh).join('；'), en: findings.map(({ seen }) => seen.en).join('; ') },
    todo:
      todos.length === 0 ? null : { zh: todos.map(({ zh }) => zh).join(' '), en: todos.map(({ en }) => en).join(' ') },
  };
}

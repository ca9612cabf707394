import type { Language, Text } from '../../pages/text.ts';
import type { Report, Result } from '../ports.ts';
import { GROUPS, type Outcome } from './check.ts';
import { GROUP_TITLES, NOT_CHECKED, OUTCOME_WORDS } from './words.ts';

/** Puts a colour around a text, or none where there is no terminal. */
export type Paint = (outcome: Outcome, text: string) => string;

const SIGNS: Readonly<Record<Outcome, string>> = { ok: '[✓]', warn: '[!]', fail: '[✗]', skipped: '[-]' };
const INDENT = '      ';
const MORE: Text = { zh: '从这里查不到的：', en: 'What cannot be checked from here:' };

/** A report as a page that is read once, from top to bottom. */
export function printReport({ results, counts }: Report, language: Language, paint: Paint): string {
  const groups = GROUPS.map((group) => ({ group, of: results.filter((result) => result.group === group) }));
  const pages = groups
    .filter(({ of }) => of.length > 0)
    .map(({ group, of }) => [GROUP_TITLES[group][language], ...linesOf(of, language, paint), ''].join('\n'));
  const outcomes = ['ok', 'warn', 'fail', 'skipped'] as const;
  const counted = outcomes.map(
    (outcome) => `${paint(outcome, SIGNS[outcome])} ${counts[outcome]} ${OUTCOME_WORDS[outcome][language]}`,
  );
  return [
    ...pages,
    counted.join('   '),
    '',
    MORE[language],
    ...NOT_CHECKED.map((text) => `  · ${text[language]}`),
    '',
  ].join('\n');
}

/** What was skipped for the same reason stands in one line. */
function linesOf(results: readonly Result[], language: Language, paint: Paint): string[] {
  const together = Map.groupBy(results, (result) =>
    result.outcome === 'skipped' ? `${result.seen.en}\n${result.todo?.en ?? ''}` : result.name,
  );
  return [...together.values()].map((alike) => printResults(alike, language, paint));
}

function printResults(alike: readonly Result[], language: Language, paint: Paint): string {
  const [first] = alike;
  if (first === undefined) return '';
  const { outcome, seen, todo } = first;
  const between = language === 'zh' ? '、' : ', ';
  const about = alike.map((result) => result.about[language]).join(between);
  const names = alike.map(({ name }) => name).join(', ');
  const said = indented(seen[language]);
  const sign = paint(outcome, SIGNS[outcome]);
  return [
    `  ${sign} ${about} (${names})${language === 'zh' ? '：' : ': '}${said}`,
    ...(todo === null ? [] : [`${INDENT}→ ${indented(todo[language])}`]),
  ].join('\n');
}

function indented(text: string): string {
  return text.replaceAll('\n', `\n${INDENT}`);
}

/** Writes the table of `npm run doctor`'s checks into `docs/operating.md`: `npm run docs:checks`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { ALL_CHECKS } from '../src/setup/checks/all.ts';
import { GROUPS } from '../src/setup/checks/check.ts';
import { GROUP_TITLES } from '../src/setup/checks/words.ts';

const BEGIN = '<!-- Written by `npm run docs:checks` from src/setup/checks/. -->\n';
const END = '<!-- end of the checks -->';

export const PAGE = new URL('operating.md', import.meta.url);

/** The page with the table as it has to be. */
export async function withChecks(page: string): Promise<string> {
  const rows = GROUPS.flatMap((group) => ALL_CHECKS.filter((check) => check.group === group)).map(
    ({ name, group, about }) => `| ${GROUP_TITLES[group].en} | \`${name}\` | ${about.en} |`,
  );
  const table = ['', '| Group | Check | What it looks at |', '| --- | --- | --- |', ...rows, '', ''].join('\n');
  const before = page.slice(0, page.indexOf(BEGIN) + BEGIN.length);
  const after = page.slice(page.indexOf(END));
  return format(`${before}${table}${after}`, { ...(await resolveConfig(PAGE)), parser: 'markdown' });
}

if (import.meta.main) writeFileSync(PAGE, await withChecks(readFileSync(PAGE, 'utf8')));

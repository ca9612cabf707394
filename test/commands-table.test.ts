import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CATALOGUE, leastRole } from '../src/command/catalogue.ts';
import type { Command } from '../src/command/command.ts';
import type { CommandOf, Kind } from '../src/command/commands/entry.ts';
import { parseMessage } from '../src/command/parse.ts';

// The tables in which people look up what they can type, on all pages.

const TABLES = [
  { heading: '| Who | Example |', roles: { Anybody: 'unbound', Staff: 'staff', Managers: 'manager' } },
  { heading: '| 谁 | 例子 |', roles: { 所有人: 'unbound', 店员: 'staff', 店长: 'manager' } },
];

const isInCatalogue = (command: Command): command is CommandOf<Kind> => Object.hasOwn(CATALOGUE, command.kind);

test.each(TABLES)('the table $heading shows every command, below those who may give it', ({ heading, roles }) => {
  let role: string | undefined;
  const shown = rowsOf(heading).flatMap(([who = '', examples = '']) => {
    if (who !== '') role = Object.entries(roles).find(([name]) => name === who)?.[1];
    const typed = examples.replace(/[(（][^)）]*[)）]/gu, '').matchAll(/`([^`]+)`/gu);
    return [...typed].flatMap(([, text = '']) => parseMessage(text, []).lines.map((line) => ({ ...line, text, role })));
  });
  for (const { text, role, command } of shown) {
    if (command.kind === 'help') expect([text, role]).toEqual([text, 'unbound']);
    else if (isInCatalogue(command)) expect([text, role]).toEqual([text, leastRole(command)]);
    else expect([text, command.kind]).toEqual([text, 'a command']);
  }
  expect(new Set(shown.map(({ command }) => command.kind))).toEqual(new Set(['help', ...Object.keys(CATALOGUE)]));
});

/** The cells of the one table whose heading begins so. */
function rowsOf(heading: string): string[][] {
  const tables = globSync(['README*.md', 'docs/**/*.md'])
    .map((page) => readFileSync(page, 'utf8').split('\n'))
    .flatMap((lines) =>
      lines.flatMap((line, at) => (line.replace(/ +/gu, ' ').startsWith(heading) ? [lines.slice(at + 2)] : [])),
    );
  expect(tables).toHaveLength(1);
  const [rest = []] = tables;
  const length = rest.findIndex((line) => !line.startsWith('|'));
  return rest.slice(0, length).map((line) =>
    line
      .split('|')
      .map((cell) => cell.trim())
      .slice(1, -1),
  );
}

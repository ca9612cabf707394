import { describe, expect, it } from 'vitest';
import { CATALOGUE, DESK_ENTRIES, leastRole } from '../../src/command/catalogue.ts';
import type { Command, DeskCommand } from '../../src/command/command.ts';
import { parseMessage } from '../../src/command/parse.ts';
import { printCommand } from '../../src/command/print.ts';
import { helpOnAll } from '../../src/command/sentences.ts';
import { isAtLeast, ROLES } from '../../src/redemption/role.ts';
import { OTHER_EXAMPLES } from './other-examples.ts';

const ENTRIES = Object.values(CATALOGUE);
const WORDS = ENTRIES.flatMap(({ kind, words, example }) => words.map((word) => ({ ...word, kind, example })));
const read = (text: string) => parseMessage(text, ['核销助手']).lines.map(({ command }) => command);
const isForDesk = (command: Command): command is DeskCommand => DESK_ENTRIES.some(({ kind }) => kind === command.kind);

describe.each(ENTRIES)('the entry of $kind', ({ kind, words, example, help: forms }) => {
  it('has an example that is read as it is printed, with the first of its words', () => {
    expect(example.kind).toBe(kind);
    expect(read(printCommand(example))).toEqual([example]);
    expect(printCommand(example).split(' ')[0]).toBe(words[0]?.word);
  });

  it('stands in the help of those whom it is for, and only there', () => {
    const told = { unbound: ['unbound'], staff: ['staff', 'manager', 'admin'], manager: ['manager', 'admin'] } as const;
    expect(Object.keys(forms)).not.toEqual([]);
    for (const part of ['unbound', 'staff', 'manager'] as const) {
      const form = forms[part];
      if (form === undefined) continue;
      expect(ROLES.filter((role) => helpOnAll(role).includes(form))).toEqual(told[part]);
      expect(isAtLeast(part, leastRole(example))).toBe(true);
    }
  });
});

describe('the words of the catalogue', () => {
  it.each(WORDS)('$word begins a $kind', ({ word, example }) => {
    expect(read(printCommand(example).replace(/^\S+/u, word))).toEqual([example]);
  });

  it.each(WORDS.filter(({ pinyin }) => pinyin !== undefined))(
    '$pinyin is no $kind, but asked back as $word',
    ({ word, pinyin = '', example, kind }) => {
      expect(word).toMatch(/^\p{Script=Han}{2,3}$/u);
      const args = printCommand(example).replace(/^\S+/u, '');
      const line = (kind === 'redeem' ? '核销' : word) + args;
      expect(read(pinyin + args)).toMatchObject([{ kind: 'wrong', problem: { kind: 'mistyped-word', meant: word } }]);
      // Its line is the person's own, put right.
      const [command] = read(pinyin + args);
      if (command?.kind === 'wrong' && 'line' in command.problem) expect(command.problem.line).toBe(line);
      else expect(['bind', 'unbind']).toContain(kind);
    },
  );

  it('are each of one kind, but for the one that may also name a user', () => {
    const shared = WORDS.filter(({ word, kind }) => WORDS.some((one) => one.word === word && one.kind !== kind));
    expect(shared.map(({ kind }) => kind)).toEqual(['bind-request', 'bind']);
  });
});

it('an example takes the least role of all commands of its kind', () => {
  const commands = Object.values(OTHER_EXAMPLES).flatMap((examples) => examples.flatMap(([typed]) => read(typed)));
  const forDesk = commands.filter(isForDesk);
  for (const command of forDesk) {
    const { example } = CATALOGUE[command.kind];
    expect([command, isAtLeast(leastRole(command), leastRole(example))]).toEqual([command, true]);
  }
  expect(new Set(forDesk.map(({ kind }) => kind))).toEqual(new Set(DESK_ENTRIES.map(({ kind }) => kind)));
});

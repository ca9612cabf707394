import type { Misuse } from '../command.ts';
import { splitWords } from '../words.ts';
import { misused, type DeskEntry } from './entry.ts';

/** Says yes to a person's request to be bound. */
export const agree: DeskEntry<'agree'> = {
  kind: 'agree',
  words: [{ word: '同意', pinyin: 'tongyi' }],
  leastRole: () => 'manager',
  read(args) {
    const number = readNumber(args);
    return typeof number === 'string' ? misused('agree', number) : { kind: 'agree', number };
  },
  print: ({ number }) => ['同意', number],
  example: { kind: 'agree', number: 3 },
  help: { manager: '同意 3' },
};

/** Says no to it. */
export const reject: DeskEntry<'reject'> = {
  kind: 'reject',
  words: [{ word: '拒绝', pinyin: 'jujue' }],
  leastRole: () => 'manager',
  read(args) {
    const number = readNumber(args);
    return typeof number === 'string' ? misused('reject', number) : { kind: 'reject', number };
  },
  print: ({ number }) => ['拒绝', number],
  example: { kind: 'reject', number: 3 },
  help: { manager: '拒绝 3' },
};

/** Null where nothing is typed. */
function readNumber(args: string): number | null | Misuse {
  const [word, ...more] = splitWords(args);
  if (word === undefined) return null;
  const [, number] = /^#?([1-9]\d{0,8})号?$/u.exec(word) ?? [];
  if (number === undefined) return 'number';
  return more.length > 0 ? 'extra' : Number(number);
}

import { looksLikeCard } from '../card.ts';
import { MAX_NAME, type Binding, type Misuse } from '../command.ts';
import { platformNamed } from '../user.ts';
import { splitWords } from '../words.ts';
import { misused, type DeskEntry, type Word } from './entry.ts';
import { EXAMPLE_BINDING, EXAMPLE_USER } from './examples.ts';

const MAX_STORE = 64;
const EMPLOYEE = /^[1-9]\d{0,9}$/;
const NAME_WORD = /^\p{L}[\p{L}\p{M}\p{N}·・.'’()-]*$/u;
const LATIN_WORD = /^[\p{Script=Latin}.'’-]+$/u;

const BIND: Word = { word: '绑定', pinyin: 'bangding' };

/** A person asks to be put into the mapping. */
export const bindRequest: DeskEntry<'bind-request'> = {
  kind: 'bind-request',
  words: [BIND],
  leastRole: () => 'unbound',
  read(args) {
    const words = splitWords(args);
    if (words.length === 0) return misused('bind-request', 'missing');
    // `绑定 zhangsan 11 …`, `绑定 11 wecom:zhangsan …`: a manager wants to bind a person.
    const namesUser = /^[\x21-\x7e]+$/.test(words[0] ?? '') && EMPLOYEE.test(words[1] ?? '');
    if (namesUser || words.some((word) => platformNamed(word) !== undefined)) return misused('bind', 'user');
    const binding = readBinding(words);
    return typeof binding === 'string' ? misused('bind-request', binding) : { kind: 'bind-request', ...binding };
  },
  print: (command) => [BIND.word, ...printBinding(command)],
  example: { kind: 'bind-request', ...EXAMPLE_BINDING },
  help: { unbound: '绑定 工号 门店 姓名' },
};

/** Puts a person into the mapping. */
export const bind: DeskEntry<'bind'> = {
  kind: 'bind',
  words: [BIND],
  leastRole: () => 'manager',
  readBehindUser(user, words) {
    const binding = readBinding(words);
    return typeof binding === 'string' ? misused('bind', binding) : { kind: 'bind', user, ...binding };
  },
  print: (command) => [BIND.word, command.user, ...printBinding(command)],
  example: { kind: 'bind', user: EXAMPLE_USER, ...EXAMPLE_BINDING },
  help: { manager: '绑定 账号 工号 门店 姓名' },
};

/** Takes a person out of it. */
export const unbind: DeskEntry<'unbind'> = {
  kind: 'unbind',
  words: [{ word: '解绑', pinyin: 'jiebang' }],
  leastRole: () => 'manager',
  read: (args) => misused('unbind', args === '' ? 'missing' : 'user'),
  readBehindUser: (user, words) => (words.length === 0 ? { kind: 'unbind', user } : misused('unbind', 'extra')),
  print: ({ user }) => ['解绑', user],
  example: { kind: 'unbind', user: EXAMPLE_USER },
  help: { manager: '解绑 账号' },
};

function readBinding([employee = '', store, ...names]: readonly string[]): Binding | Misuse {
  if (!EMPLOYEE.test(employee)) return 'employee';
  if (store === undefined) return 'no-store';
  if (Array.from(store).length > MAX_STORE) return 'store';
  const name = names.length === 0 ? null : names.join(' ');
  if (name !== null && !names.every((word) => NAME_WORD.test(word))) return 'name';
  // `Li Wei` is one name; `张三 李四` are two people.
  if (names.length > 1 && !names.every((word) => LATIN_WORD.test(word))) return 'extra';
  if (name !== null && (Array.from(name).length > MAX_NAME || looksLikeCard(name))) return 'name';
  return { employeeId: Number(employee), store, name };
}

function printBinding({ employeeId, store, name }: Binding): (string | number | null)[] {
  return [employeeId, store, name];
}

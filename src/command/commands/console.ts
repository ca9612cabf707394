import { misused, type DeskEntry } from './entry.ts';

/** What is often typed behind a word that stands alone. */
const NOTHING = /^[了啊呀吧吗呢 .。!~?]*$/u;

/** A link by which the console is entered. */
export const askConsole: DeskEntry<'console'> = {
  kind: 'console',
  words: [
    { word: '控制台', pinyin: 'kongzhitai' },
    { word: '登录', pinyin: 'denglu' },
    ...['控制臺', '登陆', '登錄', '登陸', '登入'].map((word) => ({ word })),
  ],
  leastRole: () => 'staff',
  read: (args) => (NOTHING.test(args) ? { kind: 'console' } : misused('console', 'alone')),
  print: () => ['控制台'],
  example: { kind: 'console' },
  help: { staff: '控制台' },
};

/** The end of all logins of a person. */
export const signOut: DeskEntry<'sign-out'> = {
  kind: 'sign-out',
  words: ['退出登录', '退出登陆', '退出登錄', '退出登陸', '退出控制台', '登出'].map((word) => ({ word })),
  leastRole: () => 'staff',
  read: (args) => (NOTHING.test(args) ? { kind: 'sign-out' } : misused('sign-out', 'alone')),
  print: () => ['退出登录'],
  example: { kind: 'sign-out' },
  help: { staff: '退出登录' },
};

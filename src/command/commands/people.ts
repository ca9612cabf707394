import { takePage, printPage } from '../page.ts';
import { misused, type DeskEntry } from './entry.ts';

/** Alone of these words it is often typed with a question mark. */
const WHO_AM_I = '我是谁';

/** The person's own entry in the mapping. */
export const me: DeskEntry<'me'> = {
  kind: 'me',
  words: [{ word: '我' }, { word: WHO_AM_I }],
  leastRole: () => 'unbound',
  read(args, word) {
    const behind = word === WHO_AM_I ? args.replace(/^\?+$/, '') : args;
    return behind === '' ? { kind: 'me' } : misused('me', 'alone');
  },
  print: () => ['我'],
  example: { kind: 'me' },
  help: { staff: '我' },
};

/** The people of a store, and the requests that wait. */
export const staffList: DeskEntry<'staff-list'> = {
  kind: 'staff-list',
  words: [{ word: '员工', pinyin: 'yuangong' }],
  leastRole: () => 'manager',
  read(args) {
    const { rest, page } = takePage(args);
    if (rest !== '') return misused('staff-list', 'alone');
    return { kind: 'staff-list', ...(page === undefined ? {} : { page }) };
  },
  print: ({ page }) => ['员工', printPage(page)],
  example: { kind: 'staff-list' },
  help: { manager: '员工' },
};

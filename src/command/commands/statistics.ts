import { printPeriod, readPeriod } from '../day.ts';
import { printPage, takePage } from '../page.ts';
import { splitWords } from '../words.ts';
import { takeStore } from './records.ts';
import { misused, type DeskEntry } from './entry.ts';

/** Totals of a store. */
export const statistics: DeskEntry<'statistics'> = {
  kind: 'statistics',
  words: [{ word: '统计', pinyin: 'tongji' }, { word: '統計' }],
  leastRole: () => 'manager',
  read(args) {
    const { rest, page } = takePage(args);
    // They are the store's anyway.
    const [word, ...more] = splitWords(takeStore(rest).rest);
    const period = word === undefined ? ({ kind: 'today' } as const) : readPeriod(word);
    if (period === null) return misused('statistics', 'period');
    if (more.length > 0) return misused('statistics', 'extra');
    return { kind: 'statistics', period, ...(page === undefined ? {} : { page }) };
  },
  print: ({ period, page }) => ['统计', printPeriod(period), printPage(page)],
  example: { kind: 'statistics', period: { kind: 'week' } },
  help: { manager: '统计 本周' },
};

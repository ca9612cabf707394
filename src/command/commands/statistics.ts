import { printPeriod, readPeriod } from '../day.ts';
import { splitWords } from '../words.ts';
import { misused, type DeskEntry } from './entry.ts';

/** Totals of a store. */
export const statistics: DeskEntry<'statistics'> = {
  kind: 'statistics',
  words: [{ word: '统计', pinyin: 'tongji' }, { word: '統計' }],
  leastRole: () => 'manager',
  read(args) {
    const [word, ...more] = splitWords(args);
    const period = word === undefined ? ({ kind: 'today' } as const) : readPeriod(word);
    if (period === null) return misused('statistics', 'period');
    return more.length > 0 ? misused('statistics', 'extra') : { kind: 'statistics', period };
  },
  print: ({ period }) => ['统计', printPeriod(period)],
  example: { kind: 'statistics', period: { kind: 'week' } },
  help: { manager: '统计 本周' },
};

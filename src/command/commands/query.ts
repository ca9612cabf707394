import { readCardAlone } from '../card.ts';
import { scanMarkedReceipt } from '../receipt.ts';
import { misused, type DeskEntry } from './entry.ts';
import { EXAMPLE_CARD } from './examples.ts';

/** What is left on a card. */
export const query: DeskEntry<'query'> = {
  kind: 'query',
  words: [
    { word: '查询', pinyin: 'chaxun' },
    { word: '余次', pinyin: 'yuci' },
    { word: 'cx' },
    { word: '查' },
    { word: '查詢' },
    { word: '查余额' },
    { word: '查余次' },
  ],
  leastRole: () => 'staff',
  read(args) {
    if (args === '') return misused('query', 'missing');
    const card = readCardAlone(args);
    if (typeof card !== 'string') return { kind: 'query', card: card.card };
    return misused('query', scanMarkedReceipt(args) === null ? card : 'receipt-for-card');
  },
  print: ({ card }) => ['查询', card],
  example: { kind: 'query', card: EXAMPLE_CARD },
  help: { staff: '查询 卡号' },
};

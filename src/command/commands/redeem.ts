import { readOrder } from '../corrected.ts';
import type { RedeemEntry } from './entry.ts';
import { EXAMPLE_CARD } from './examples.ts';

export const redeem: RedeemEntry = {
  kind: 'redeem',
  words: [
    { word: '核销', pinyin: 'hexiao' },
    { word: '消费', pinyin: 'xiaofei' },
    { word: '划卡', pinyin: 'huaka' },
    { word: 'hx' },
    { word: '核銷' },
    { word: '消費' },
    { word: '劃卡' },
  ],
  leastRole: () => 'staff',
  read: readOrder,
  print: ({ card, count, remark }) => ['核销', card, count, remark],
  example: { kind: 'redeem', card: EXAMPLE_CARD, count: 2, remark: '' },
  help: { staff: '核销 卡号 次数 备注' },
};

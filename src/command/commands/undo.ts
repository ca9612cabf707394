import { findNamed, NOT_TAKING_BACK } from '../undo.ts';
import { misused, type DeskEntry } from './entry.ts';
import { EXAMPLE_RECEIPT } from './examples.ts';

const WORDS = [
  ...['撤销', '撤銷', '撤消', '撤回', '退款', '退次', '退卡', '退钱', '退还', '退還', '退回', '退'],
  ...['取消核销', '取消核銷', '反核销', '反核銷', '冲正', '沖正'],
  ...['核错了', '核錯了', '核多了', '搞错了', '搞錯了', '弄错了', '扣错了', '扣多了'],
];

/** Wants a redemption taken back. The bot cannot, and says who can. */
export const undo: DeskEntry<'undo'> = {
  kind: 'undo',
  words: WORDS.map((word) => ({ word })),
  leastRole: () => 'staff',
  read: (args, word) =>
    word === '退' && NOT_TAKING_BACK.test(args) ? misused('undo', 'receipt') : { kind: 'undo', ...findNamed(args) },
  print: ({ receipt, card }) => ['撤销', receipt, card],
  example: { kind: 'undo', receipt: EXAMPLE_RECEIPT, card: null },
  help: { staff: '撤销' },
};

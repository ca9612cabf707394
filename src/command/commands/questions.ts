import type { Confirm, Misuse } from '../command.ts';
import { scanReceipt } from '../receipt.ts';
import { endsHere, withoutSeparators } from '../words.ts';
import { misused, type DeskEntry } from './entry.ts';
import { EXAMPLE_RECEIPT } from './examples.ts';

/** Says yes to a question. */
export const confirm: DeskEntry<'confirm'> = {
  kind: 'confirm',
  words: [{ word: '确认', pinyin: 'queren' }],
  leastRole: () => 'staff',
  read(args) {
    const receipt = readReceipt(args);
    return typeof receipt === 'string' ? misused('confirm', receipt) : { kind: 'confirm', ...receipt };
  },
  print: ({ receipt }) => ['确认', receipt],
  example: { kind: 'confirm', receipt: EXAMPLE_RECEIPT },
  help: { staff: '确认' },
};

/** Says no to a question. */
export const cancel: DeskEntry<'cancel'> = {
  kind: 'cancel',
  words: [{ word: '取消', pinyin: 'quxiao' }],
  leastRole: () => 'staff',
  read(args) {
    const receipt = readReceipt(args);
    return typeof receipt === 'string' ? misused('cancel', receipt) : { kind: 'cancel', ...receipt };
  },
  print: ({ receipt }) => ['取消', receipt],
  example: { kind: 'cancel', receipt: EXAMPLE_RECEIPT },
  help: { staff: '取消' },
};

function readReceipt(args: string): Pick<Confirm, 'receipt'> | Misuse {
  if (args === '') return { receipt: null };
  const scan = scanReceipt(args);
  if (scan === null || !endsHere(scan.rest)) return 'receipt';
  return withoutSeparators(scan.rest) === '' ? { receipt: scan.receipt } : 'extra';
}

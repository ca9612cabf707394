import { readCardAlone } from '../card.ts';
import type { Misused, Records, RecordsOf } from '../command.ts';
import { looksLikeDate, printPeriod, readPeriod } from '../day.ts';
import { scanMarkedReceipt, scanReceipt } from '../receipt.ts';
import { printPage, takePage } from '../page.ts';
import { endsHere, splitWords, withoutSeparators } from '../words.ts';
import { misused, type DeskEntry } from './entry.ts';

/** The whole store, as people call it. */
export const STORE_WORD = '(?:全店|店里|门店|本店|咱们店|我们店|咱店)';
const FIRST = new RegExp(`^${STORE_WORD}`, 'u');
const STORE = new RegExp(`(?:^|[ :,])${STORE_WORD}的?(?=$|[ :,])`, 'u');

/** `args` without a word for the store, and whether there was one. */
export function takeStore(args: string): { readonly rest: string; readonly hasStore: boolean } {
  const rest = args.replace(STORE, ' ');
  return { rest, hasStore: rest !== args };
}

/** What was redeemed. */
export const records: DeskEntry<'records'> = {
  kind: 'records',
  words: [{ word: '记录', pinyin: 'jilu' }, { word: '記錄' }],
  leastRole: ({ of }) => (of.kind === 'store' ? 'manager' : 'staff'),
  read(args) {
    const { rest, page } = takePage(args);
    const read = readRecords(rest);
    if (read.kind === 'misused' || page === undefined) return read;
    return read.of.kind === 'receipt' ? misused('records', 'extra') : { ...read, page };
  },
  print: ({ of, page }) => ['记录', ...printRecordsOf(of), printPage(page)],
  example: { kind: 'records', of: { kind: 'mine', day: { kind: 'yesterday' } } },
  help: { staff: '记录，记录 昨天，记录 卡号', manager: '记录 全店 昨天' },
};

function readRecords(args: string): Records | Misused {
  const [first, ...more] = splitWords(args);
  if (first === undefined) return { kind: 'records', of: { kind: 'mine', day: { kind: 'today' } } };
  const marked = scanMarkedReceipt(args);
  if (marked !== null) return recordsOfReceipt(marked.receipt, marked.rest);
  // Also `全店2026-11-20`.
  const { rest, hasStore } = takeStore(args.replace(FIRST, '$& '));
  if (hasStore) return readStoreRecords(splitWords(rest));
  const day = readPeriod(first);
  if (day !== null) {
    return more.length > 0 ? misused('records', 'extra') : { kind: 'records', of: { kind: 'mine', day } };
  }
  if (looksLikeDate(first)) return misused('records', 'period');
  const card = readCardAlone(args);
  if (typeof card !== 'string') return { kind: 'records', of: { kind: 'card', card: card.card } };
  if (card !== 'no-card') return misused('records', card);
  // Without a digit it can be no card.
  const bare = scanReceipt(args);
  return bare === null ? misused('records', 'records') : recordsOfReceipt(bare.receipt, bare.rest);
}

function recordsOfReceipt(receipt: string, rest: string): Records | Misused {
  if (!endsHere(rest)) return misused('records', 'receipt');
  if (withoutSeparators(rest) !== '') return misused('records', 'extra');
  return { kind: 'records', of: { kind: 'receipt', receipt } };
}

function readStoreRecords([word, ...more]: readonly string[]): Records | Misused {
  const day = word === undefined ? ({ kind: 'today' } as const) : readPeriod(word);
  if (day === null) return misused('records', 'period');
  return more.length > 0 ? misused('records', 'extra') : { kind: 'records', of: { kind: 'store', day } };
}

function printRecordsOf(of: RecordsOf): string[] {
  switch (of.kind) {
    case 'mine':
      return [printPeriod(of.day)];
    case 'store':
      return ['全店', printPeriod(of.day)];
    case 'card':
      return [of.card];
    case 'receipt':
      return [of.receipt];
  }
}

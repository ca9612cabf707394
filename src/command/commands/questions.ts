import type { Confirm, Misuse, Named } from '../command.ts';
import { NUMBER, readNumeral } from '../numerals.ts';
import { scanReceipt } from '../receipt.ts';
import { scanSaidCount } from '../said-count.ts';
import { endsHere, withoutSeparators } from '../words.ts';
import { misused, type DeskEntry } from './entry.ts';
import { EXAMPLE_RECEIPT } from './examples.ts';

const ALL = '全部';
type Answering = 'confirm' | 'cancel';
const EACH = '(?:全部|全都|全|都|所有的?|每一?[条個个笔]|all)';
const WORDS_OF = { confirm: '确认|核销|核銷|要', cancel: '取消|不要' } satisfies Record<Answering, string>;
const ALL_OF_THEM = {
  confirm: new RegExp(`^${EACH}(?:${WORDS_OF.confirm})?$`, 'iu'),
  cancel: new RegExp(`^${EACH}(?:${WORDS_OF.cancel})?$`, 'iu'),
};
/** `1`, `1号`, `#1`, `第一条`, `编号 1`. */
const NUMBER_OF_ONE = new RegExp(
  `^(?:(?:第|#|编号[ :]*)(${NUMBER})(?: ?[条号個个笔])?|(?![两兩俩倆仨])(${NUMBER})(?: ?号)?)(?=$|[ :,])`,
  'u',
);
/** `两个` and `2笔` say how many, and `全部取消` behind 确认 says two things: which ones are meant cannot be seen. */
const UNCLEAR = new RegExp(
  `^(?:${NUMBER} ?[条個个笔单张張]?|${EACH}(?:${WORDS_OF.confirm}|${WORDS_OF.cancel}))(?=$|[ :,])`,
  'iu',
);
const MAX_NUMBER = 999;

/** Says yes to a question. */
export const confirm: DeskEntry<'confirm'> = {
  kind: 'confirm',
  words: [{ word: '确认', pinyin: 'queren' }],
  leastRole: () => 'staff',
  read(args) {
    const read = readConfirmed(args);
    if (typeof read !== 'string') return { kind: 'confirm', ...read };
    return read === 'count' ? { ...misused('confirm', read), typed: typedCount(args) } : misused('confirm', read);
  },
  print({ bare, count, ...named }) {
    if (bare !== undefined) return [count === undefined ? '好' : `${count}次`];
    return ['确认', ...printNamed(named), count === undefined ? null : `${count}次`];
  },
  example: { kind: 'confirm', receipt: EXAMPLE_RECEIPT },
  help: { staff: '确认' },
};

/** Says no to a question. */
export const cancel: DeskEntry<'cancel'> = {
  kind: 'cancel',
  words: [{ word: '取消', pinyin: 'quxiao' }],
  leastRole: () => 'staff',
  read(args) {
    const read = readNamed('cancel', args);
    if (typeof read === 'string') return misused('cancel', read);
    return read.rest === '' ? { kind: 'cancel', ...read.named } : misused('cancel', 'extra');
  },
  print: (named) => ['取消', ...printNamed(named)],
  example: { kind: 'cancel', receipt: EXAMPLE_RECEIPT },
  help: { staff: '取消' },
};

/** `0` of `确认 0次`, and never enough of it to be a card. */
function typedCount(args: string): string {
  return /([^ :,次]{1,5})次?$/u.exec(args)?.[1] ?? '';
}

function printNamed({ receipt, number }: Named): (string | number | null)[] {
  return [receipt, typeof number === 'string' ? ALL : (number ?? null)];
}

/** Which one, and how many times. A number names one: it is a count only with 次 or its like. */
function readConfirmed(args: string): Pick<Confirm, 'receipt' | 'number' | 'count'> | Misuse {
  const only = scanReceipt(args) === null ? readCount(args) : null;
  if (only !== null) return typeof only === 'string' ? only : { receipt: null, ...only };
  const read = readNamed('confirm', args);
  if (typeof read === 'string' || read.rest === '') return typeof read === 'string' ? read : read.named;
  const count = read.named.number === 'all' ? null : readCount(read.rest);
  if (count === null) return 'extra';
  return typeof count === 'string' ? count : { ...read.named, ...count };
}

function readCount(text: string): { readonly count: number } | Misuse | null {
  const scan = scanSaidCount(text);
  if (scan === null) return null;
  if (scan.kind === 'bad') return 'count';
  return withoutSeparators(scan.rest) === '' ? { count: scan.count } : 'extra';
}

function readNamed(as: Answering, args: string): { readonly named: Named; readonly rest: string } | Misuse {
  if (args === '') return { named: { receipt: null }, rest: '' };
  if (ALL_OF_THEM[as].test(args.split(/[ :,]/u, 1)[0] ?? '')) {
    return { named: { receipt: null, number: 'all' }, rest: withoutSeparators(args.replace(/^[^ :,]+/u, '')) };
  }
  const scan = scanReceipt(args);
  if (scan !== null && endsHere(scan.rest)) {
    return { named: { receipt: scan.receipt }, rest: withoutSeparators(scan.rest) };
  }
  const [whole, marked, alone = ''] = NUMBER_OF_ONE.exec(args) ?? [];
  const number = readNumeral(marked ?? alone);
  if (whole === undefined) return UNCLEAR.test(args) ? 'which' : 'receipt';
  if (number === null || number > MAX_NUMBER) return 'receipt';
  return { named: { receipt: null, number }, rest: withoutSeparators(args.slice(whole.length)) };
}

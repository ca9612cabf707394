import { readBindRequest, readUnbind } from './binding.ts';
import { scanCard } from './card.ts';
import type { Misuse, Misused, DeskCommand, OtherVerb, Verdict } from './command.ts';
import { looksLikeDate, readDay, readPeriod } from './day.ts';
import { scanMarkedReceipt, scanReceipt } from './receipt.ts';
import { endsHere, splitWords, withoutSeparators } from './words.ts';

type Reading = DeskCommand | Misused;
type Reader = (args: string) => Reading;

const READERS: ReadonlyMap<string, Reader> = new Map<OtherVerb | 'cx' | '查' | '我' | '我是谁', Reader>([
  ['查询', readQuery],
  ['余次', readQuery],
  ['cx', readQuery],
  ['查', readQuery],
  ['核对', readCheck],
  ['确认', (args) => readAnswer('confirm', args)],
  ['取消', (args) => readAnswer('cancel', args)],
  ['记录', readRecords],
  ['统计', readStatistics],
  // Before `我`, with which it begins.
  ['我是谁', (args) => readNothing('me', args.replace(/^\?+$/, ''))],
  ['我', (args) => readNothing('me', args)],
  ['员工', (args) => readNothing('staff-list', args)],
  ['绑定', readBindRequest],
  ['解绑', readUnbind],
  ['同意', (args) => readNumber('agree', args)],
  ['拒绝', (args) => readNumber('reject', args)],
  ['通知', readNotify],
]);
const VERBS = [...READERS.keys()].join('|').replace('cx', 'cx(?![a-z])');
const VERB = new RegExp(`^[ :,]*(${VERBS})([ :,]*)`, 'iu');

/** What is wrong behind a first argument that fits: then the line is a command even without a blank behind its verb. */
const FIRST_FITS: readonly Misuse[] = ['extra', 'verdict', 'no-store', 'store', 'name'];

const VERDICTS: ReadonlyMap<string, Verdict> = new Map([
  ['已核销', 'consumed'],
  ['未核销', 'not-consumed'],
]);

/** Reads a normalised line that is no redemption and names no user; null when it does not begin with a verb. */
export function readOther(typed: string): Reading | null {
  const content = typed.replace(/^(确认|取消)(?: ?(?:谢谢|好的|哈))?[ .。!~…]*$/u, '$1');
  const [whole, verb = '', gap] = VERB.exec(content) ?? [];
  const args = content.slice(whole?.length ?? 0);
  const reading = whole === undefined ? undefined : READERS.get(verb.toLowerCase())?.(args);
  if (reading === undefined) return null;
  // `确认一下那张卡` is talk, `确认R-7K3M9Q2A` is none.
  return gap === '' && args !== '' && !fits(reading) ? null : reading;
}

/** Whether `args` is what this verb asks for, at least in its first part. */
export function argumentsFit(verb: OtherVerb, args: string): boolean {
  const reading = READERS.get(verb)?.(args);
  return reading !== undefined && fits(reading);
}

function fits(reading: Reading): boolean {
  return reading.kind !== 'misused' || FIRST_FITS.includes(reading.why);
}

function readQuery(args: string): Reading {
  if (args === '') return misused('query', 'missing');
  const card = readCard(args);
  if (typeof card !== 'string') return { kind: 'query', card: card.card };
  return misused('query', scanMarkedReceipt(args) === null ? card : 'receipt-for-card');
}

function readCheck(args: string): Reading {
  if (args === '') return misused('check', 'missing');
  const scan = scanReceipt(args);
  if (scan === null) return misused('check', 'receipt');
  const said = withoutSeparators(scan.rest);
  if (said === '') return { kind: 'check', receipt: scan.receipt, verdict: null };
  const verdict = VERDICTS.get(said);
  return verdict === undefined ? misused('check', 'verdict') : { kind: 'check', receipt: scan.receipt, verdict };
}

function readAnswer(kind: 'confirm' | 'cancel', args: string): Reading {
  if (args === '') return { kind, receipt: null };
  const scan = scanReceipt(args);
  if (scan === null || !endsHere(scan.rest)) return misused(kind, 'receipt');
  return withoutSeparators(scan.rest) === '' ? { kind, receipt: scan.receipt } : misused(kind, 'extra');
}

function readRecords(args: string): Reading {
  const [first, ...more] = splitWords(args);
  if (first === undefined) return { kind: 'records', of: { kind: 'mine', day: { kind: 'today' } } };
  const marked = scanMarkedReceipt(args);
  if (marked !== null) return recordsOfReceipt(marked.receipt, marked.rest);
  if (first.startsWith('全店')) return readStoreRecords(splitWords(args.replace('全店', '全店 ')).slice(1));
  const day = readDay(first);
  if (day !== null) {
    return more.length > 0 ? misused('records', 'extra') : { kind: 'records', of: { kind: 'mine', day } };
  }
  if (looksLikeDate(first) || readPeriod(first) !== null) return misused('records', 'day');
  const card = readCard(args);
  if (typeof card !== 'string') return { kind: 'records', of: { kind: 'card', card: card.card } };
  if (card !== 'no-card') return misused('records', card);
  // Without a digit it can be no card.
  const bare = scanReceipt(args);
  return bare === null ? misused('records', 'records') : recordsOfReceipt(bare.receipt, bare.rest);
}

function recordsOfReceipt(receipt: string, rest: string): Reading {
  if (!endsHere(rest)) return misused('records', 'receipt');
  if (withoutSeparators(rest) !== '') return misused('records', 'extra');
  return { kind: 'records', of: { kind: 'receipt', receipt } };
}

function readStoreRecords([word, ...more]: readonly string[]): Reading {
  const day = word === undefined ? ({ kind: 'today' } as const) : readDay(word);
  if (day === null) return misused('records', 'day');
  return more.length > 0 ? misused('records', 'extra') : { kind: 'records', of: { kind: 'store', day } };
}

function readStatistics(args: string): Reading {
  const [word, ...more] = splitWords(args);
  const period = word === undefined ? ({ kind: 'today' } as const) : readPeriod(word);
  if (period === null) return misused('statistics', 'period');
  return more.length > 0 ? misused('statistics', 'extra') : { kind: 'statistics', period };
}

function readNumber(kind: 'agree' | 'reject', args: string): Reading {
  const [word, ...more] = splitWords(args);
  if (word === undefined) return misused(kind, 'missing');
  const [, number] = /^#?([1-9]\d{0,8})号?$/u.exec(word) ?? [];
  if (number === undefined) return misused(kind, 'number');
  return more.length > 0 ? misused(kind, 'extra') : { kind, number: Number(number) };
}

function readNotify(args: string): Reading {
  const [word, ...more] = splitWords(args);
  if (word === undefined) return misused('notify-test', 'missing');
  if (word !== '测试') return misused('notify-test', 'test');
  return more.length > 0 ? misused('notify-test', 'extra') : { kind: 'notify-test' };
}

function readNothing(kind: 'me' | 'staff-list', args: string): Reading {
  return args === '' ? { kind } : misused(kind, 'alone');
}

/** Here no count may follow, so a short last group always belongs to the card. */
function readCard(args: string): { readonly card: string } | Misuse {
  const scan = scanCard(args);
  if ('kind' in scan) return scan.kind === 'bad-card' ? scan.why : 'no-card';
  if (withoutSeparators(scan.rest) === '') return scan;
  return endsHere(scan.rest) ? 'extra' : 'characters';
}

function misused(of: Misused['of'], why: Misuse): Misused {
  return { kind: 'misused', of, why };
}

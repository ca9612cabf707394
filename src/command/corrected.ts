import { looksLikeCard, scanCard } from './card.ts';
import { CARD_LENGTH, type LineProblem, type Order, type Uncertain } from './command.ts';
import { scanCount, scanLeadingCount } from './count.ts';
import { withoutCourtesies } from './politeness.ts';
import { readRedemption } from './redeem.ts';
import { withoutSeparators } from './words.ts';

// What people mean by lines that cannot be carried out as they stand: cards as they are spoken, with letters for digits,
// or twice from a scanner, and counts that are almost one. All of it is asked about, none is carried out.

/** What stands before a card: `卡号：`, `这张卡 `. */
export const CARD_LABEL =
  '(?:(?:这张|这个|會員|会员|客户|顾客|客人|储值|次)?(?:卡号码?|卡號|卡|券号|券码|券|核销码|动态码|号码|编号)(?:是|为)?[ :,]*)';
const SPOKEN_DIGITS: ReadonlyMap<string, string> = new Map(
  '零0 〇0 ○0 洞0 一1 幺1 么1 壹1 二2 两2 兩2 贰2 三3 叁3 四4 肆4 五5 伍5 六6 陆6 七7 柒7 拐7 八8 捌8 九9 玖9 勾9'
    .split(' ')
    .map(([spoken = '', digit = '']) => [spoken, digit] as const),
);
/** One digit, also as it is spoken. */
export const SPOKEN = `[\\d${[...SPOKEN_DIGITS.keys()].join('')}]`;
const LABEL_FIRST = new RegExp(`^${CARD_LABEL}(?=[A-Za-z0-9]|${SPOKEN}{4})`, 'u');
const NUMBER_OF_TIMES = '(?:[一二两兩三四五六七八九]?十[一二三四五六七八九]?|[一二两兩三四五六七八九])';
/** The end of the last group is the count where 次 stands behind it. */
const SPOKEN_CARD = new RegExp(
  `^(${SPOKEN}{${CARD_LENGTH.min},${CARD_LENGTH.max}}?)(?:(?=${NUMBER_OF_TIMES} ?次)|(?!${SPOKEN}))`,
  'u',
);
const SPOKEN_GROUPS = new RegExp(`^(?:${SPOKEN}{4} )+${SPOKEN}{1,4}(?! ?次|${SPOKEN})`, 'u');

const LOOK_ALIKES: ReadonlyMap<string, string> = new Map(
  'O0 o0 I1 i1 l1 L1 S5 s5 Z2 z2 B8'.split(' ').map(([letter = '', digit = '']) => [letter, digit] as const),
);
const ALIKE = `[\\d${[...LOOK_ALIKES.keys()].join('')}]`;
const ALIKE_GROUPS = new RegExp(`^(?:${ALIKE}{4}[ -])+${ALIKE}{1,4}(?![A-Za-z0-9])`, 'u');
/** With fewer digits the letters may be meant. */
const MIN_ALIKE = 10;
const MAX_LETTERS = 4;

/** A scanner that was pulled twice. Shorter cards may repeat themselves. */
const TWICE = /(?<![A-Za-z0-9])((?=[A-Za-z]*\d)[A-Za-z0-9]{10,32}?)\1{1,3}(?![A-Za-z0-9])/u;

const GLUED_COUNT = /^([A-Za-z0-9]*\d)x(\d{1,3})(?= |$)|^([A-Za-z0-9]*\d)([1-9]0?)次/iu;
const WRAPPED_COUNT = /^(?:[([【“"'「]+([^)\]】”"'」]{1,6})[)\]】”"'」]+|@(.{1,4})|0+([1-9]\d{0,2} ?次?))$/u;
const ASKED_COUNT = /^(.{1,8}?) ?(?:[吗嗎嘛么?]|[对是好行]吗|[可以]{2}吗|ok吗)[?。.!~ ]*$/iu;

/**
 * Reads what stands behind the command word of a redemption. What is only nearly an order, and can mean but one, comes
 * back as a question about it; `corrected` where that is about another card than was typed.
 */
export function readOrder(args: string): Order | LineProblem {
  const text = withoutCourtesies(args.replace(LABEL_FIRST, ''));
  const leading = scanLeadingCount(text);
  const before = leading?.kind === 'count' ? text.slice(0, text.length - leading.rest.length) : '';
  const behind = text.slice(before.length);
  const once = typedOnce(behind);
  if (once !== null) return withCard(before + once);
  const read = readRedemption(text);
  switch (read.kind) {
    case 'no-card':
    case 'bad-card':
      return asCorrected(spelled(behind), before) ?? read;
    case 'two-cards':
      return asCorrected(sameCardOnce(behind), before) ?? read;
    case 'glued': {
      const split = unglued(behind);
      return split === null ? read : withCard(before + split);
    }
    case 'bad-count':
    case 'talk':
      if (read.kind === 'bad-count' && spelled(behind) !== null) return asCorrected(spelled(behind), before) ?? read;
      return withOtherCount(behind, read.kind) ?? (read.kind === 'talk' ? read : ofCard(read, behind));
    case 'two-counts':
    case 'count-in-remark':
    case 'count-unknown':
      return ofCard(read, behind);
    default:
      return read;
  }
}

/** Whether a text is a card and nothing else, in any of the ways in which people write one. */
export function isCardAlone(text: string): boolean {
  const spelt = spelled(text) ?? text;
  const scan = scanCard(typedOnce(spelt) ?? spelt);
  return !('kind' in scan) && withoutSeparators(scan.rest) === '';
}

/** `text` without a word for a card before it. */
export function withoutCardLabel(text: string): string {
  return text.replace(LABEL_FIRST, '');
}

/** The digits that were probably meant by a card with letters among them; null where it has none that look like digits. */
export function withDigits(card: string): string | null {
  const digits = Array.from(card, (character) => LOOK_ALIKES.get(character) ?? character).join('');
  const letters = card.replace(/\d/g, '').length;
  return digits !== card && letters <= MAX_LETTERS && digits.length >= MIN_ALIKE && /^\d+$/.test(digits)
    ? digits
    : null;
}

function withCard(text: string): Order | LineProblem {
  const read = readRedemption(text);
  if (read.kind === 'redeem' || read.kind === 'uncertain') return { ...read, kind: 'uncertain', corrected: true };
  if (read.kind !== 'ambiguous') return read;
  // It is asked about anyway, and shown whole.
  const [reading] = read.readings;
  return { kind: 'uncertain', ...reading, remark: read.remark, corrected: true };
}

function asCorrected(text: string | null, before: string): Order | LineProblem | null {
  return text === null ? null : withCard(before + text);
}

/** `text` with digits where they were spoken, or typed as letters that look like them; null where none were. */
function spelled(text: string): string | null {
  const groups = SPOKEN_GROUPS.exec(text)?.[0] ?? SPOKEN_CARD.exec(text)?.[1];
  if (groups !== undefined) {
    const digits = Array.from(groups, (character) => SPOKEN_DIGITS.get(character) ?? character).join('');
    if (digits === groups) return null;
    const rest = text.slice(groups.length);
    return /^(?:$|[ :,])/.test(rest) ? digits + rest : `${digits} ${rest}`;
  }
  const alike = ALIKE_GROUPS.exec(text)?.[0];
  const digits = alike === undefined ? null : withDigits(alike.replace(/[ -]/g, ''));
  if (alike === undefined || digits === null) return null;
  return Array.from(alike, (character) => LOOK_ALIKES.get(character) ?? character).join('') + text.slice(alike.length);
}

/** `text` with a card once that stands there twice in one word. */
function typedOnce(text: string): string | null {
  const [whole, card] = TWICE.exec(text) ?? [];
  if (
    whole === undefined ||
    card === undefined ||
    (card + card).indexOf(card, 1) < card.length ||
    !text.startsWith(whole)
  )
    return null;
  return card + text.slice(whole.length);
}

/** The same for two words. */
function sameCardOnce(text: string): string | null {
  const first = scanCard(text);
  if ('kind' in first) return null;
  const second = scanCard(withoutSeparators(first.rest));
  return 'kind' in second || second.card !== first.card ? null : first.card + second.rest;
}

function unglued(text: string): string | null {
  const [whole = '', withTimes, times, withCount, count] = GLUED_COUNT.exec(text) ?? [];
  const [card, number] = withTimes === undefined ? [withCount, count] : [withTimes, times];
  if (card === undefined || number === undefined || !looksLikeCard(card)) return null;
  return `${card} ${number}次${text.slice(whole.length)}`;
}

/** `(2)`, `02`, `两次吗`: only the count is unclear. */
function withOtherCount(text: string, problem: 'bad-count' | 'talk'): Uncertain | null {
  const scan = scanCard(text);
  if ('kind' in scan) return null;
  const typed = withoutSeparators(scan.rest);
  const [, ...found] = (problem === 'talk' ? ASKED_COUNT : WRAPPED_COUNT).exec(typed) ?? ASKED_COUNT.exec(typed) ?? [];
  const count = scanCount(found.find((group: string | undefined) => group !== undefined) ?? '');
  if (count?.kind !== 'count' || count.rest !== '') return null;
  return { kind: 'uncertain', card: scan.card, count: count.count, remark: '' };
}

/** With the card, where it is certain where that ends: it is given back to the person. */
function ofCard<P extends LineProblem>(problem: P, text: string): P {
  const scan = scanCard(text);
  return 'kind' in scan || !text.startsWith(scan.card) ? problem : { ...problem, card: scan.card };
}

import { looksLikeCard, scanCard } from './card.ts';
import { CARD_LENGTH, type Order, type OrderProblem, type Uncertain } from './command.ts';
import { scanCount, scanLeadingCount } from './count.ts';
import { withoutCourtesies } from './politeness.ts';
import { readRedemption } from './redeem.ts';
import { toneOf } from './tone.ts';
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

/** Shorter ones, and those of telephones, may be anything that a line speaks of. */
const CARD_INSIDE = /(?<![A-Za-z0-9@/.-])(?!1[3-9]\d{9}(?!\d))\d{10,64}(?![A-Za-z0-9./-])/gu;
const CARD_SET_OFF = /^((?=[A-Za-z]*\d)[A-Za-z0-9]{6,64})[;。、][;。、 ]*/u;
const COUNT_FIRST = /^([1-9]\d{0,2})[ ,:]+(\d{10,64})$/u;
const ONLY_A_COUNT = /^\d{1,3}(?![A-Za-z0-9])(?! *\d)/u;

const GLUED_COUNT = /^([A-Za-z0-9]*\d)x(\d{1,3})(?= |$)|^([A-Za-z0-9]*\d)([1-9]0?)次/iu;
const WRAPPED_COUNT = /^(?:[([【“"'「]+([^)\]】”"'」]{1,6})[)\]】”"'」]+|@(.{1,4})|0+([1-9]\d{0,2} ?次?))$/u;
const ASKED_COUNT = /^(.{1,8}?) ?(?:[吗嗎嘛么?]|[对是好行]吗|[可以]{2}吗|ok吗)[?。.!~ ]*$/iu;

/**
 * Reads what stands behind the command word of a redemption. What is only nearly an order, and can mean but one, comes
 * back as a question about it; `corrected` where that is about another card than was typed.
 */
export function readOrder(args: string): Order | OrderProblem {
  const typed = withoutCourtesies(args.replace(LABEL_FIRST, ''));
  const leading = scanLeadingCount(typed);
  const before = leading?.kind === 'count' ? typed.slice(0, typed.length - leading.rest.length) : '';
  // `3次卡 914…` may name a card for three visits.
  const rest = typed.slice(before.length);
  const behind = /[ :,]$/u.test(before) && /^[^ ]{0,4}[号號码]/u.test(rest) ? rest.replace(LABEL_FIRST, '') : rest;
  const text = before + behind;
  const once = typedOnce(behind);
  if (once !== null) return withCard(before + once);
  const read = readRedemption(text);
  switch (read.kind) {
    case 'no-card':
    case 'bad-card':
      return asCorrected(spelled(behind) ?? apart(behind), before) ?? withoutItsCard(read, behind);
    case 'two-cards':
      return asCorrected(sameCardOnce(behind), before) ?? read;
    case 'glued': {
      const split = unglued(behind);
      return split === null ? read : withCard(before + split);
    }
    case 'bad-count':
    case 'talk':
      if (read.kind === 'bad-count') {
        const other = spelled(behind) ?? (/^[;。、]/u.test(read.typed) ? apart(behind) : null);
        if (other !== null) return asCorrected(other, before) ?? read;
      }
      return withOtherCount(behind, read.kind) ?? ofCard(read, behind);
    case 'two-counts':
    case 'count-in-remark':
    case 'count-unknown':
      return ofCard(read, behind);
    default:
      return read;
  }
}

/** `914…；2`, `2 914…`: what stands beside the card is set off, but not by a blank, or it stands before. */
function apart(text: string): string | null {
  const [whole = '', card = ''] = CARD_SET_OFF.exec(text) ?? [];
  return whole === ''
    ? COUNT_FIRST.test(text)
      ? text.replace(COUNT_FIRST, '$2 $1')
      : null
    : `${card} ${text.slice(whole.length)}`;
}

/** Says where the card is, or that what stands in its place is a count. */
function withoutItsCard(problem: Extract<OrderProblem, { kind: 'no-card' | 'bad-card' }>, text: string): OrderProblem {
  if (problem.kind === 'bad-card' && problem.why === 'too-short' && ONLY_A_COUNT.test(text)) {
    return { kind: 'bad-card', why: 'missing' };
  }
  const [card, ...others] = text.match(CARD_INSIDE) ?? [];
  if (card === undefined || others.length > 0 || looksLikeCard(text.replace(card, ''))) return problem;
  if (problem.kind === 'bad-card') return problem.why === 'characters' ? { ...problem, card } : problem;
  const isTalk = toneOf(text) === 'talk' || toneOf(text.slice(0, text.indexOf(card))) === 'talk';
  return { kind: isTalk ? 'talk' : 'no-card', card };
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

function withCard(text: string): Order | OrderProblem {
  const read = readRedemption(text);
  if (read.kind === 'redeem' || read.kind === 'uncertain') return { ...read, kind: 'uncertain', corrected: true };
  if (read.kind !== 'ambiguous') return read;
  // It is asked about anyway, and shown whole.
  const [reading] = read.readings;
  return { kind: 'uncertain', ...reading, remark: read.remark, corrected: true };
}

function asCorrected(text: string | null, before: string): Order | OrderProblem | null {
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
function ofCard<P extends OrderProblem>(problem: P, text: string): P {
  const scan = scanCard(text);
  return 'kind' in scan || !text.startsWith(scan.card) ? problem : { ...problem, card: scan.card };
}

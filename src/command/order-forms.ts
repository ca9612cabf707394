import { redeem } from './commands/redeem.ts';
import { CARD_LABEL, SPOKEN, isCardAlone, readOrder, withoutCardLabel } from './corrected.ts';
import { scanCount, scanLeadingCount } from './count.ts';
import { OPENING, withoutCourtesies, withoutOpening } from './politeness.ts';
import { readRedemption } from './redeem.ts';
import { toneOf } from './tone.ts';
import { anyOf, withoutSeparators } from './words.ts';

// The forms in which people order a redemption besides `核销 <card> …`: politely, card first, with labels, and in parts on
// lines of their own. All of them are closed: whatever else stands in such a line makes it none.

/** No card, count and remark are longer together. */
const MAX_FORM = 200;

const VERB = anyOf(redeem.words.map(({ word }) => word));
const A_BIT = `(?:(?:一下子?|一哈|下|掉)(?=$|[ :,.。!~]|[A-Za-z\\d]|${CARD_LABEL}))?`;
const VERB_FIRST = new RegExp(`^[ :,]*(?<opening>${OPENING})?(?:${VERB})(?!码)${A_BIT}[ :,]*`, 'iu');
/** `麻烦核销后回复一下` opens no order. */
const NAMES_A_CARD = new RegExp(`\\d|${SPOKEN}{4}`, 'u');
const HAN_VERB = anyOf(redeem.words.flatMap(({ word }) => (/^[a-z]/.test(word) ? [] : word)));
const VERB_BEHIND = new RegExp(`(?:${HAN_VERB}|(?<![A-Za-z0-9])(?:${VERB}))(?!码)${A_BIT}`, 'giu');
/** `核销以下卡：` with the cards on the next lines. */
const THESE = /^(?:以下|下面|如下|下列|这)(?:这|的)?(?:[几两三]?[张个]|些)?(?:卡号?|券|码)?[ :,.。]*$/u;
const COUNT_LABEL = '(?:本次)?(?:核销|消费)?(?:次数|次數|数量|數量)[ :,]*';
const COUNT_LABEL_FIRST = new RegExp(`^${COUNT_LABEL}`, 'u');
const CARD_LABEL_FIRST = new RegExp(`^${CARD_LABEL}`, 'u');
const COUNT_BEFORE_CARD = new RegExp(
  `^${COUNT_LABEL}(?<count>[^ :,;]{1,8})[ ,;、/|]*${CARD_LABEL}(?<card>[^ :,].*)$`,
  'u',
);
const COUNT_LABEL_BEHIND = new RegExp(`(?<![剩余可用总])${COUNT_LABEL}`, 'u');
const REMARK_LABEL = /^(?:备注|附言|留言)[ :,]*/u;
/** What orders are labelled with; anything else may be part of a receipt that was pasted. */
export const ABOUT_THE_CUSTOMER = /^(?:姓名|名字|客户|顾客|客人|会员|项目|门店)[ :]/u;

/** What stands behind the command word of a line that begins with one, also politely; null where it does not. */
export function behindVerb(content: string): string | null {
  const found = VERB_FIRST.exec(content);
  if (found === null) return null;
  const args = content.slice(found[0].length);
  const isPlain = found.groups?.['opening'] === undefined || NAMES_A_CARD.test(args);
  return isPlain || isEmptyOrder(withoutCourtesies(args)) ? args : null;
}

/** What a line orders that does not begin with the command word. */
export interface OtherForm {
  /** As behind a command word. */
  readonly args: string;
  /** Whether it runs without being asked about. */
  readonly isSure: boolean;
}

/** Reads `<card> 核销 2`, `卡号：… 次数：2`; null where a line is nothing of the kind. */
export function readOtherForm(content: string): OtherForm | null {
  if (content.length > MAX_FORM) return null;
  const text = withoutCourtesies(withoutOpening(content));
  return readLabelled(text) ?? readCardFirst(text);
}

function readLabelled(text: string): OtherForm | null {
  const { card, count } = findLabelled(text);
  if (card === undefined || count === undefined || !isCardAlone(card)) return null;
  const args = `${card} ${count}`;
  const read = readOrder(args);
  const remark = read.kind === 'redeem' ? read.remark : '';
  if (remark === '' || REMARK_LABEL.test(remark)) return { args, isSure: true };
  return ABOUT_THE_CUSTOMER.test(remark) ? { args, isSure: false } : null;
}

/** What stands behind the labels of card and count. */
function findLabelled(text: string): Readonly<Record<string, string | undefined>> {
  const behind = text.replace(CARD_LABEL_FIRST, '');
  if (behind === text) return COUNT_BEFORE_CARD.exec(text)?.groups ?? {};
  const label = COUNT_LABEL_BEHIND.exec(behind);
  if (label === null) return {};
  const card = /^[^ ,;、/|].{0,99}?(?=[ ,;、/|]*$)/u.exec(behind.slice(0, label.index))?.[0];
  return { card, count: behind.slice(label.index + label[0].length) };
}

/** The card, perhaps a count, the verb, perhaps a count, and nothing else. With a remark behind the count it is asked about. */
function readCardFirst(text: string): OtherForm | null {
  for (const { 0: verb, index } of text.matchAll(VERB_BEHIND)) {
    const before = readPart(text.slice(0, index));
    if (before?.card === undefined) continue;
    const behind = withoutSeparators(text.slice(index + verb.length)).replace(COUNT_LABEL_FIRST, '');
    const count = behind === '' ? null : scanCount(behind);
    if (behind !== '' && (before.count !== undefined || (count?.kind !== 'count' && count?.kind !== 'likely')))
      continue;
    const args = [before.card, before.count ?? '', behind].filter((part) => part !== '').join(' ');
    // `914… 核销 2位` is asked about, like `核销 914… 2位`.
    if (count?.kind === 'likely' && (toneOf(behind) === 'talk' || readOrder(args).kind !== 'uncertain')) continue;
    if (count === null || (count.kind === 'count' && count.rest === '')) return { args, isSure: true };
    if (count.kind === 'likely' || readOrder(args).kind === 'redeem') return { args, isSure: false };
  }
  return null;
}

/** What a line of an order that is spread over several says. */
export interface OrderPart {
  readonly verb: boolean;
  readonly card?: string;
  readonly count?: string;
  /** Whether `卡号` or `次数` stands before it. */
  readonly labelled: boolean;
  readonly remark?: string;
}

/** Reads a line that is part of an order and nothing else; null where it is more, or none. */
export function readPart(content: string): OrderPart | null {
  if (content.length > MAX_FORM) return null;
  const args = behindVerb(content);
  if (args !== null) {
    const count = withoutCourtesies(args);
    if (!isEmptyOrder(count)) return null;
    return { verb: true, labelled: false, ...(isCount(count) ? { count: count.replace(COUNT_LABEL_FIRST, '') } : {}) };
  }
  const text = withoutCourtesies(withoutOpening(content)).trim();
  const leading = scanLeadingCount(text);
  if (leading?.kind === 'count' && leading.rest !== '' && behindVerb(leading.rest) === '') {
    return { verb: true, count: `${leading.count}次`, labelled: false };
  }
  if (REMARK_LABEL.test(text)) return { verb: false, labelled: false, remark: text };
  const count = text.replace(COUNT_LABEL_FIRST, '');
  if (isCount(text)) return { verb: false, count, labelled: count !== text };
  const card = withoutSeparators(withoutCardLabel(text)).replace(/[.。;、]$/u, '');
  if (isCardAlone(card)) return { verb: false, card, labelled: card !== text };
  const read = readRedemption(card);
  if (read.kind !== 'redeem' || read.remark !== '') return null;
  return { verb: false, card: read.card, count: `${read.count}次`, labelled: false };
}

/** Whether nothing but a count stands behind the verb: the card may stand on another line. */
function isEmptyOrder(args: string): boolean {
  return args === '' || THESE.test(args) || isCount(args);
}

function isCount(text: string): boolean {
  const scan = scanCount(text.replace(COUNT_LABEL_FIRST, ''));
  return scan?.kind === 'count' && scan.rest === '';
}

/** One order of which the parts stood on several lines, as behind a command word. */
export function joinParts(parts: readonly OrderPart[]): OtherForm {
  const [card = '', count = '', remark = ''] = (['card', 'count', 'remark'] as const).map(
    (key) => parts.find((part) => part[key] !== undefined)?.[key],
  );
  // A number on a line of its own may be a room, a table or a price.
  const isSure = !parts.some((part) => part.count === count && !part.labelled && !part.verb && /^\d{2}/.test(count));
  return { args: [card, count, remark].filter((part) => part !== '').join(' '), isSure };
}

import { redeem } from './commands/redeem.ts';
import { CARD_LABEL, SPOKEN, isCardAlone, readOrder, withoutCardLabel } from './corrected.ts';
import { scanCount, scanLeadingCount } from './count.ts';
import { mayReport, OPENING, withoutAsking, withoutCourtesies, withoutOpening } from './politeness.ts';
import { mayNameOther } from './card.ts';
import { readRedemption } from './redeem.ts';
import { REMARK_LABEL, toneOf } from './tone.ts';
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
const GLUED_VERB = /^[ :,]*hx[a-z\d]/iu;
const HAN_VERB_INSIDE = new RegExp(HAN_VERB, 'u');
/** `核销以下卡：` with the cards on the next lines. */
const THESE = /^(?:以下|下面|如下|下列|这)(?:这|的)?(?:[几两三]?[张个]|些)?(?:卡号?|券|码)?[ :,.。]*$/u;
const COUNT_LABEL = '(?:本次)?(?:核销|核銷|消费|消費)?(?:次数|次數|数量|數量)(?:是|为|為)?[ :,]*';
const COUNT_LABEL_FIRST = new RegExp(`^${COUNT_LABEL}`, 'u');
const CARD_LABEL_FIRST = new RegExp(`^${CARD_LABEL}`, 'u');
const COUNT_BEFORE_CARD = new RegExp(
  `^${COUNT_LABEL}(?<count>[^ :,;]{1,8})[ ,;、/|]*${CARD_LABEL}(?<card>[^ :,].*)$`,
  'u',
);
const COUNT_LABEL_BEHIND = new RegExp(`(?<![剩余可用总])${COUNT_LABEL}`, 'u');
/** Labels that stand in records, in lists of goods and in receipts as well. */
const LOOSE_LABEL = /(?<!卡)号码|编号|[数數]量|核[销銷](?!码)|消[费費]/u;
/** Of a sum, which may be all that a card had. */
const SUM = /^(?:一?共|[总總]共|[合共]计|[计計])/u;
/** On its own it may be a room, a table or a price. */
const LONG_NUMBER = /^\d{2,}$/u;
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

/** Whether a line begins with a verb in letters that a card stands glued to: `hx914095` may be a card as well. */
export function isTorn(content: string): boolean {
  return GLUED_VERB.test(withoutOpening(content));
}

/** `hx914095 核销`: then that is where the verb is, and it cannot be seen where the card begins. */
export function hasTwoVerbs(content: string): boolean {
  return isTorn(content) && HAN_VERB_INSIDE.test(content);
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
  if (content.length > MAX_FORM || hasTwoVerbs(content)) return null;
  const polite = withoutOpening(content);
  const text = withoutCourtesies(polite);
  const form = readLabelled(text) ?? readCardFirst(text);
  if (form === null) return null;
  const order = redeem.read(form.args);
  const isOther = order.kind === 'redeem' && mayNameOther(order.card);
  return { ...form, isSure: form.isSure && !isOther && !mayReport(polite.slice(text.length)) };
}

function readLabelled(text: string): OtherForm | null {
  const { card, count, labels } = findLabelled(text);
  if (card === undefined || count === undefined || !isCardAlone(card)) return null;
  const args = `${card} ${count}`;
  const read = readOrder(args);
  const remark = read.kind === 'redeem' ? read.remark : '';
  const isSure = !LOOSE_LABEL.test(labels ?? '') && !SUM.test(count);
  if (remark === '' || REMARK_LABEL.test(remark)) return { args, isSure };
  return ABOUT_THE_CUSTOMER.test(remark) ? { args, isSure: false } : null;
}

/** The labels of card and count, and what stands behind them. */
function findLabelled(text: string): Readonly<Record<string, string | undefined>> {
  const behind = text.replace(CARD_LABEL_FIRST, '');
  if (behind === text) {
    const { card = '', count } = COUNT_BEFORE_CARD.exec(text)?.groups ?? {};
    return count === undefined ? {} : { card, count, labels: text.slice(0, -card.length) };
  }
  const label = COUNT_LABEL_BEHIND.exec(behind);
  if (label === null) return {};
  const card = /^[^ ,;、/|].{0,99}?(?=[ ,;、/|]*$)/u.exec(behind.slice(0, label.index))?.[0];
  const labels = text.slice(0, -behind.length) + label[0];
  return { card, count: behind.slice(label.index + label[0].length), labels };
}

/**
 * The card, perhaps a count, the verb, perhaps a count, and nothing else. With a remark behind the count it is asked about, and so is
 * what may tell of a redemption: `<card> 谢谢核销`, `<card> 核销次数 2`, `<card> 消费 35`.
 */
function readCardFirst(text: string): OtherForm | null {
  for (const { 0: verb, index } of text.matchAll(VERB_BEHIND)) {
    const lead = withoutAsking(text.slice(0, index));
    const before = readPart(lead);
    if (before?.card === undefined) continue;
    const rest = text.slice(index + verb.length);
    const behind = withoutSeparators(rest).replace(COUNT_LABEL_FIRST, '');
    const count = behind === '' ? null : scanCount(behind);
    if (behind !== '' && (before.count !== undefined || (count?.kind !== 'count' && count?.kind !== 'likely')))
      continue;
    const args = [before.card, before.count ?? '', behind].filter((part) => part !== '').join(' ');
    // `914… 核销 2位` is asked about, like `核销 914… 2位`.
    if (count?.kind === 'likely' && (toneOf(behind) === 'talk' || readOrder(args).kind !== 'uncertain')) continue;
    const mayTell =
      withoutCourtesies(lead) !== lead ||
      COUNT_LABEL_FIRST.test(rest) ||
      [behind, before.count ?? ''].some((number) => LONG_NUMBER.test(number));
    if (count === null || (count.kind === 'count' && count.rest === '')) return { args, isSure: !mayTell };
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
  /** Whether that label may stand before something else. */
  readonly loose?: boolean;
  /** Whether it may say that it is done: `核销啦`. */
  readonly told?: boolean;
  readonly remark?: string;
}

/** Reads a line that is part of an order and nothing else; null where it is more, or none. */
export function readPart(content: string): OrderPart | null {
  if (content.length > MAX_FORM) return null;
  // `核销次数：2` has a label, and no verb.
  const label = COUNT_LABEL_FIRST.exec(content)?.[0] ?? '';
  const args = label === '' ? behindVerb(content) : null;
  if (args !== null) {
    const count = withoutCourtesies(args);
    if (!isEmptyOrder(count)) return null;
    const told = mayReport(args.slice(count.length));
    return {
      verb: true,
      labelled: false,
      told,
      ...(isCount(count) ? { count: count.replace(COUNT_LABEL_FIRST, '') } : {}),
    };
  }
  const text = withoutCourtesies(withoutOpening(content)).trim();
  const leading = scanLeadingCount(text);
  if (leading?.kind === 'count' && leading.rest !== '' && behindVerb(leading.rest) === '') {
    return { verb: true, count: `${leading.count}次`, labelled: false };
  }
  if (REMARK_LABEL.test(text)) return { verb: false, labelled: false, remark: text };
  const count = text.replace(COUNT_LABEL_FIRST, '');
  const isLoose = (rest: string) => LOOSE_LABEL.test(text.slice(0, text.indexOf(rest)));
  if (isCount(text)) return { verb: false, count, labelled: count !== text, loose: isLoose(count) || SUM.test(count) };
  const card = withoutSeparators(withoutCardLabel(text)).replace(/[.。;、]$/u, '');
  if (isCardAlone(card)) return { verb: false, card, labelled: card !== text, loose: isLoose(card) };
  const read = readRedemption(card);
  if (read.kind !== 'redeem' || read.remark !== '') return null;
  return { verb: false, card: read.card, count: `${read.count}${card.includes('次') ? '次' : ''}`, labelled: false };
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
  const at = (is: (part: OrderPart) => unknown) => parts.findIndex(is);
  const verb = at((part) => part.verb);
  const isVerbFirst = verb >= 0 && verb < at((part) => part.card);
  const isSure =
    !parts.some((part) => !part.labelled && LONG_NUMBER.test(part.count ?? '')) &&
    !parts.some(({ told }) => told === true) &&
    (verb >= 0 || !parts.some(({ loose }) => loose === true)) &&
    (isVerbFirst || !mayNameOther(card.replace(/[^A-Za-z\d]/g, '')));
  return { args: [card, count, remark].filter((part) => part !== '').join(' '), isSure };
}

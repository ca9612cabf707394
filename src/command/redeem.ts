import { looksLikeCard, scanCard, type CardScan } from './card.ts';
import { MAX_REMARK, type Ambiguous, type OrderProblem, type Order } from './command.ts';
import {
  continuesCount,
  continuesNumber,
  findQuantities,
  GLUED_COUNT,
  mayNameAnother,
  scanCount,
  scanLeadingCount,
  type CountScan,
  type Quantity,
} from './count.ts';
import { beginsWithLabel, beginsWithList, withoutFirstLabel } from './labels.ts';
import { NUMBER_WORD, readNumeral } from './numerals.ts';
import { asks, meansAll, toneOf } from './tone.ts';
import { withoutSeparators } from './words.ts';

const GLUED = new RegExp(`^${GLUED_COUNT}`, 'u');
const ENDS_IN_A_COUNT = new RegExp(`^\\d{6,}(?:x\\d{1,3}|${NUMBER_WORD})$`, 'i');
const REDEMPTION =
  /核[销銷消了过過]|消[费費]|[划劃]卡|^[ :,]*hx|扣|[余餘剩][次几幾下]|成功|失[败敗]|到[账賬帐]|[好完弄办辦]了[吗嗎没沒]/iu;
/** What was to be replaced by a number. */
const ONLY_THE_WORD = /^(?:次[数數]|[数數]量)$/u;
/** Behind a command word without a card: what there is to be known of redemptions, and that one is done. */
const ABOUT =
  /^(?:[记記][录錄]|明[细細]|情况|情況|[结結]果|[状狀]态|成功|失[败敗]|流程|方法|步[骤驟]|教程|[说說]明|帮助|[规規][则則]|系[统統]|[机機]|[报報]表|[统統][计計]|[业業][绩績]|的(?:事|时候|時候|问题|問題)|[好完过過]了?[ .。!~…]*$)/u;

/**
 * Reads what stands behind the command word of a redemption. One visit is assumed only where nothing stands behind the
 * card.
 */
export function readRedemption(args: string): Order | OrderProblem {
  const leading = scanLeadingCount(args);
  if (leading?.kind === 'bad') return { kind: 'bad-count', typed: leading.typed };
  const text = leading?.rest ?? args;
  const scan = scanCard(text);
  if ('kind' in scan) return scan;
  const { card } = scan;
  const behind = withoutSeparators(scan.rest);
  if (looksLikeCard(behind)) return { kind: 'two-cards' };
  const isNoCount = beginsWithLabel(behind) && (text.startsWith(card) || !beginsWithList(behind));
  const trailing = isNoCount ? null : scanCount(behind);
  const problem = findCardProblem(scan, leading !== null, trailing);
  // A reading is only offered when it could be carried out.
  if (problem?.kind === 'ambiguous' && behind !== '') {
    return findRemarkProblem(behind) ?? findUnknownCount(behind) ?? { ...problem, remark: behind };
  }
  if (problem !== null) return problem;

  if (leading !== null) return withCount(card, leading.count, behind);
  if (trailing?.kind === 'count') return withCount(card, trailing.count, withoutSeparators(trailing.rest));
  return behind === '' ? withCount(card, 1, '') : withoutCount(card, behind, trailing);
}

/** Whether a line of its own goes on with the order before it: names a count, or takes it back. */
export function continuesOrder(content: string): boolean {
  return (
    scanCount(content) !== null ||
    // `三个月` may count, and so may what one label leaves behind it.
    beginsWithLabel(content) ||
    meansAll(content) ||
    toneOf(content) !== 'plain' ||
    /^改/u.test(content)
  );
}

/**
 * Whether a line that orders nothing asks or speaks about redemptions, of a card that it names or in general. `args` stand
 * behind its command word.
 */
export function isQuestion(content: string, args: string): boolean {
  if (!REDEMPTION.test(content)) return false;
  // What begins with the command word may have been meant as an order.
  if (looksLikeCard(content)) return args === content && asks(content);
  return toneOf(content) === 'talk' || toneOf(args) === 'talk' || (args !== content && ABOUT.test(args));
}

/** Whether a line takes back all orders before it: `以上都取消`, `两个都不要了`. */
export function undoesAll(content: string): boolean {
  if (/^(?:算了|作废|撤[销回]|不要了?|不核了?)[ .。!~…]*$/u.test(content)) return true;
  return /都|全部|以上|上面|两个|[俩倆]/u.test(content) && toneOf(content) !== 'plain';
}

/** Is it certain where the card ends? */
function findCardProblem(
  { card, rest, lastGroup }: CardScan,
  hasLeading: boolean,
  trailing: CountScan | null,
): OrderProblem | Ambiguous | null {
  const glued = rest !== '' && !/^[ :,]/.test(rest);
  if (glued && (trailing?.kind !== 'count' || !GLUED.test(rest))) {
    if (rest.startsWith('次')) return { kind: 'glued' };
    return trailing?.kind === 'bad'
      ? { kind: 'bad-count', typed: trailing.typed }
      : { kind: 'bad-card', why: 'characters' };
  }
  if (hasLeading || trailing?.kind === 'count' || trailing?.kind === 'bad') return null;
  if (lastGroup?.digits === '0') return { kind: 'bad-count', typed: '0' };
  const lastCount = lastGroup === null ? null : readNumeral(lastGroup.digits);
  // A group such as `00` or `04` is no count, so it can only be the end of the card.
  if (lastGroup !== null && lastCount !== null) {
    const { digits: group, cardWithout } = lastGroup;
    // The card must not shrink below what a card can be: then there is nothing to choose from, nor to rely on.
    if (!looksLikeCard(cardWithout)) return { kind: 'bad-card', why: 'groups' };
    const readings = [
      { card, count: 1 },
      { card: cardWithout, count: lastCount },
    ] as const;
    return { kind: 'ambiguous', group, readings, remark: '' };
  }
  return ENDS_IN_A_COUNT.test(card) ? { kind: 'glued' } : null;
}

/** With a count in front the rest is a remark, unless it may take the count back. */
function withCount(card: string, count: number, said: string): Order | OrderProblem {
  // `一次吧`.
  const remark = /^[吧呗啊呀哈啦]+[ .。!~…]*$/u.test(said) ? '' : said;
  if (remark === '') return { kind: 'redeem', card, count, remark };
  if (continuesCount(remark)) return { kind: 'two-counts' };
  const problem = findRemarkProblem(remark);
  if (problem !== null) return problem;
  const sure =
    toneOf(remark) === 'plain' &&
    !meansAll(remark) &&
    !continuesNumber(remark) &&
    !mayNameAnother(remark) &&
    findQuantities(remark).every((found) => found.count === count);
  return { kind: sure ? 'redeem' : 'uncertain', card, count, remark };
}

/** Text without a count before it: asked back with what it probably means. */
function withoutCount(card: string, remark: string, trailing: CountScan | null): Order | OrderProblem {
  if (trailing?.kind === 'bad') return { kind: 'bad-count', typed: trailing.typed };
  const isUnknown = meansAll(remark) || ONLY_THE_WORD.test(remark);
  const problem = findRemarkProblem(remark) ?? (isUnknown ? { kind: 'count-unknown' } : null);
  if (problem !== null) return problem;
  const count = likelyCount(remark, trailing);
  return count === null ? { kind: 'count-in-remark' } : { kind: 'uncertain', card, count, remark };
}

/** Null where several counts are named, and it cannot be seen which of them is meant. */
function likelyCount(remark: string, trailing: CountScan | null): number | null {
  const found = findQuantities(withoutFirstLabel(remark));
  const [first] = found;
  if (first === undefined) return trailing?.kind === 'likely' ? trailing.count : 1;
  if (found.every(({ ofPeople }) => ofPeople)) return sumOf(found);
  return found.every(({ count }) => count === first.count) ? first.count : null;
}

/** `大人2小孩1`. */
function sumOf(found: readonly Quantity[]): number | null {
  return readNumeral(String(found.reduce((sum, { count }) => sum + (count ?? NaN), 0)));
}

function findUnknownCount(remark: string): OrderProblem | null {
  if (meansAll(remark)) return { kind: 'count-unknown' };
  return findQuantities(remark).length > 0 ? { kind: 'count-in-remark' } : null;
}

function findRemarkProblem(remark: string): OrderProblem | null {
  const length = Array.from(remark).length;
  if (length > MAX_REMARK) return { kind: 'long-remark', length };
  return toneOf(remark) === 'talk' ? { kind: 'talk' } : null;
}

import { looksLikeCard, scanCard, type CardScan } from './card.ts';
import { MAX_REMARK, type Problem, type Redeem } from './command.ts';
import { continuesCount, namesCount, scanCount, scanLeadingCount, type CountScan } from './count.ts';
import { readNumeral } from './numerals.ts';
import { withoutSeparators } from './words.ts';

/** Reads what stands behind the verb of a redemption. */
export function readRedemption(args: string): Redeem | Problem {
  const leading = scanLeadingCount(args);
  if (leading?.kind === 'bad') return { kind: 'bad-count', typed: leading.typed };
  const card = scanCard(leading?.rest ?? args);
  if (!('card' in card)) return card;
  const behind = withoutSeparators(card.rest);
  if (looksLikeCard(behind)) return { kind: 'two-cards' };
  const trailing = scanCount(behind);
  const problem = findCardProblem(card, leading, trailing) ?? findCountProblem(behind, leading, trailing);
  // A reading is only offered when it could be carried out.
  if (problem?.kind === 'ambiguous' && behind !== '')
    return findRemarkProblem(behind, false) ?? { ...problem, remark: behind };
  if (problem !== null) return problem;

  const count = leading ?? trailing;
  const remark = trailing?.kind === 'count' ? withoutSeparators(trailing.rest) : behind;
  const remarkProblem = findRemarkProblem(remark, count !== null);
  if (remarkProblem !== null) return remarkProblem;
  return { kind: 'redeem', card: card.card, count: count?.kind === 'count' ? count.count : 1, remark };
}

/** Is it certain where the card ends? */
function findCardProblem(
  { card, rest, lastGroup }: CardScan,
  leading: CountScan | null,
  trailing: CountScan | null,
): Problem | null {
  const glued = rest !== '' && !/^[ :,]/.test(rest);
  if (glued && trailing?.kind !== 'count') {
    if (rest.startsWith('次')) return { kind: 'glued' };
    return trailing === null ? { kind: 'bad-card', why: 'characters' } : { kind: 'bad-count', typed: trailing.typed };
  }
  if (leading !== null || trailing !== null) return null;
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
    return { kind: 'ambiguous', group, readings };
  }
  return /^\d{6,}x\d{1,3}$/i.test(card) ? { kind: 'glued' } : null;
}

function findCountProblem(behind: string, leading: CountScan | null, trailing: CountScan | null): Problem | null {
  if (leading !== null) return continuesCount(behind) ? { kind: 'two-counts' } : null;
  return trailing?.kind === 'bad' ? { kind: 'bad-count', typed: trailing.typed } : null;
}

function findRemarkProblem(remark: string, hasCount: boolean): Problem | null {
  if (hasCount && continuesCount(remark)) return { kind: 'two-counts' };
  const length = Array.from(remark).length;
  if (length > MAX_REMARK) return { kind: 'long-remark', length };
  if (isTalk(remark)) return { kind: 'talk' };
  return hasCount || !namesCount(remark) ? null : { kind: 'count-in-remark' };
}

/** `… 了吗`, `… 取消`: such a line talks about a redemption. Carrying it out would spend the visits once more. */
function isTalk(remark: string): boolean {
  return (
    /^(?:过?了(?:$|[吗么没 ,!.。?])|取消|撤销|撤回|作废|不要|不用|错了|弄错|搞错|退回|退款)/u.test(remark) ||
    /(?:[吗么]|没有?|(?<!\?)\?)[ !.。?~]*$/u.test(remark)
  );
}

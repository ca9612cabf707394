import type { Checked, NotChecked } from '../../desk/check.ts';
import type { Redemption } from '../../redemption/redemption.ts';
import { checkedText } from './redemption-text.ts';
import { orWords, settlingLines } from './redemption.ts';
import { dayAndTime, type Moment } from './when.ts';
import { joinParts, OUTCOME_WORDS, shortName } from './words.ts';

/** The answer to `核对`: what is known now, and for what is still unknown, what the remaining times suggest. */
export function checked({ redemption, who, remaining, maySettle }: Checked, moment: Moment): string {
  const { state, count, claimedAt, remainingBefore } = redemption;
  const open = state === 'unknown';
  return joinParts(
    [
      checkedText(redemption),
      joinParts([dayAndTime(claimedAt, moment), who === null ? null : shortName(who)], ' '),
      open ? timesWords(remainingBefore, remaining, count) : null,
      open ? howToSettle(redemption, maySettle) : null,
    ],
    '\n',
  );
}

export function noSuchReceipt(): string {
  return '没有找到这个单号。';
}

/** The answer to a verdict that settles nothing. */
export function notUnknown({ state }: Extract<NotChecked, { kind: 'not-unknown' }>): string {
  if (state === 'pending') return '还在核销，请稍等，有了结果再核对。';
  if (state === 'asked') return '还在等确认，未提交，不用核对。';
  return `已经有结果了，不用再核对：${OUTCOME_WORDS[state]}`;
}

/** Numbers, and what they suggest; never that it is so: the card may have been used elsewhere meanwhile. */
function timesWords(before: number | null, now: number | null, count: number): string {
  if (before === null || now === null) return now === null ? '剩余次数没查到' : `现在剩余${now}次，核销前没查到`;
  const times = `剩余次数：核销前${before}，现在${now}`;
  if (now === before) return `${times}，没有变，可能没有扣`;
  return now === before - count ? `${times}，少了${count}，可能已经扣了` : `${times}，和这一笔对不上`;
}

function howToSettle({ receipt, store }: Redemption, maySettle: boolean): string {
  // The reader may be the manager of another store.
  if (!maySettle) return `请${store === null ? '' : shortName(store.name)}店长到联拓富后台查清楚，再来核对`;
  return `查清楚后请发${orWords(settlingLines(receipt))}`;
}

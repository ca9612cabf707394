import type { Redemption, State } from '../../redemption/redemption.ts';
import { orWords, outcome, settlingLines, type OutcomeExtras } from './redemption.ts';
import { joinParts, OUTCOME_WORDS, shortName } from './words.ts';

export interface CheckExtras extends OutcomeExtras {
  /** Ready to be read. */
  readonly when: string;
  readonly who: string | null;
  /** Times left before the redemption and now; null where they were not learnt. */
  readonly before: number | null;
  readonly now: number | null;
  /** Whether this person may settle it. */
  readonly maySettle: boolean;
}

/** Why `核对` comes to nothing. */
export type Uncheckable =
  /** There is none, or none that this person may see. */
  | { readonly kind: 'no-such-receipt' }
  /** Only what is unknown can be settled by hand. */
  | { readonly kind: 'not-unknown'; readonly state: State };

/** The answer to `核对`: what is known now, and for what is still unknown, what the remaining times suggest. */
export function check(redemption: Redemption, extras: CheckExtras): string {
  const { when, who, before, now, maySettle } = extras;
  const { state, count } = redemption;
  const open = state === 'unknown';
  return joinParts(
    [
      // How to settle it is said below, to those who may.
      outcome(redemption, { ...extras, unsettled: null }),
      joinParts([when, who === null ? null : shortName(who)], ' '),
      open ? timesWords(before, now, count) : null,
      open ? howToSettle(redemption, maySettle) : null,
    ],
    '\n',
  );
}

/** The answer to a `核对` that comes to nothing. */
export function uncheckable(why: Uncheckable): string {
  if (why.kind === 'no-such-receipt') return '没有找到这个单号。';
  if (why.state === 'pending') return '还在核销，有结果才能核对，请稍等。';
  if (why.state === 'asked') return '还在等确认，没有提交，不用核对。';
  return `结果已经有了，不用核对：${OUTCOME_WORDS[why.state]}`;
}

/** Numbers, and what they suggest; never that it is so: the card may have been used elsewhere meanwhile. */
function timesWords(before: number | null, now: number | null, count: number): string {
  if (before === null || now === null) return now === null ? '剩余次数没查到' : `现在剩余 ${now} 次，核销前没查到`;
  const times = `剩余次数：核销前 ${before}，现在 ${now}`;
  if (now === before) return `${times}，像是没扣`;
  return now === before - count ? `${times}，像是扣了` : `${times}，对不上`;
}

function howToSettle({ receipt, store }: Redemption, maySettle: boolean): string {
  // Whoever reads it may be the manager of another store.
  if (!maySettle) return `${store === null ? '' : `${shortName(store.name)}的`}店长看过后可以定下来`;
  return `看清后发${orWords(settlingLines(receipt))}`;
}

/** Tells a manager of somebody's redemption that could not be settled; `said` is what that person is told. */
export function unsettled(who: string | null, said: string): string {
  return `【待核对】${who === null ? '' : `${shortName(who)}的`}一笔核销，请您来定：\n${said}`;
}

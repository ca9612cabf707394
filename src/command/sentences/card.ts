import type { State } from '../../redemption/redemption.ts';
import {
  cardLabel,
  joinParts,
  maskName,
  maskPhone,
  plainLine,
  vendorWords,
  SHORT_OUTCOMES,
  shortName,
} from './words.ts';

/** What the vendor says of a card. Whatever it left out is null. */
export interface CardView {
  readonly card: string;
  readonly cardName: string | null;
  readonly remaining: number | null;
  /** Ready to be read. */
  readonly validUntil: string | null;
  readonly expired: boolean;
  /** Unmasked: masking is done here. */
  readonly memberName: string | null;
  readonly memberPhone: string | null;
  readonly last: LastUse | null;
}

/** What our ledger did with a card last. */
export interface LastUse {
  /** Ready to be read, such as `11-20 14:03`. */
  readonly when: string;
  /** Null where the person may not know it, because it was in another store. */
  readonly who: string | null;
  readonly store: string | null;
  readonly count: number;
  readonly state: State;
}

/** Why there is no detail of a card. */
export type NoDetail =
  /** The vendor said no, in these words. */
  | { readonly kind: 'refused'; readonly vendorMsg: string | null }
  | { readonly kind: 'no-answer' }
  /** The merchant may not ask for it, or the service was told not to. */
  | { readonly kind: 'off' };

/** The answer to `查询`. */
export function detail(view: CardView): string {
  const { card, cardName, remaining, validUntil, expired, last } = view;
  const until = validUntil === null ? null : `有效期至 ${plainLine(validUntil)}`;
  const member = joinParts([maskName(view.memberName ?? ''), maskPhone(view.memberPhone ?? '')], ' ');
  return joinParts(
    [
      joinParts([remaining === null ? '剩余次数不明' : `剩余 ${remaining} 次`, expired ? '已过期' : null, until], '，'),
      cardLabel(cardName, card),
      member === '' ? null : `会员 ${member}`,
      lastLine(last),
    ],
    '\n',
  );
}

/** The answer to `查询` when the vendor does not tell; what our ledger knows is said all the same. */
export function noDetail(why: NoDetail, card: string, last: LastUse | null): string {
  return joinParts([noDetailWords(why, card), cardLabel(null, card), lastLine(last)], '\n');
}

function noDetailWords(why: NoDetail, card: string): string {
  switch (why.kind) {
    case 'refused':
      return `查不到这张卡${vendorWords({ vendorMsg: why.vendorMsg, card })}`;
    case 'no-answer':
      return '核销系统没有答复，剩余次数没查到，请稍后再查';
    case 'off':
      return '这里查不了剩余次数，请到联拓富后台查';
  }
}

function lastLine(last: LastUse | null): string {
  return last === null ? '这里没有核销过这张卡' : `上次 ${lastUse(last)}`;
}

/** `11-20 14:03 张三 2次 成功 人民路店`. */
export function lastUse({ when, who, store, count, state }: LastUse): string {
  const [whom, where] = [who, store].map((name) => (name === null ? null : shortName(name)));
  return joinParts([when, whom ?? '别的门店', `${count}次`, SHORT_OUTCOMES[state], where ?? null], ' ');
}

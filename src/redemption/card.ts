import type { CardBlock } from './redemption.ts';

/** What the vendor shows of a card. */
export interface CardDetail {
  /** The card's own number, whole, also where a dynamic code was asked about; null when the vendor did not say. */
  readonly card: string | null;
  readonly name: string | null;
  /** Times left. */
  readonly remaining: number;
  /** Last day on which it can be used, such as `2026-12-31`, in the vendor's time zone. */
  readonly validUntil: string | null;
  /** Not masked. */
  readonly memberName: string | null;
  /** Not masked. */
  readonly memberPhone: string | null;
}

/** What came of looking at a card. Only `found` says anything about the card itself. */
export type CardLook =
  | { readonly kind: 'found'; readonly detail: CardDetail }
  /** The vendor said no: there is no such card, or (`ofMerchant`) this merchant may not ask. */
  | { readonly kind: 'refused'; readonly vendorMsg: string | null; readonly ofMerchant?: true }
  /** The endpoint does not exist, or not for this merchant. */
  | { readonly kind: 'missing' }
  | { readonly kind: 'unavailable' };

/** What a look told about a card before it was to be spent. */
export interface SeenCard {
  /** Null where it is the one typed. */
  readonly realCard: string | null;
  readonly cardName: string | null;
  readonly validUntil: string | null;
  readonly remaining: number;
}

const VENDOR_OFFSET_MS = 8 * 60 * 60 * 1000;

/** Why a card that was seen like this cannot be redeemed `count` times; null where it can. `now` as below. */
export function blockOf(
  card: Pick<CardDetail, 'remaining' | 'validUntil'>,
  count: number,
  now: number,
): CardBlock | null {
  if (isExpired(card, now)) return 'expired';
  return card.remaining < count ? 'too-few' : null;
}

/** Whether the card's last day is over; `now` in milliseconds since 1970. */
export function isExpired({ validUntil }: Pick<CardDetail, 'validUntil'>, now: number): boolean {
  // The vendor's days are China's, which has had one offset all year round since 1991.
  return validUntil !== null && validUntil < new Date(now + VENDOR_OFFSET_MS).toISOString().slice(0, 10);
}

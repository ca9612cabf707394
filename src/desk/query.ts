import { isExpired, type CardDetail, type CardLook } from '../redemption/card.ts';
import type { Ledger } from '../redemption/ledger.ts';
import type { Directory, Vendor } from '../redemption/ports.ts';
import type { Redemption, State } from '../redemption/redemption.ts';
import { nameOnRecord } from './names.ts';
import type { Who } from './permissions.ts';
import { knownTo } from './scope.ts';

const TIMEOUT_MS = 3_000;
/** In all states but these nothing can have been spent. */
const WAS_SENT: readonly State[] = ['pending', 'succeeded', 'refused', 'unknown'];

export interface QueryParts {
  readonly vendor: Pick<Vendor, 'detail'>;
  readonly ledger: Pick<Ledger, 'findRecords'>;
  readonly staff: Pick<Directory, 'findStaff'>;
  /** The ledger's clock: milliseconds since 1970. */
  readonly now: () => number;
}

/** A card as the vendor shows it, and what was done with it here. What the vendor left out is null. */
export interface CardFound {
  readonly kind: 'card';
  /** Its own number where the vendor names it, else what was typed. */
  readonly card: string;
  readonly cardName: string | null;
  readonly remaining: number | null;
  /** A day such as `2026-12-31`, or what the vendor wrote instead. */
  readonly validUntil: string | null;
  readonly expired: boolean;
  /** Neither of the two is to be shown whole. */
  readonly memberName: string | null;
  readonly memberPhone: string | null;
  readonly last: LastUse | null;
}

/** The vendor did not show the card; what was done with it here is known all the same. */
export interface CardNotShown {
  readonly kind: 'card-not-shown';
  readonly card: string;
  readonly why: WhyNotShown;
  readonly last: LastUse | null;
}

export type WhyNotShown =
  /** The vendor said no, in these words. */
  | { readonly kind: 'refused'; readonly vendorMsg: string | null }
  | { readonly kind: 'no-answer' }
  /** The merchant may not ask for it, or the service was told not to. */
  | { readonly kind: 'off' };

/** The last redemption of a card that may have spent something, as far as the person who asks may know of it. */
export interface LastUse extends Pick<Redemption, 'count' | 'state'> {
  /** When it was typed, in milliseconds since 1970. */
  readonly at: number;
  /** Names. */
  readonly who: string | null;
  readonly store: string | null;
}

/** Finds what is left on a card, whose it is, and what was done with it here last. */
export type QueryCard = (card: string, who: Who) => Promise<CardFound | CardNotShown>;

export function createQuery({ vendor, ledger, staff, now }: QueryParts): QueryCard {
  async function lastUse(card: string, who: Who): Promise<LastUse | null> {
    const [last] = (await ledger.findRecords({ card, states: WAS_SENT, ...knownTo(who) }, 1)).newest;
    if (last === undefined) return null;
    const { redemption } = last;
    return {
      at: redemption.claimedAt,
      who: nameOnRecord(staff, last),
      store: redemption.store?.name ?? null,
      count: redemption.count,
      state: redemption.state,
    };
  }

  return async (card, who) => {
    const asker = { user: who.user, message: null };
    const look = await vendor.detail(card, { timeoutMs: TIMEOUT_MS, asker, insist: true });
    if (look.kind !== 'found')
      return { kind: 'card-not-shown', card, why: whyNot(look), last: await lastUse(card, who) };
    const own = look.detail.card ?? card;
    return found(own, look.detail, await lastUse(own, who), now());
  };
}

function whyNot(look: Exclude<CardLook, { kind: 'found' }>): WhyNotShown {
  if (look.kind === 'refused') return look;
  return { kind: look.kind === 'missing' ? 'off' : 'no-answer' };
}

function found(
  card: string,
  { name, remaining, validUntil, memberName, memberPhone }: CardDetail,
  last: LastUse | null,
  now: number,
): CardFound {
  const expired = isExpired({ validUntil }, now);
  return { kind: 'card', card, cardName: name, remaining, validUntil, expired, memberName, memberPhone, last };
}

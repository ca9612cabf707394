import { blockOf, type CardDetail, type CardLook } from './card.ts';
import { ownNumberOf, seenOf, type CardDetailMode } from './card-care.ts';
import type { Ledger } from './ledger.ts';
import type { MessageRecord } from './message.ts';
import type { Vendor } from './ports.ts';
import type { AskPolicy, ShownLine } from './questions.ts';
import type { CardBlock, OtherReading, Redemption } from './redemption.ts';

/** What a person may be made to wait for the look at a card that they show, in milliseconds. */
const LOOK_MS = 2_000;

/** What a message shows, and what is to be done with it. */
export interface ShownOrder extends Pick<ShownLine, 'line' | 'remark' | 'store' | 'employeeId' | 'typedAt'> {
  /** Numbers or codes, as they were read. */
  readonly cards: readonly [string] | readonly [string, string];
  /** How many times, where the person said so. */
  readonly count: number | null;
  /** What the person is told besides the question, where the vendor knows so many of these cards not; null: nothing. */
  readonly besides: (unknown: number) => string | null;
}

export type ShownResult =
  /** Null: the message is not this service's any more, and nothing is asked. */
  | { readonly kind: 'asked'; readonly redemption: Redemption | null; readonly besides: string | null }
  /** Of no card that is shown. */
  | { readonly kind: 'none-usable'; readonly cards: readonly NotUsable[] };

/** Why nothing is asked about a card. */
export type NotUsable =
  /** Nothing can be redeemed from it, or not so many times. */
  | ({ readonly kind: 'blocked'; readonly why: CardBlock } & Pick<Seen, 'card'> &
      Pick<OtherReading, 'cardName'> & { readonly remaining: number; readonly validUntil: string | null })
  /** The vendor knows no such card. */
  | { readonly kind: 'refused'; readonly card: string; readonly vendorMsg: string | null };

/**
 * Looks at what a message shows and asks its person about it: nothing is redeemed before they say yes, and then from the card
 * that was looked at, also where its code has lapsed. Rejects where the question could not be stored.
 */
export type AskShown = (message: MessageRecord, order: ShownOrder) => Promise<ShownResult>;

export interface AskShownParts {
  readonly ledger: Pick<Ledger, 'askShown'>;
  readonly vendor: Pick<Vendor, 'detail'>;
  readonly mode: CardDetailMode;
  readonly policy: AskPolicy;
  /** The ledger's clock: milliseconds since 1970. */
  readonly now: () => number;
}

interface Seen {
  readonly card: string;
  readonly detail: CardDetail | null;
  readonly blocked: CardBlock | null;
}

export function createAskShown({ ledger, vendor, mode, policy, now }: AskShownParts): AskShown {
  async function look(card: string, message: MessageRecord): Promise<CardLook> {
    if (mode === 'off') return { kind: 'unavailable' };
    return vendor.detail(card, {
      timeoutMs: LOOK_MS,
      asker: { user: message.user, message: message.id },
      insist: true,
    });
  }

  return async (message, { cards, count: counted, besides, ...line }) => {
    const count = counted ?? 1;
    const looks = await Promise.all(cards.map(async (card) => ({ card, look: await look(card, message) })));
    const known = looks.flatMap(({ card, look }): Seen[] => {
      if (isRefused(look)) return [];
      const detail = look.kind === 'found' ? look.detail : null;
      return [{ card, detail, blocked: detail === null ? null : blockOf(detail, count, now()) }];
    });
    const first = known.find(({ blocked }) => blocked === null);
    if (first === undefined) {
      const blocked = known.filter((one, at) => known.findIndex((each) => ownOf(each) === ownOf(one)) === at);
      const refused = looks.flatMap(({ card, look }): NotUsable[] =>
        isRefused(look) ? [{ kind: 'refused', card, vendorMsg: look.vendorMsg }] : [],
      );
      return { kind: 'none-usable', cards: [...blocked.flatMap(blockedOf), ...refused] };
    }
    const { card, detail } = first;
    // A card may show its number beside its code.
    const other = known.find((one) => one !== first && ownOf(one) !== ownOf(first));
    const said = besides(cards.length - known.length);
    const redemption = await ledger.askShown(
      message.id,
      {
        ...line,
        ...{ card, count, counted: counted !== null },
        seen: detail === null ? null : seenOf({ card, realCard: null }, detail),
        other: other === undefined ? null : otherOf(other, count),
        besides: said,
      },
      policy,
    );
    return { kind: 'asked', redemption, besides: said };
  };
}

/** Whether there is no such card. A merchant that may not look may still redeem. */
function isRefused(look: CardLook): look is Extract<CardLook, { kind: 'refused' }> {
  return look.kind === 'refused' && look.ofMerchant !== true;
}

function blockedOf({ card, detail, blocked }: Seen): NotUsable[] {
  if (blocked === null || detail === null) return [];
  const { name, remaining, validUntil } = detail;
  return [{ kind: 'blocked', why: blocked, card, cardName: name, remaining, validUntil }];
}

function ownOf({ card, detail }: Seen): string {
  return detail === null ? card : (ownNumberOf(detail, card) ?? card);
}

function otherOf({ card, detail, blocked }: Seen, count: number): Omit<OtherReading, 'receipt'> {
  const realCard = detail === null ? null : ownNumberOf(detail, card);
  return {
    ...{ card, count, cardName: detail?.name ?? null, remaining: detail?.remaining ?? null },
    ...{ validUntil: detail?.validUntil ?? null },
    ...(realCard === null ? {} : { realCard }),
    ...(blocked === null ? {} : { blocked }),
  };
}

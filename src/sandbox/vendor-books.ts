import type { CardManner, DetailManner, SandboxCard } from './cards.ts';
import type { ConsumeParams } from './vendor-params.ts';

/** One consumption that really was taken off a card. */
export interface Consumption {
  readonly card: string;
  readonly count: number;
  readonly remark: string;
  readonly store: string;
  readonly employeeId: number | null;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** One consume request as it came in, with any outcome; without its signature. */
export interface ReceivedCall {
  readonly params: Readonly<Record<string, string>>;
  /** Null when it was booked. */
  readonly refused: string | null;
  readonly at: number;
}

/** What the simulated vendor knows for certain, and tests compare against. */
export interface Books {
  readonly consumptions: readonly Consumption[];
  readonly calls: readonly ReceivedCall[];
  /** What was looked at, as it was asked for. */
  readonly looks: readonly string[];
  /** Times left on a card; undefined when there is no such card. */
  balance(card: string): number | undefined;
  /** Issues a card, or replaces the one with its number. */
  setCard(card: SandboxCard): void;
}

export interface BooksKeeper extends Books {
  readonly consumptions: Consumption[];
  readonly calls: ReceivedCall[];
  readonly looks: string[];
  manner(cardOrCode: string): CardManner;
  /** Takes the times off the card and returns null, or changes nothing and returns the refusal. */
  book(params: ConsumeParams): string | null;
  /** Notes the look and says what is to be shown; a refusal is the sentence to answer with. */
  look(
    cardOrCode: string,
  ): { readonly manner: DetailManner } & ({ readonly detail: object } | { readonly refused: string });
  /** What other processes get to read. */
  toJSON(): BooksDump;
}

export interface BooksDump {
  readonly consumptions: readonly Consumption[];
  readonly calls: readonly ReceivedCall[];
  /** Times left, by card. */
  readonly balances: Readonly<Record<string, number>>;
}

/** A code works once. A minute later the simulated phone shows the same one again, so that a printed list stays usable. */
const CODE_RENEWAL_MS = 60_000;

export function keepBooks(cards: readonly SandboxCard[], now: () => number): BooksKeeper {
  const byNumber = new Map<string, SandboxCard>();
  const byCode = new Map<string, string>();
  const codeUsedAt = new Map<string, number>();
  const consumptions: Consumption[] = [];
  const calls: ReceivedCall[] = [];
  const looks: string[] = [];

  function setCard(card: SandboxCard): void {
    const replaced = byNumber.get(card.card);
    if (replaced !== undefined && replaced.dynamicCode !== null) byCode.delete(replaced.dynamicCode);
    byNumber.set(card.card, card);
    if (card.dynamicCode !== null) byCode.set(card.dynamicCode, card.card);
  }
  cards.forEach(setCard);

  const find = (cardOrCode: string): SandboxCard | undefined => byNumber.get(byCode.get(cardOrCode) ?? cardOrCode);

  return {
    consumptions,
    calls,
    looks,
    setCard,
    balance: (card) => byNumber.get(card)?.balance,
    manner: (cardOrCode) => find(cardOrCode)?.manner ?? 'normal',

    book({ cardNo, count, remark = '', consumeMerchantCode: store, consumeEmployeeId: employeeId = null }) {
      const at = now();
      const card = find(cardNo);
      if (card === undefined) return '次卡不存在';
      if (at - (codeUsedAt.get(cardNo) ?? -Infinity) < CODE_RENEWAL_MS) return '动态码已失效';
      if (card.expired) return '次卡已过期';
      if (card.balance < count) return '剩余次数不足';
      byNumber.set(card.card, { ...card, balance: card.balance - count });
      if (cardNo === card.dynamicCode) codeUsedAt.set(cardNo, at);
      consumptions.push({ card: card.card, count, remark, store, employeeId, at });
      return null;
    },

    look(cardOrCode) {
      looks.push(cardOrCode);
      const card = find(cardOrCode);
      if (card === undefined) return { manner: 'shown', refused: '次卡不存在' };
      if (card.detail === 'denied') return { manner: 'denied', refused: '无接口权限' };
      const detail = {
        cardNo: card.card,
        cardName: '洗车次卡',
        subTitle: '全店通用',
        suplusTimes: card.balance,
        endDate: card.expired ? '2025-12-31 23:59:59' : '2099-12-31 23:59:59',
        memberName: '王小明',
        memberMobile: '13800001234',
      };
      return { manner: card.detail ?? 'shown', detail };
    },

    toJSON() {
      const balances = Object.fromEntries(Array.from(byNumber.values(), ({ card, balance }) => [card, balance]));
      return { consumptions, calls, balances };
    },
  };
}

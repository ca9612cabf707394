import { blockOf, type CardDetail, type CardLook, type SeenCard } from './card.ts';
import { NEVER_ASK, type AskPolicy, type SeenReadings } from './questions.ts';
import { type Ledger } from './ledger.ts';
import type { Sight } from './looks.ts';
import type { Asker, Vendor } from './ports.ts';
import type { Outcome, Reading, Redemption } from './redemption.ts';

/** When a card is looked at around its redemption. */
export type CardDetailMode = 'before' | 'after' | 'off';

/** What a person may be made to wait for a look, in milliseconds: a redemption, and an outcome that is known already. */
const BEFORE_MS = 1_500;
const AFTER_MS = 1_000;

export interface CardCareParts {
  readonly ledger: Pick<Ledger, 'noteCard' | 'noteReadings' | 'noteRemaining'>;
  readonly vendor: Pick<Vendor, 'detail'>;
  readonly mode: CardDetailMode;
  readonly policy: AskPolicy;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** What looking at the card adds to a redemption. Without an answer the redemption goes on as if it had not looked. */
export interface CardCare {
  /**
   * Looks before the redemption is sent. It may be sent only if it is still pending in what this resolves with. Rejects
   * when what was seen could not be recorded.
   */
  before(redemption: Redemption, asker: Asker): Promise<Redemption>;
  /** Why a redemption need not be sent, by what was just seen of its card. */
  refusal(redemption: Redemption): Outcome | null;
  /**
   * Looks at the card, or the two cards, of a question. What is seen not to work is not asked: the question becomes one
   * about the other reading, or *unsent* where none is left.
   */
  question(redemption: Redemption, asker: Asker): Promise<Redemption>;
  /** Looks for the times left after a success. */
  after(redemption: Redemption, asker: Asker): Promise<Redemption>;
}

export function createCardCare({ ledger, vendor, mode, policy, now }: CardCareParts): CardCare {
  async function look(card: string, timeoutMs: number, asker: Asker): Promise<CardDetail | null> {
    const seen = await vendor.detail(card, { timeoutMs, asker });
    return seen.kind === 'found' ? seen.detail : null;
  }

  return {
    async before(redemption, asker) {
      if (mode !== 'before') return redemption;
      const detail = await look(cardToSpend(redemption), BEFORE_MS, asker);
      if (detail === null) return redemption;
      // A line that is about to be refused needs no question.
      const asking = blockOf(detail, redemption.count, now()) === null ? policy : NEVER_ASK;
      return ledger.noteCard(redemption, seenOf(redemption, detail), asking);
    },

    refusal({ remainingBefore, validUntil, count }) {
      if (remainingBefore === null) return null;
      const reason = blockOf({ remaining: remainingBefore, validUntil }, count, now());
      return reason === null ? null : { state: 'unsent', reason };
    },

    async question(redemption, asker) {
      if (mode === 'off' || redemption.question === null) return redemption;
      const { other } = redemption.question;
      const [detail, otherDetail] = await Promise.all([
        look(redemption.card, BEFORE_MS, asker),
        other === null ? null : look(other.card, BEFORE_MS, asker),
      ]);
      if (detail === null && otherDetail === null) return redemption;
      const seen = detail === null ? null : seenOf(redemption, detail);
      const blocked = detail === null ? null : blockOf(detail, redemption.count, now());
      const otherSeen = other === null || otherDetail === null ? null : otherSeenOf(other, otherDetail, now());
      return ledger.noteReadings(redemption.id, { seen, blocked, other: otherSeen }).catch(() => redemption);
    },

    async after(redemption, asker) {
      if (mode !== 'after' || redemption.state !== 'succeeded') return redemption;
      const detail = await look(cardToSpend(redemption), AFTER_MS, asker);
      return detail === null
        ? redemption
        : ledger.noteRemaining(redemption.id, detail.remaining).then(
            // While storage has not taken the outcome, the stored row says less than this process knows.
            (row) => (row.state === 'succeeded' ? row : redemption),
            () => redemption,
          );
    },
  };
}

/** The card's own number where it is known: a dynamic code may have changed since it was looked at. */
export function cardToSpend({ card, realCard }: Pick<Redemption, 'card' | 'realCard'>): string {
  return realCard ?? card;
}

/** What a look shows of the card that is to be spent; nothing where the vendor names another card. */
export function sightOf(redemption: Pick<Redemption, 'card' | 'realCard'>, look: CardLook): Sight {
  return look.kind === 'found' && ownNumberOf(look.detail, cardToSpend(redemption)) === null
    ? look.detail.remaining
    : null;
}

/**
 * The card's own number, where the vendor names it and it is another than what was asked about. A vendor who repeats
 * that or names none has not said whether it was a number or a code.
 */
export function ownNumberOf({ card }: Pick<CardDetail, 'card'>, asked: string): string | null {
  if (card === null || card.toLowerCase() === asked.toLowerCase()) return null;
  return card;
}

/** What is recorded of a look. */
export function seenOf({ card, realCard }: Pick<Redemption, 'card' | 'realCard'>, detail: CardDetail): SeenCard {
  const own = ownNumberOf(detail, card) ?? realCard ?? card;
  return {
    realCard: own === card ? null : own,
    cardName: detail.name,
    validUntil: detail.validUntil,
    remaining: detail.remaining,
  };
}

function otherSeenOf({ count }: Reading, detail: CardDetail, now: number): SeenReadings['other'] {
  const blocked = blockOf(detail, count, now);
  return { cardName: detail.name, remaining: detail.remaining, ...(blocked === null ? {} : { blocked }) };
}

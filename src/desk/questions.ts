import { ASK_OPEN_MS, type AskedRedemption, type Speaker } from '../redemption/questions.ts';
import { FURTHEST_MS, isTooFarAhead } from '../redemption/instants.ts';
import type { Ledger } from '../redemption/ledger.ts';
import type { Redemption } from '../redemption/redemption.ts';

/** How long a bare answer is taken for one to the question that was answered last. */
const RECENT_MS = 2 * ASK_OPEN_MS;

/** A question was withdrawn: its redemption is not carried out. */
export interface Withdrawn {
  readonly kind: 'withdrawn';
  readonly redemption: Redemption;
}

/** `确认` and `取消`, by their commands. */
export type Said = 'confirm' | 'cancel';

/** Nothing was confirmed or withdrawn. */
export interface NoEffect {
  readonly kind: 'no-effect';
  readonly said: Said;
  readonly why: WhyNoEffect;
}

export type WhyNoEffect =
  | { readonly kind: 'none-open' }
  | { readonly kind: 'several-open'; readonly open: readonly Choice[] }
  | { readonly kind: 'expired'; readonly receipt: string; readonly validMinutes: number }
  /** It was asked in another conversation, and is open. */
  | { readonly kind: 'elsewhere' }
  /** It is another person's to answer, if it still is to be answered. */
  | { readonly kind: 'not-yours'; readonly open: boolean }
  /** It was answered before, or never was a question. */
  | { readonly kind: 'confirmed-before' | 'cancelled-before' | 'not-asked'; readonly receipt: string }
  /** It was confirmed here before, and this is what it has come to. */
  | { readonly kind: 'came-to'; readonly redemption: Redemption };

/** One redemption that is carried out when it is confirmed. */
export type Choice = Pick<Redemption, 'receipt' | 'card' | 'count'>;

export interface QuestionsParts {
  readonly ledger: Pick<Ledger, 'cancelQuestion' | 'findQuestions' | 'findRecords'>;
  /** The ledger's clock: milliseconds since 1970. */
  readonly now: () => number;
}

export interface Questions {
  /** Why a confirmation did nothing for which the claim found no question. */
  confirm(receipt: string | null, speaker: Speaker): Promise<NoEffect>;
  /** Withdraws a question. */
  cancel(receipt: string | null, speaker: Speaker): Promise<Withdrawn | NoEffect>;
}

export function createQuestions({ ledger, now }: QuestionsParts): Questions {
  async function explain(said: Said, receipt: string | null, speaker: Speaker): Promise<NoEffect> {
    const asked = await ledger.findQuestions(speaker);
    const why = receipt === null ? withoutReceipt(said, asked) : await withReceipt(said, asked, receipt, speaker.user);
    return { kind: 'no-effect', said, why };
  }

  async function withReceipt(
    said: Said,
    asked: readonly AskedRedemption[],
    receipt: string,
    user: string,
  ): Promise<WhyNoEffect> {
    const found = asked.find(({ redemption }) => receiptsOf(redemption).includes(receipt));
    if (found !== undefined) return about(said, found, receipt);
    const [other] = (await ledger.findRecords({ receipt }, 1)).newest;
    if (other === undefined) return { kind: 'none-open' };
    const { redemption } = other;
    const wasAsked = redemption.question !== null;
    if (other.user !== user) return wasAsked ? { kind: 'not-yours', open: isOpen(redemption) } : { kind: 'none-open' };
    // Asked on another channel, or long ago.
    return wasAsked ? about(said, { redemption, here: false }, receipt) : { kind: 'not-asked', receipt };
  }

  function withoutReceipt(said: Said, asked: readonly AskedRedemption[]): WhyNoEffect {
    const open = asked.filter(({ redemption }) => isOpen(redemption));
    const here = open.filter((question) => question.here);
    if (here.length > 0) return { kind: 'several-open', open: here.flatMap(choicesOf) };
    if (open.length > 0) return { kind: 'elsewhere' };
    const last = asked.find((question) => question.here);
    if (last === undefined) return { kind: 'none-open' };
    // The person may still think that a lapsed question is open.
    const isOld = now() - askedAt(last.redemption) > RECENT_MS;
    if (isOld && !hasLapsed(last.redemption)) return { kind: 'none-open' };
    return about(said, last, last.redemption.receipt);
  }

  /** What became of one question. */
  function about(said: Said, { redemption, here }: AskedRedemption, receipt: string): WhyNoEffect {
    if (isOpen(redemption)) {
      return here ? { kind: 'several-open', open: choicesOf({ redemption, here }) } : { kind: 'elsewhere' };
    }
    if (hasLapsed(redemption)) return { kind: 'expired', receipt, validMinutes: ASK_OPEN_MS / 60_000 };
    const { state, reason } = redemption;
    if (reason === 'cancelled') return { kind: 'cancelled-before', receipt };
    // Nothing was sent, so there is nothing that could not be cancelled any more.
    if (said === 'cancel' && state !== 'unsent') return { kind: 'confirmed-before', receipt };
    if (here) return { kind: 'came-to', redemption };
    return { kind: state === 'unsent' ? 'elsewhere' : 'confirmed-before', receipt };
  }

  const isOpen = ({ state, question }: Redemption): boolean =>
    state === 'asked' &&
    question !== null &&
    question.expiresAt > now() &&
    !isTooFarAhead(question.expiresAt, now(), FURTHEST_MS.question);

  return {
    confirm: (receipt, speaker) => explain('confirm', receipt, speaker),
    async cancel(receipt, speaker) {
      const redemption = await ledger.cancelQuestion(speaker, receipt);
      return redemption === null ? explain('cancel', receipt, speaker) : { kind: 'withdrawn', redemption };
    },
  };
}

/** It was not answered in time; that may not be on record yet. */
function hasLapsed({ state, reason }: Redemption): boolean {
  return state === 'asked' || reason === 'unconfirmed';
}

function receiptsOf({ receipt, question }: Redemption): string[] {
  return question?.other == null ? [receipt] : [receipt, question.other.receipt];
}

function choicesOf({ redemption }: AskedRedemption): Choice[] {
  const other = redemption.question?.other;
  return other == null || other.blocked !== undefined ? [redemption] : [redemption, other];
}

function askedAt({ question, claimedAt }: Redemption): number {
  return question === null ? claimedAt : question.expiresAt - ASK_OPEN_MS;
}

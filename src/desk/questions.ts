import { redemptionText } from '../command/sentences/redemption-text.ts';
import * as sentences from '../command/sentences.ts';
import { ASK_OPEN_MS, type AskedRedemption, type Speaker } from '../redemption/card-ledger.ts';
import { FURTHEST_MS, isTooFarAhead } from '../redemption/instants.ts';
import type { Ledger } from '../redemption/ports.ts';
import type { Redemption } from '../redemption/redemption.ts';
import type { Who } from './permissions.ts';

/** How long a bare answer is taken for one to the question that was answered last. */
const RECENT_MS = 2 * ASK_OPEN_MS;

type Answer = 'confirm' | 'cancel';
/** Why an answer does nothing, or what is to be said instead. */
type Why = sentences.Unanswerable | string;

export interface QuestionsParts {
  readonly ledger: Pick<Ledger, 'cancelQuestion' | 'findQuestions' | 'findRecords'>;
  /** The ledger's clock: milliseconds since 1970. */
  readonly now: () => number;
}

export interface Questions {
  /** Why a confirmation that the claim found no question for did nothing. */
  confirm(receipt: string | null, who: Who, speaker: Speaker): Promise<string>;
  /** Withdraws a question. */
  cancel(receipt: string | null, who: Who, speaker: Speaker): Promise<string>;
}

export function createQuestions({ ledger, now }: QuestionsParts): Questions {
  async function explain(
    answer: Answer,
    receipt: string | null,
    { user, role }: Who,
    speaker: Speaker,
  ): Promise<string> {
    const asked = await ledger.findQuestions(speaker);
    const why = receipt === null ? withoutReceipt(answer, asked) : await withReceipt(answer, asked, receipt, user);
    return typeof why === 'string' ? why : sentences.unanswerable(answer, why, role);
  }

  async function withReceipt(
    answer: Answer,
    asked: readonly AskedRedemption[],
    receipt: string,
    user: string,
  ): Promise<Why> {
    const found = asked.find(({ redemption }) => receiptsOf(redemption).includes(receipt));
    if (found !== undefined) return about(answer, found, receipt);
    const [other] = (await ledger.findRecords({ receipt }, 1)).newest;
    if (other === undefined) return { kind: 'none-open' };
    const { redemption } = other;
    const wasAsked = redemption.question !== null;
    if (other.user !== user) return wasAsked ? { kind: 'not-yours', open: isOpen(redemption) } : { kind: 'none-open' };
    // Asked on another channel, or long ago.
    return wasAsked ? about(answer, { redemption, here: false }, receipt) : { kind: 'not-asked', receipt };
  }

  function withoutReceipt(answer: Answer, asked: readonly AskedRedemption[]): Why {
    const open = asked.filter(({ redemption }) => isOpen(redemption));
    const here = open.filter((question) => question.here);
    if (here.length > 0) return { kind: 'several-open', open: here.flatMap(choicesOf) };
    if (open.length > 0) return { kind: 'elsewhere' };
    const last = asked.find((question) => question.here);
    if (last === undefined) return { kind: 'none-open' };
    // Of one that has lapsed they may still think that it waits.
    const isOld = now() - askedAt(last.redemption) > RECENT_MS;
    if (isOld && !hasLapsed(last.redemption)) return { kind: 'none-open' };
    return about(answer, last, last.redemption.receipt);
  }

  /** What became of one question. */
  function about(answer: Answer, { redemption, here }: AskedRedemption, receipt: string): Why {
    if (isOpen(redemption)) {
      return here ? { kind: 'several-open', open: choicesOf({ redemption, here }) } : { kind: 'elsewhere' };
    }
    if (hasLapsed(redemption)) return { kind: 'expired', receipt, validMinutes: ASK_OPEN_MS / 60_000 };
    const { state, reason } = redemption;
    if (reason === 'cancelled') return { kind: 'cancelled-before', receipt };
    // Nothing was sent, so there is nothing that could not be cancelled any more.
    if (answer === 'cancel' && state !== 'unsent') return { kind: 'confirmed-before', receipt };
    if (here) return redemptionText(redemption);
    return { kind: state === 'unsent' ? 'elsewhere' : 'confirmed-before', receipt };
  }

  const isOpen = ({ state, question }: Redemption): boolean =>
    state === 'asked' &&
    question !== null &&
    question.expiresAt > now() &&
    !isTooFarAhead(question.expiresAt, now(), FURTHEST_MS.question);

  return {
    confirm: (receipt, who, speaker) => explain('confirm', receipt, who, speaker),
    async cancel(receipt, who, speaker) {
      const withdrawn = await ledger.cancelQuestion(speaker, receipt);
      return withdrawn === null ? explain('cancel', receipt, who, speaker) : sentences.cancelled(withdrawn);
    },
  };
}

/** Nobody answered it in time; that may not be on record yet. */
function hasLapsed({ state, reason }: Redemption): boolean {
  return state === 'asked' || reason === 'unconfirmed';
}

function receiptsOf({ receipt, question }: Redemption): string[] {
  return question?.other == null ? [receipt] : [receipt, question.other.receipt];
}

function choicesOf({ redemption }: AskedRedemption): Pick<Redemption, 'receipt' | 'card' | 'count'>[] {
  const other = redemption.question?.other;
  return other == null || other.blocked !== undefined ? [redemption] : [redemption, other];
}

function askedAt({ question, claimedAt }: Redemption): number {
  return question === null ? claimedAt : question.expiresAt - ASK_OPEN_MS;
}

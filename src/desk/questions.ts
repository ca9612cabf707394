import type { ChatMessage } from '../chat/channel.ts';
import { redemptionText } from '../chat/redemption-text.ts';
import * as sentences from '../command/sentences.ts';
import { ASK_OPEN_MS, type AskedRedemption } from '../redemption/card-ledger.ts';
import { FURTHEST_MS, isTooFarAhead } from '../redemption/instants.ts';
import type { Ledger } from '../redemption/ports.ts';
import type { Redemption } from '../redemption/redemption.ts';
import type { Who } from './permissions.ts';

/** How long a bare answer is taken for one to the question that was decided last. */
const RECENT_MS = 2 * ASK_OPEN_MS;

export interface QuestionsParts {
  readonly ledger: Pick<Ledger, 'cancelQuestion' | 'findQuestions' | 'findRecords'>;
  /** The ledger's clock: milliseconds since 1970. */
  readonly now: () => number;
}

export interface Questions {
  /** Why a confirmation that the claim found no question for did nothing. */
  confirm(receipt: string | null, who: Who, message: ChatMessage): Promise<string>;
  /** Withdraws a question. */
  cancel(receipt: string | null, who: Who, message: ChatMessage): Promise<string>;
}

export function createQuestions({ ledger, now }: QuestionsParts): Questions {
  async function explain(
    answer: 'confirm' | 'cancel',
    receipt: string | null,
    { user }: Who,
    { channel, account, conversation }: ChatMessage,
  ): Promise<string> {
    const asked = await ledger.findQuestions({ channel, account, conversation, user });
    if (receipt === null) return withoutReceipt(answer, asked);
    const found = asked.find(({ redemption }) => receiptsOf(redemption).includes(receipt));
    if (found !== undefined) return about(answer, found, receipt);
    const [other] = (await ledger.findRecords({ receipt }, 1)).newest;
    const isTheirs = other !== undefined && other.user !== user && other.redemption.question !== null;
    return sentences.unanswerable(answer, { kind: isTheirs ? 'not-yours' : 'none-open' });
  }

  function withoutReceipt(answer: 'confirm' | 'cancel', asked: readonly AskedRedemption[]): string {
    const open = asked.filter(({ redemption }) => isOpen(redemption));
    const here = open.filter((question) => question.here);
    if (here.length > 0) {
      return sentences.unanswerable(answer, { kind: 'several-open', open: here.flatMap(choicesOf) });
    }
    if (open.length > 0) return sentences.unanswerable(answer, { kind: 'elsewhere' });
    const last = asked.find((question) => question.here);
    if (last === undefined || now() - askedAt(last.redemption) > RECENT_MS) {
      return sentences.unanswerable(answer, { kind: 'none-open' });
    }
    return about(answer, last, last.redemption.receipt);
  }

  /** What became of one question. */
  function about(answer: 'confirm' | 'cancel', { redemption, here }: AskedRedemption, receipt: string): string {
    if (isOpen(redemption)) return sentences.unanswerable(answer, { kind: 'elsewhere' });
    const { state, reason } = redemption;
    if (state === 'asked' || reason === 'unconfirmed') {
      return sentences.unanswerable(answer, { kind: 'expired', receipt, validMinutes: ASK_OPEN_MS / 60_000 });
    }
    if (reason === 'cancelled') return sentences.unanswerable(answer, { kind: 'cancelled-before', receipt });
    // Nothing was sent, so there is nothing that could not be cancelled any more.
    if (answer === 'cancel' && state !== 'unsent')
      return sentences.unanswerable(answer, { kind: 'confirmed-before', receipt });
    return here ? redemptionText(redemption) : sentences.unanswerable(answer, { kind: 'elsewhere' });
  }

  const isOpen = ({ state, question }: Redemption): boolean =>
    state === 'asked' &&
    question !== null &&
    question.expiresAt > now() &&
    !isTooFarAhead(question.expiresAt, now(), FURTHEST_MS.question);

  return {
    confirm: (receipt, who, message) => explain('confirm', receipt, who, message),
    async cancel(receipt, who, message) {
      const { channel, account, conversation } = message;
      const withdrawn = await ledger.cancelQuestion({ channel, account, conversation, user: who.user }, receipt);
      return withdrawn === null ? explain('cancel', receipt, who, message) : sentences.cancelled(withdrawn);
    },
  };
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

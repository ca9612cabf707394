// Longer than other files: what a yes or no that did nothing is told stands in one place, case by case.
import type { Confirm, Named } from '../command/command.ts';
import { askedAt, choicesOf, hasLapsed, receiptsOf, type Choice } from './choices.ts';
import { ASK_OPEN_MS, type AskedRedemption, type Speaker } from '../redemption/questions.ts';
import { FURTHEST_MS, isTooFarAhead } from '../redemption/instants.ts';
import type { Ledger } from '../redemption/ledger.ts';
import type { Reading, Redemption, State } from '../redemption/redemption.ts';

/** How long a bare answer is taken for one to the question that was answered last. */
const RECENT_MS = 2 * ASK_OPEN_MS;
/** In these states a redemption that a person may think of has been sent, or will be. */
const MAY_HAVE_SPENT: readonly State[] = ['pending', 'succeeded', 'unknown'];
const VALID_MINUTES = ASK_OPEN_MS / 60_000;

const WAITS: readonly WhyNoEffect['kind'][] = ['several-open', 'too-few'];
/** To what a yes without the word is taken for an answer: a courtesy only where something waits. */
const ANSWERS_BARE: Record<'true' | 'courtesy', ReadonlySet<WhyNoEffect['kind']>> = {
  true: new Set([...WAITS, 'reading', 'came-to', 'expired']),
  courtesy: new Set(WAITS),
};

/** A question was withdrawn: its redemption is not carried out. */
export interface Withdrawn {
  readonly kind: 'withdrawn';
  readonly redemption: Redemption;
}

/** All that were open, one or more. */
export interface AllWithdrawn {
  readonly kind: 'all-withdrawn';
  readonly redemptions: readonly Redemption[];
}

/** `确认` and `取消`, by their commands. */
export type Said = 'confirm' | 'cancel';

/** Nothing was confirmed or withdrawn. */
export interface NoEffect {
  readonly kind: 'no-effect';
  readonly said: Said;
  /** How many times it was to be confirmed instead of those that were asked about. */
  readonly count?: number;
  /** Said without the word: it is only pointed at what waits. */
  readonly bare?: true | 'courtesy';
  readonly why: WhyNoEffect;
}

export type WhyNoEffect =
  | { readonly kind: 'none-open' }
  /** What this person shows is being read, and may be asked about at any moment: no answer without a name is taken until then. */
  | { readonly kind: 'reading' }
  | { readonly kind: 'several-open'; readonly open: readonly Choice[] }
  /** No question has this number, or two have it. */
  | { readonly kind: 'no-such-number'; readonly number: number; readonly open: readonly Choice[] }
  | { readonly kind: 'expired'; readonly receipt: string; readonly validMinutes: number }
  /** Of all: those that lapsed before they could be confirmed, and those that are still open; both may be none. */
  | ({ readonly kind: 'left' } & Left)
  /** It was asked in another conversation, and is open. */
  | { readonly kind: 'elsewhere' }
  /** It is another person's to answer, if it still is to be answered. */
  | { readonly kind: 'not-yours'; readonly open: boolean }
  /** It is open, but its card was seen to have fewer times left. */
  | { readonly kind: 'too-few'; readonly choice: Choice; readonly remaining: number }
  /** It was confirmed here before, or never was a question. */
  | { readonly kind: 'confirmed-before' | 'cancelled-before' | 'not-asked'; readonly receipt: string }
  /** The same card was sent again after it; `open` is what waits for an answer now. */
  | { readonly kind: 'replaced'; readonly receipt: string; readonly open: readonly Choice[] }
  /** It was confirmed here before, and this is what it has come to; `open` is what waits for an answer now. */
  | { readonly kind: 'came-to'; readonly redemption: Redemption; readonly open: readonly Choice[] }
  /** Of a question with two cards, or two readings, the other one was confirmed before; nothing came of the one that is `meant`. */
  | { readonly kind: 'other-chosen'; readonly redemption: Redemption; readonly meant: Reading };

interface Left {
  readonly open: readonly Choice[];
  /** Receipts. */
  readonly expired: readonly string[];
  readonly validMinutes: number;
}

export interface QuestionsParts {
  readonly ledger: Pick<Ledger, 'cancelQuestion' | 'cancelQuestions' | 'findQuestions' | 'findRecords' | 'isReading'>;
  /** The ledger's clock: milliseconds since 1970. */
  readonly now: () => number;
}

export interface Questions {
  /** Why a confirmation did nothing for which the claim found no question. */
  confirm(said: Omit<Confirm, 'kind'>, speaker: Speaker): Promise<NoEffect>;
  /** Withdraws a question, or all that are open. */
  cancel(named: Named, speaker: Speaker): Promise<Withdrawn | AllWithdrawn | NoEffect>;
  /** Those that this person can still answer where they are, oldest first. */
  open(speaker: Speaker): Promise<readonly Choice[]>;
}

export function createQuestions({ ledger, now }: QuestionsParts): Questions {
  async function explain(
    said: Said,
    named: Named,
    speaker: Speaker,
    count?: number,
    bare = false,
  ): Promise<WhyNoEffect> {
    const asked = await ledger.findQuestions(speaker);
    const { receipt, number } = named;
    if (receipt !== null) return withReceipt(said, asked, receipt, speaker.user, count);
    if (number === 'rest') return { kind: 'left', ...leftOf(asked) };
    if (typeof number === 'number') return withNumber(said, asked, number, count);
    const left = leftOf(asked);
    if (number === 'all' && left.expired.length > 1) return { kind: 'left', ...left };
    return withoutName(said, asked, speaker.user, count, bare);
  }

  async function withReceipt(
    said: Said,
    asked: readonly AskedRedemption[],
    receipt: string,
    user: string,
    count?: number,
  ): Promise<WhyNoEffect> {
    const found = asked.find(({ redemption }) => receiptsOf(redemption).includes(receipt));
    if (found !== undefined) return about(said, found, receipt, asked, count);
    const [other] = (await ledger.findRecords({ receipt }, 1)).newest;
    if (other === undefined) return { kind: 'none-open' };
    const { redemption } = other;
    const wasAsked = redemption.question !== null;
    if (other.user !== user) return wasAsked ? { kind: 'not-yours', open: isOpen(redemption) } : { kind: 'none-open' };
    // Asked on another channel, or long ago.
    return wasAsked ? about(said, { redemption, here: false }, receipt, asked, count) : { kind: 'not-asked', receipt };
  }

  function withNumber(said: Said, asked: readonly AskedRedemption[], number: number, count?: number): WhyNoEffect {
    const [found, ...others] = asked.filter(({ here, redemption }) => here && redemption.question?.number === number);
    if (found !== undefined && others.length === 0) {
      return about(said, found, found.redemption.receipt, asked, count);
    }
    return { kind: 'no-such-number', number, open: openHere(asked) };
  }

  async function withoutName(
    said: Said,
    asked: readonly AskedRedemption[],
    user: string,
    count?: number,
    bare = false,
  ): Promise<WhyNoEffect> {
    const open = openHere(asked);
    const [only] = open;
    if (only !== undefined && open.length === 1) {
      const found = asked.find(({ redemption }) => redemption.receipt === only.receipt);
      if (found !== undefined) return about(said, found, only.receipt, asked, count);
    }
    if (open.length > 0) return { kind: 'several-open', open };
    if (asked.some(({ redemption }) => isOpen(redemption))) return { kind: 'elsewhere' };
    // Asked about, or confirmed, last.
    const [last] = asked
      .filter(({ here, redemption }) => here && redemption.reason !== 'replaced')
      .toSorted((one, other) => other.redemption.claimedAt - one.redemption.claimedAt);
    if (last === undefined || (await hasRedeemedSince(last.redemption, user))) return { kind: 'none-open' };
    const isOld = now() - askedAt(last.redemption) > RECENT_MS;
    // The person may still think that a lapsed question is open; a bare yes may be about anything then.
    if (isOld && (bare || !hasLapsed(last.redemption))) return { kind: 'none-open' };
    return about(said, last, last.redemption.receipt, asked, count);
  }

  /** Whether the person has gone on to another redemption: of an older question nothing is said as if it were that one. */
  async function hasRedeemedSince({ claimedAt, state }: Redemption, user: string): Promise<boolean> {
    // Those that were confirmed together have the same time.
    const from = MAY_HAVE_SPENT.includes(state) ? claimedAt + 1 : claimedAt;
    const span = { from, to: now() + RECENT_MS };
    return (await ledger.findRecords({ user, span, states: MAY_HAVE_SPENT }, 1)).newest.length > 0;
  }

  /** What became of one question. */
  function about(
    said: Said,
    { redemption, here }: AskedRedemption,
    receipt: string,
    asked: readonly AskedRedemption[],
    count?: number,
  ): WhyNoEffect {
    if (isOpen(redemption)) {
      if (!here) return { kind: 'elsewhere' };
      const open = choicesOf(redemption);
      const choice = open.find((one) => one.receipt === receipt);
      const { remaining = null } = choice ?? {};
      if (choice !== undefined && count !== undefined && remaining !== null && count > remaining) {
        return { kind: 'too-few', choice, remaining };
      }
      return { kind: 'several-open', open };
    }
    if (hasLapsed(redemption)) return { kind: 'expired', receipt, validMinutes: VALID_MINUTES };
    const { state, reason } = redemption;
    if (reason === 'cancelled') return { kind: 'cancelled-before', receipt };
    if (reason === 'replaced') return { kind: 'replaced', receipt, open: here ? openHere(asked) : [] };
    if (receipt !== redemption.receipt) {
      const { other = null } = redemption.question ?? {};
      if (other !== null) return { kind: 'other-chosen', redemption, meant: other };
    }
    // Nothing was sent, so there is nothing that could not be cancelled any more.
    if (said === 'cancel' && state !== 'unsent') return { kind: 'confirmed-before', receipt };
    if (here) return { kind: 'came-to', redemption, open: openHere(asked) };
    return { kind: state === 'unsent' ? 'elsewhere' : 'confirmed-before', receipt };
  }

  /** What all that are open are, and which have lapsed a moment ago. */
  function leftOf(asked: readonly AskedRedemption[]): Left {
    const expired = asked
      .filter(({ here, redemption }) => here && hasLapsed(redemption) && !isOpen(redemption))
      .filter(({ redemption }) => now() - askedAt(redemption) <= RECENT_MS);
    const receipts = expired.map(({ redemption }) => redemption.receipt).reverse();
    return { open: openHere(asked), expired: receipts, validMinutes: VALID_MINUTES };
  }

  /** Oldest first. Where services that share a ledger gave two the same number at the same moment, it names neither. */
  function openHere(asked: readonly AskedRedemption[]): Choice[] {
    const here = asked.filter((question) => question.here).map(({ redemption }) => redemption);
    const isClear = (number: number) => here.filter(({ question }) => question?.number === number).length === 1;
    return here
      .filter(isOpen)
      .reverse()
      .flatMap(choicesOf)
      .map(({ number, ...choice }) => (number === undefined || !isClear(number) ? choice : { ...choice, number }));
  }

  const isOpen = ({ state, question }: Redemption): boolean =>
    state === 'asked' &&
    question !== null &&
    question.expiresAt > now() &&
    !isTooFarAhead(question.expiresAt, now(), FURTHEST_MS.question);

  return {
    async confirm({ count, bare, ...named }, speaker) {
      const isNamed = named.receipt !== null || named.number !== undefined;
      const isReading = !isNamed && bare !== 'courtesy' && (await ledger.isReading(speaker));
      const found: WhyNoEffect = isReading
        ? { kind: 'reading' }
        : await explain('confirm', named, speaker, count, bare !== undefined);
      const why: WhyNoEffect =
        bare === undefined || ANSWERS_BARE[`${bare}`].has(found.kind) ? found : { kind: 'none-open' };
      const more = { ...(count === undefined ? {} : { count }), ...(bare === undefined ? {} : { bare }) };
      return { kind: 'no-effect', said: 'confirm', ...more, why };
    },
    async cancel({ receipt, number }, speaker) {
      if (number === 'all') {
        const redemptions = await ledger.cancelQuestions(speaker);
        if (redemptions.length > 0) return { kind: 'all-withdrawn', redemptions };
      } else {
        const named = { receipt, ...(typeof number === 'number' ? { number } : {}) };
        const redemption = await ledger.cancelQuestion(speaker, named);
        if (redemption !== null) return { kind: 'withdrawn', redemption };
      }
      const why = await explain('cancel', { receipt, ...(number === undefined ? {} : { number }) }, speaker);
      return { kind: 'no-effect', said: 'cancel', why };
    },
    async open(speaker) {
      return openHere(await ledger.findQuestions(speaker));
    },
  };
}

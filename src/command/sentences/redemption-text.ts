import { ASK_OPEN_MS } from '../../redemption/questions.ts';
import {
  isRemainingComputed,
  remainingOf,
  type AskReason,
  type CardBlock,
  type Question,
  type Redemption,
} from '../../redemption/redemption.ts';
import {
  question as questionWords,
  questionButtons,
  type AskReason as ReasonView,
  type Question as QuestionView,
  type QuestionButtons,
  type ReadingOut,
} from './confirmation.ts';
import { shownButtons, shownQuestion, type ShownQuestion } from './pictures.ts';
import { printCommand } from '../print.ts';
import { outcome, type Blocked, type OutcomeExtras, type SettledHow } from './redemption.ts';

/** What is known about a redemption, or what is asked before it. */
export function redemptionText(redemption: Redemption): string {
  const { state, question } = redemption;
  if (state === 'asked' && question !== null) {
    const shown = shownView(redemption, question);
    return shown === null ? questionWords(questionView(redemption, question)) : shownQuestion(shown);
  }
  return outcome(redemption, extrasOf(redemption));
}

/** The same as `核对` begins with it: how an unknown is settled is said below, to those who may. */
export function checkedText(redemption: Redemption): string {
  return outcome(redemption, { ...extrasOf(redemption), unsettled: null });
}

/** What its card adds to a redemption. */
function extrasOf(redemption: Redemption): OutcomeExtras {
  const settled = settledOf(redemption);
  return {
    // Numbers that show how it was settled show this as well.
    remaining: settled?.kind === 'times' ? null : remainingOf(redemption),
    computed: isRemainingComputed(redemption),
    settled,
    blocked: blockedOf(redemption),
    checking: redemption.checking,
    unsettled: redemption.checking ? null : (redemption.unsettled ?? null),
  };
}

function settledOf({ settledBy, remainingBefore, remainingAfter }: Redemption): SettledHow | null {
  if (settledBy === null) return null;
  if (settledBy.how === 'hand')
    return { kind: 'hand', by: settledBy.name, corrects: settledBy.earlier?.at(-1) ?? null };
  if (settledBy.how === 'overruled') {
    const { was, by } = settledBy;
    return { kind: 'overruled', was, by: by.how === 'look' ? null : by.name, list: by.how === 'list' };
  }
  if (settledBy.how === 'list') return { kind: 'list', by: settledBy.name };
  if (remainingBefore === null || remainingAfter === null) return null;
  return { kind: 'times', before: remainingBefore, now: remainingAfter };
}

function blockedOf({ reason, validUntil, remainingBefore }: Redemption): Blocked | null {
  return reason === 'expired' || reason === 'too-few' ? blockedBy(reason, remainingBefore, validUntil) : null;
}

function blockedBy(block: CardBlock, remaining: number | null, validUntil: string | null): Blocked | null {
  if (block === 'expired') return { kind: 'expired', validUntil };
  return remaining === null ? null : { kind: 'too-few', remaining };
}

/** The one question that a reply asks, with a button for each answer; null where it asks none or several. `id` is its receipt. */
export function questionCard(redemptions: readonly Redemption[]): (QuestionButtons & { readonly id: string }) | null {
  const [asked, ...others] = redemptions.filter(({ state }) => state === 'asked');
  if (asked === undefined || others.length > 0 || asked.question === null) return null;
  const shown = shownView(asked, asked.question);
  const buttons = shown === null ? questionButtons(questionView(asked, asked.question)) : shownButtons(shown);
  return { id: asked.receipt, ...buttons };
}

function questionView(redemption: Redemption, { why, other, number }: Question): QuestionView {
  const { receipt, card, count, remark, cardName, remainingBefore, store } = redemption;
  const meant = { receipt, card, count, cardName, remaining: remainingBefore };
  return {
    choices: other === null || other.blocked !== undefined ? [meant] : [meant, other],
    remark,
    store: store?.name ?? null,
    why: why.kind === 'shown' ? [] : reasonsOf(why, redemption, other),
    validMinutes: ASK_OPEN_MS / 60_000,
    ...(number === undefined ? {} : { number }),
  };
}

type Shown = Extract<AskReason, { kind: 'shown' }>;

/** The question about a card that was shown; null where it was typed. */
function shownView(redemption: Redemption, question: Question): ShownQuestion | null {
  const { why, other } = question;
  if (why.kind !== 'shown') return null;
  const repeats = [why.repeat, other?.repeat ?? null];
  const { choices, ...view } = questionView(redemption, question);
  return {
    ...view,
    choices: choices.map((choice, index) => {
      const repeat = repeats[index] ?? null;
      return { ...choice, used: repeat === null ? null : reasonOf({ kind: 'repeat', ...repeat }, redemption, other) };
    }),
    counted: why.counted,
    until: redemption.validUntil,
    out: outOf(other),
  };
}

function reasonsOf(why: Exclude<AskReason, Shown>, redemption: Redemption, other: Question['other']): ReasonView[] {
  const reasons = [reasonOf(why, redemption, other)];
  if (why.corrected !== true) return reasons;
  const { card, count, remark } = redemption;
  const line = printCommand({ kind: 'redeem', card, count, remark });
  return [{ kind: 'corrected', line }, ...reasons.filter(({ kind }) => kind !== 'uncertain')];
}

function reasonOf(why: Exclude<AskReason, Shown>, { card }: Redemption, other: Question['other']): ReasonView {
  switch (why.kind) {
    case 'many':
      return { kind: 'many', over: why.over };
    case 'uncertain':
      return { kind: 'uncertain' };
    case 'repeat':
      return { kind: 'repeat', agoSeconds: Math.round(why.agoMs / 1000), count: why.count, state: why.state };
    case 'ambiguous': {
      // One reading is the other one with the group at its end.
      const [shorter = '', longer = ''] = [card, other?.card ?? card].toSorted((a, b) => a.length - b.length);
      return { kind: 'ambiguous', group: longer.slice(shorter.length), out: outOf(other) };
    }
  }
}

/** The reading that cannot be meant, and why. */
function outOf(other: Question['other']): ReadingOut | null {
  if (other?.blocked === undefined) return null;
  const { card, count, remaining, blocked } = other;
  return { card, count, why: blockedBy(blocked, remaining, null) };
}

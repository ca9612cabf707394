import type { State } from '../../redemption/redemption.ts';
import { printCommand } from '../print.ts';
import { blockedWords, type Blocked } from './redemption.ts';
import { cardLabel, cardTail, joinParts, OUTCOME_WORDS, quoted, SHORT_OUTCOMES, shortName } from './words.ts';

/** A question that waits for an answer. */
export interface Question {
  /** One, or the two readings of a card whose last group may be the count. */
  readonly choices: readonly Choice[];
  /** As typed; may be empty. */
  readonly remark: string;
  readonly store: string | null;
  readonly why: readonly AskReason[];
  readonly validMinutes: number;
  /** By which the person names it, where several wait. */
  readonly number?: number;
}

/** One redemption that is carried out when it is confirmed. */
export interface Choice {
  readonly receipt: string;
  readonly card: string;
  readonly count: number;
  readonly cardName: string | null;
  readonly remaining: number | null;
}

export type AskReason =
  /** More times than are redeemed without asking. */
  | { readonly kind: 'many'; readonly over: number }
  /** The same card was redeemed a moment ago. */
  | { readonly kind: 'repeat'; readonly agoSeconds: number; readonly count: number; readonly state: State }
  /** `group` may belong to the card or be the count; `out` cannot be meant, because of its card. */
  | { readonly kind: 'ambiguous'; readonly group: string; readonly out: ReadingOut | null }
  /** There is text where the count belongs, or some that may take it back. */
  | { readonly kind: 'uncertain' }
  /** The card was typed otherwise; this is how the line was read. */
  | { readonly kind: 'corrected'; readonly line: string };

/** A reading that is not offered. */
export interface ReadingOut {
  readonly card: string;
  readonly count: number;
  readonly why: Blocked | null;
}

/** Asks before something is spent: what, why, and how to answer. Claims no outcome. */
export function question({ choices, remark, store, why, validMinutes, number }: Question): string {
  const title = titleOf(number);
  const named = { receipt: null, ...(number === undefined ? {} : { number }) };
  const say = (kind: 'confirm' | 'cancel') => `「${printCommand({ kind, ...named })}」`;
  const where = store === null ? null : shortName(store);
  const reasons = why.map(askReason);
  const [only, ...others] = choices;
  if (only !== undefined && others.length === 0) {
    return joinParts(
      [
        `${joinParts([`${title}：核销${only.count}次`, remarkWords(remark)], '，')}？`,
        joinParts([cardLabel(only.cardName, only.card), remainingWords(only), where], '，'),
        ...reasons,
        `回${say('confirm')}核销，回${say('cancel')}不核销，${validMinutes}分钟内有效，单号 ${only.receipt}`,
      ],
      '\n',
    );
  }
  return joinParts(
    [
      joinParts([`${title}：是哪一种？`, joinParts([where, remarkWords(remark)], '，')], ''),
      ...reasons,
      ...choices.map(
        (choice, index) =>
          `${numbered(choice, index)}\n→ 回「${printCommand({ kind: 'confirm', receipt: choice.receipt })}」`,
      ),
      `都不对就不用回，${validMinutes}分钟后自动作废`,
    ],
    '\n',
  );
}

export function titleOf(number: number | undefined): string {
  return number === undefined ? OUTCOME_WORDS.asked : `${OUTCOME_WORDS.asked} ${number}`;
}

/** One of several readings, with the sign by which its button is known. */
export function numbered(choice: Choice, index: number): string {
  const facts = [cardLabel(choice.cardName, choice.card), `${choice.count}次`, remainingWords(choice)];
  return `${SIGNS[index] ?? ''}：${joinParts(facts, '，')}`;
}

export const SIGNS = ['①', '②'];

/** The same question where the platform has buttons; what a button says is what one would type. */
export interface QuestionButtons {
  readonly title: string;
  readonly detail: string;
  readonly buttons: readonly AnswerButton[];
}

export interface AnswerButton {
  /** At most 4 characters: longer ones are cut, and two that differ at the end would look alike. */
  readonly label: string;
  readonly says: string;
}

/** The question as a card with a button for each answer. */
export function questionButtons({ choices, remark, store, why, number }: Question): QuestionButtons {
  const where = store === null ? null : shortName(store);
  const [first] = choices;
  const only = choices.length === 1 ? first : undefined;
  return {
    title: `${titleOf(number)}：${only === undefined ? '是哪一种？' : `核销${only.count}次？`}`,
    detail:
      only === undefined
        ? joinParts([...choices.map(numbered), where, remarkWords(remark)], '；')
        : joinParts(
            [
              ...why.filter(({ kind }) => kind === 'corrected').map(askReason),
              ...[cardLabel(only.cardName, only.card), remainingWords(only), where, remarkWords(remark)],
            ],
            '，',
          ),
    buttons: [
      ...choices.map(({ receipt }, index) => ({
        label: only === undefined ? (SIGNS[index] ?? '') : '确认',
        says: printCommand({ kind: 'confirm', receipt }),
      })),
      ...(first === undefined
        ? []
        : [{ label: '取消', says: printCommand({ kind: 'cancel', receipt: first.receipt }) }]),
    ],
  };
}

/** What is left to tap when a question has been answered: what is known of it now. */
export function checkButton(receipt: string): AnswerButton {
  return { label: '核对', says: printCommand({ kind: 'check', receipt, verdict: null }) };
}

export function askReason(reason: AskReason): string {
  switch (reason.kind) {
    case 'many':
      return `一次核销超过${reason.over}次，请核对次数`;
    case 'repeat':
      return `这张卡${agoWords(reason.agoSeconds)}有过一笔：${reason.count}次，${SHORT_OUTCOMES[reason.state]}`;
    case 'ambiguous':
      return `最后的「${reason.group}」是卡号还是次数？${outWords(reason.out)}`;
    case 'uncertain':
      return '次数没写清楚，请核对次数和备注';
    case 'corrected':
      return `您写的读成了${quoted(reason.line)}，请看准卡号`;
  }
}

/** That one of two is not offered; `other` is what it is called. */
export function outWords(out: ReadingOut | null, other = '另一种'): string {
  if (out === null) return '';
  const why = out.why === null ? '' : `：${blockedWords(out.why)}`;
  return `${other}（${cardTail(out.card)}，${out.count}次）核销不了${why}`;
}

function agoWords(seconds: number): string {
  if (seconds < 5) return '刚刚';
  return seconds < 100 ? `${seconds}秒前` : `${Math.round(seconds / 60)}分钟前`;
}

/** In quotation marks, so that readers do not take what was typed for the bot's words. */
export function remarkWords(remark: string): string | null {
  return remark === '' ? null : `备注${quoted(remark)}`;
}

export function remainingWords({ remaining }: Choice): string | null {
  return remaining === null ? null : `剩余${remaining}次`;
}

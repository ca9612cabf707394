import type { Choice } from '../../desk/choices.ts';
import type { AllWithdrawn, NoEffect, Said, Withdrawn } from '../../desk/questions.ts';
import type { Reading, Redemption } from '../../redemption/redemption.ts';
import { printCommand } from '../print.ts';
import { redemptionText } from './redemption-text.ts';
import { facts } from './redemption.ts';
import { courtesy, notUnderstood } from './help.ts';
import { cardTail, joinParts, OUTCOME_WORDS, REASONS, HOW_TO_UNDO } from './words.ts';

/** The answer to `取消`: it will not be carried out. */
export function withdrawn({ redemption }: Withdrawn): string {
  const other = redemption.question?.other ?? null;
  const both = redemption.question?.why.kind === 'shown' ? '两张卡都没有核销' : '两种读法都没有核销';
  const isTwofold = other !== null && other.blocked === undefined;
  return [`${OUTCOME_WORDS.unsent}：已取消`, facts(redemption), ...(isTwofold ? [both] : [])].join('\n');
}

/** The answer to `取消 全部`. */
export function allWithdrawn({ redemptions }: AllWithdrawn): string {
  const [only] = redemptions;
  if (only !== undefined && redemptions.length === 1) return withdrawn({ kind: 'withdrawn', redemption: only });
  return [`${OUTCOME_WORDS.unsent}：已取消${redemptions.length}笔`, ...redemptions.map(facts)].join('\n');
}

/** The answer to a `确认` or `取消` that does nothing. */
export function noEffect({ said, count, bare, why }: NoEffect): string {
  switch (why.kind) {
    case 'none-open':
      if (bare !== undefined) return bare === 'courtesy' ? courtesy('fine') : notUnderstood();
      return said === 'confirm' ? '没有等您确认的核销。' : `没有可以取消的核销；已经核销的取消不了，${HOW_TO_UNDO}。`;
    case 'reading':
      return '图还在识别，这条没有核销，等问您的时候再回。';
    case 'several-open':
      return severalOpen(why.open, said, bare !== undefined, count);
    case 'left':
      return joinParts(
        [...why.expired.map((receipt) => expired(receipt, why.validMinutes)), whatWaits(why.open, said)],
        '\n',
      );
    case 'no-such-number':
      return joinParts([`没有编号为 ${why.number} 的待确认。`, whatWaits(why.open, said)], '\n');
    case 'too-few': {
      const { choice, remaining } = why;
      return `${cardTail(choice.card)}只剩${remaining}次，不够核销${count ?? choice.count}次，还没核销。请改好次数再回。`;
    }
    case 'replaced':
      return joinParts(
        [`${OUTCOME_WORDS.unsent}：${why.receipt} ${REASONS.replaced}。`, whatWaits(why.open, said)],
        '\n',
      );
    case 'expired':
      return expired(why.receipt, why.validMinutes);
    case 'not-yours':
      return why.open ? '这一笔不是您发的，请让发的人来回。' : '这一笔不是您发的，也不用再回了。';
    case 'elsewhere':
      return '这一笔请在原来发核销的聊天里回。';
    case 'confirmed-before':
      return said === 'cancel'
        ? `${why.receipt} 已经确认过，取消不了，${HOW_TO_UNDO}。`
        : `${why.receipt} 已经确认过了，${whereToLook(why.receipt)}。`;
    case 'not-asked':
      return said === 'cancel'
        ? `${why.receipt} 没有在等确认，取消不了，${HOW_TO_UNDO}。`
        : `${why.receipt} 不用确认，${whereToLook(why.receipt)}。`;
    case 'came-to':
      return joinParts([redemptionText(why.redemption), OF_BEFORE, whatWaits(why.open, said)], '\n');
    case 'other-chosen':
      return otherChosen(why.redemption, why.meant);
    case 'cancelled-before':
      return `${OUTCOME_WORDS.unsent}：${why.receipt} 已经取消了。要核销请重新发送。`;
  }
}

const OF_BEFORE = '这是之前那一笔，这次没有再核销。';

/** What such an answer says besides what the redemption came to; empty where it is another answer. */
export function saidOfBefore(said: string): string {
  return said.includes(`\n${OF_BEFORE}`) ? `\n${OF_BEFORE}` : '';
}

/** Nothing came of the card that was meant this time. */
function otherChosen(chosen: Redemption, meant: Reading): string {
  // Two readings of what was typed differ in their counts as well.
  const words = chosen.question?.why.kind === 'shown' ? ({ card }: Reading) => cardTail(card) : choiceFacts;
  const was = chosen.state === 'succeeded' ? '这次只核销了' : '刚才选的是';
  return `${OUTCOME_WORDS.unsent}：${was}${words(chosen)}。要核销${words(meant)}，请再发一次。`;
}

/** What a person has to choose from. Where only one waits, and was not named clearly, one line says so. */
function severalOpen(open: readonly Choice[], said: Said, bare: boolean, count?: number): string {
  const [only] = open;
  if (only !== undefined && open.length === 1 && bare) {
    const yes = printCommand({ kind: 'confirm', receipt: null, ...countOf(count) });
    const no = printCommand({ kind: 'cancel', receipt: null });
    const asked = printCommand({ kind: 'confirm', receipt: null });
    const changed = count === undefined || count === only.count ? '' : `，改成${count}次回「${yes}」`;
    return `还有一笔在等您确认：${cardTail(only.card)}。核销${only.count}次回「${asked}」${changed}，不核销回「${no}」。`;
  }
  return [whichOne(open), ...choiceLines(said, open, count)].join('\n');
}

function whichOne(open: readonly Choice[]): string {
  const [first] = open;
  const waiting = open.length - open.filter(({ oneOf }) => oneOf !== undefined).length / 2;
  if (waiting > 1) return `有${waiting}笔在等您确认，请写上是哪一笔：`;
  if (first?.oneOf === undefined) return '这一笔还在等您确认，看清楚再回：';
  return first.oneOf === 'cards' ? '要核销哪一张？' : '是哪一种？';
}

function whatWaits(open: readonly Choice[], said: Said): string | null {
  return open.length === 0 ? null : ['还在等您确认的：', ...choiceLines(said, open)].join('\n');
}

/** What answers each of them, and what answers all. */
export function choiceLines(said: Said, open: readonly Choice[], count?: number): string[] {
  const numbered = open.filter(({ number }) => number !== undefined);
  const all = numbered.length > 1 && count === undefined ? [`全部：回「${printAll(said)}」`] : [];
  return [...open.map((choice) => choiceLine(said, choice, count)), ...all];
}

function choiceLine(said: Said, choice: Choice, count?: number): string {
  const { card, remaining } = choice;
  if (count !== undefined && remaining !== null && count > remaining)
    return `${cardTail(card)}：只剩${remaining}次，不够核销${count}次`;
  return `${choiceFacts(choice)}：回「${printOne(said, choice, count)}」`;
}

function choiceFacts({ card, count }: Reading): string {
  return `${cardTail(card)}，${count}次`;
}

function printOne(said: Said, { receipt, number }: Choice, count?: number): string {
  const named = number === undefined ? { receipt } : { receipt: null, number };
  return said === 'cancel'
    ? printCommand({ kind: 'cancel', ...named })
    : printCommand({ kind: 'confirm', ...named, ...countOf(count) });
}

function printAll(kind: Said): string {
  return printCommand({ kind, receipt: null, number: 'all' });
}

function countOf(count: number | undefined) {
  return count === undefined ? {} : { count };
}

function expired(receipt: string, validMinutes: number): string {
  return `${OUTCOME_WORDS.unsent}：${receipt} 超过${validMinutes}分钟没有确认，已作废，次数没有扣，可重新发送。`;
}

function whereToLook(receipt: string): string {
  return `结果请发「${printCommand({ kind: 'check', receipt, verdict: null })}」查看`;
}

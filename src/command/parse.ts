import type { Shows } from '../redemption/shown.ts';
import {
  MAX_LINE_LENGTH,
  MAX_LINES,
  MAX_REMARK,
  MAX_TEXT_LENGTH,
  type Command,
  type Order,
  type LineProblem,
  type Showing,
  type Redeem,
} from './command.ts';
import { readBareAnswer } from './bare-answer.ts';
import { redeem } from './commands/redeem.ts';
import { readCourtesy } from './courtesy.ts';
import { isUnclearAnswer, withoutDoubtfulYes } from './doubtful-yes.ts';
import { findMeant } from './meant.ts';
import { findMistypedWord } from './mistyped.ts';
import { normalizeLine } from './normalize.ts';
import { isGreeting, isThanks } from './politeness.ts';
import { withoutQuotations, type TypedLine } from './quotation.ts';
import { continuesOrder, isQuestion, undoesAll } from './redeem.ts';
import { readDeskCommand, readUserCommand } from './desk-command.ts';
import { readDeskForm } from './desk-forms.ts';
import { behindVerb, hasTwoVerbs, readOtherForm, type OtherForm } from './order-forms.ts';
import { isOpen, withJoinedLines, type ReadLine } from './several-lines.ts';
import { readShowing } from './showing.ts';
import { toneOf } from './tone.ts';
import { readUndo } from './undo.ts';

export interface ParsedLine {
  /** Position among the lines that say something, from 0. */
  readonly line: number;
  readonly command: Command;
}

/** At least one line, in order. */
export interface TypedMessage {
  readonly lines: readonly ParsedLine[];
}

/** The same of a message that may show something. */
export interface ParsedMessage {
  readonly lines: readonly (ParsedLine | ShowingLine)[];
}

export interface ShowingLine {
  readonly line: number;
  readonly command: Showing;
}

/** With what a message quotes. */
const MAX_TYPED_LINES = 200;
/** What is seen of a line that is too long. */
const EDGE = 100;
const LINE_ENDS = /\r\n|[\n\v\f\r\u0085\u2028\u2029]/u;
const HELP =
  /^(?:帮助|help|\?+|菜单|功能|教程|(?:请问|这个)?(?:机器人)?(?:怎么|如何|咋)(?:使?用|操作|弄)[ ?呢啊呀。.!~]*|使用(?:说明|方法|教程))$/iu;
const MORE = /^(?:看?更多|下一?页|第.{1,3}页|继续|还有呢?)[ .。!~?]*$/u;
const HELP_ON_ALL = /^(?:(?:帮助|help)[ :,]*(?:全部|所有|更多|all|more)|(?:全部|所有|更多)帮助)$/i;

/**
 * Reads a whole message, one command a line. Lines of mentions or blanks only do not count, nor does what it quotes.
 * With more than `MAX_LINES`, or a text of endless length, or words that may be another person's, nothing is to be done
 * at all: then there is one line, which says so. `shows` is what it shows besides: where the text is about that, there is one
 * line too. Never throws.
 */
export function parseMessage(text: string, botNames: readonly string[]): TypedMessage;
export function parseMessage(text: string, botNames: readonly string[], shows: Shows | null | undefined): ParsedMessage;
export function parseMessage(text: string, botNames: readonly string[], shows: Shows | null = null): ParsedMessage {
  const typed = parseText(text, botNames);
  const command = shows === null ? null : readShowing(shows, typed.own, typed.lines);
  return { lines: command === null ? typed.lines : [{ line: 0, command } as ParsedLine | ShowingLine] };
}

interface ParsedText extends TypedMessage {
  /** What the writer has typed on each line of their own, normalised. */
  readonly own: readonly string[];
}

function parseText(text: string, botNames: readonly string[]): ParsedText {
  if (text.length > MAX_TEXT_LENGTH) return only(wrong({ kind: 'long-text' }));
  const typed = text
    .split(LINE_ENDS)
    .map((line) => typedLine(line, botNames))
    .filter(({ content }) => content !== '');
  if (typed.length === 0) return only({ kind: 'help' });
  if (typed.length > MAX_TYPED_LINES) return only(wrong({ kind: 'long-message', lines: typed.length }));
  const read = (line: TypedLine) => parseLine(line, botNames);
  const lines = withoutQuotations(typed, (line) => !isTalk(read(line).command));
  if (lines === null || lines.length === 0) return only(wrong({ kind: 'quotation' }));
  if (lines.length > MAX_LINES) return only(wrong({ kind: 'long-message', lines: lines.length }));
  const alone = lines.map((own, line) => ({ line, content: own.content, ...read(own) }));
  const joined = withNextLines(withJoinedLines(alone, readForm));
  const answered = joined
    .map((one, at) => withoutOrder(one, joined.slice(0, at).some(isOrder), lines.length === 1))
    .map(answeringTalk)
    .map(({ line, command }) => ({ line, command }));
  return { own: lines.map(({ content }) => content), lines: withoutCourtesies(answered) };
}

/** A `谢谢` beside something else is not answered; of several courtesies the last one is. */
function withoutCourtesies(lines: readonly ParsedLine[]): readonly ParsedLine[] {
  const rest = lines.filter(({ command }) => command.kind !== 'courtesy');
  return rest.length > 0 ? rest : lines.slice(-1);
}

/**
 * A line that orders nothing, and may answer a question or want a redemption taken back. Behind an order it speaks of that order, which
 * it has taken back, or not; alone it speaks of what went before the message.
 */
function withoutOrder(one: ReadLine, isBehind: boolean, isAlone: boolean): ReadLine {
  if (isBehind) return one.command.kind === 'undo' ? { ...one, command: wrong({ kind: 'talk' }) } : one;
  if (!isOpen(one) || one.command.kind === 'undo') return one;
  const { command } = one;
  if (command.kind === 'courtesy') {
    // Where a question waits, `好的` may be meant as its answer.
    const isYes = isAlone && command.said === 'fine';
    return isYes ? { ...one, command: { kind: 'confirm', receipt: null, bare: 'courtesy' } } : one;
  }
  const mayAnswer =
    isAlone && (command.kind === 'not-understood' || (one.args !== null && /^[吧啊呀呗]/u.test(one.args)));
  const answer = mayAnswer ? readBareAnswer(one.content) : null;
  return { ...one, command: answer ?? readUndo(one.content) ?? command };
}

/** Whether a line orders something, or did before it was taken back. */
function isOrder({ command }: ParsedLine): boolean {
  return (
    ['redeem', 'uncertain', 'ambiguous'].includes(command.kind) ||
    (command.kind === 'wrong' && command.problem.kind === 'talk')
  );
}

/**
 * Lines that are no commands but go on with the order before them (`2`, `算了`, `改成3次`) are read as part of it: a
 * count or a withdrawal on a line of its own is not missed.
 */
function withNextLines(parsed: readonly ReadLine[]): readonly ReadLine[] {
  const takenBack = parsed.findLastIndex(
    (one) =>
      (one.command.kind === 'cancel' && one.command.receipt === null && typeof one.command.number !== 'number') ||
      isMisusedCancel(one) ||
      ((isOpen(one) || isUnclearAnswer(one)) && undoesAll(one.content)),
  );
  const joined = new Set<ReadLine>();
  const read = parsed.map((one, at): ReadLine => {
    const { command } = one;
    if (command.kind !== 'redeem') return one;
    if (at < takenBack) return { ...one, command: wrong({ kind: 'talk' }) };
    // `撤销` or `先别核销`, and below it the line that was sent before.
    const isDoubtful = parsed
      .slice(0, at)
      .some((line) => isOpen(line) && (readUndo(line.content) !== null || toneOf(line.content) !== 'plain'));
    if (isDoubtful) return { ...one, command: { ...command, kind: 'uncertain' } };
    const behind = parsed.slice(at + 1);
    const end = behind.findIndex((line) => !isOpen(line));
    const more = (end < 0 ? behind : behind.slice(0, end)).filter((line) => continuesOrder(line.content));
    if (more.length === 0) return one;
    for (const line of more) joined.add(line);
    return { ...one, command: readTogether(command, one.args ?? '', more.map(({ content }) => content).join(' ')) };
  });
  return withoutDoubtfulYes(read.filter((one) => !joined.has(one)));
}

/** `取消 <card>`, `取消 刚才的`: of a message that orders something it can only mean that. */
function isMisusedCancel({ command }: ReadLine): boolean {
  return command.kind === 'wrong' && command.problem.kind === 'misused' && command.problem.of === 'cancel';
}

function isTalk({ kind }: Command): boolean {
  return kind === 'not-understood' || kind === 'courtesy';
}

function answeringTalk(one: ReadLine): ReadLine {
  const asks = isOpen(one) && one.command.kind !== 'undo' && isQuestion(one.content, one.args ?? one.content);
  return asks ? { ...one, command: wrong({ kind: 'question' }) } : one;
}

/** An order and what was said of it on the next lines. What does not fit together is asked about. */
function readTogether(order: Redeem, args: string, said: string): Command {
  const result = redeem.read(`${args} ${said}`);
  if (result.kind === 'bad-count') {
    const remark = Array.from([order.remark, said].join(' ').trim()).slice(0, MAX_REMARK).join('');
    return { ...order, kind: 'uncertain', remark };
  }
  if (result.kind !== 'redeem') return asCommand(result);
  // A number of its own may be a room, a table or a price.
  const isSure = result.count < 10 || result.count === order.count;
  return isSure ? result : { ...result, kind: 'uncertain' };
}

function only(command: Command): ParsedText {
  return { lines: [{ line: 0, command }], own: [] };
}

function typedLine(typed: string, botNames: readonly string[]): TypedLine {
  const tooLong = typed.trim().length > MAX_LINE_LENGTH;
  const looked = tooLong ? `${typed.slice(0, EDGE)} … ${typed.slice(-EDGE)}` : typed.trim();
  return { typed, content: normalizeLine(looked, botNames), tooLong };
}

function parseLine(
  { typed, content, tooLong }: TypedLine,
  botNames: readonly string[],
): Pick<ReadLine, 'command' | 'args'> {
  const other = (command: Command) => ({ command, args: null });
  if (tooLong) return other(wrong({ kind: 'long-line' }));
  if (HELP.test(content)) return other({ kind: 'help' });
  if (HELP_ON_ALL.test(content)) return other({ kind: 'help', all: true });
  if (hasTwoVerbs(content)) return other(wrong({ kind: 'glued' }));
  const args = behindVerb(content);
  const order = args === null ? null : redeem.read(args);
  // `核销记录 昨天`.
  const asked = order === null || order.kind === 'no-card' ? readDeskForm(content) : null;
  if (asked !== null) return other(asked);
  // `核销次数：6 卡号：…`.
  const isCardElsewhere = order !== null && 'card' in order && ['no-card', 'bad-card', 'talk'].includes(order.kind);
  const labelled = isCardElsewhere ? (readOtherForm(content) ?? readOtherForm(args ?? '')) : null;
  if (labelled !== null) return { command: readForm({ ...labelled, isSure: false }), args: labelled.args };
  if (order !== null) return { command: asCommand(order), args };
  const form = readOtherForm(content);
  if (form !== null) return { command: readForm(form), args: form.args };
  const desk = readUserCommand(typed, botNames) ?? readDeskCommand(content);
  if (desk !== null) return other(desk.kind === 'misused' ? wrong(desk) : desk);
  return other(readNoCommand(content));
}

function readNoCommand(content: string): Command {
  const said = readCourtesy(content) ?? (isGreeting(content) ? 'hello' : isThanks(content) ? 'thanks' : null);
  if (said !== null) return { kind: 'courtesy', said };
  if (MORE.test(content)) return wrong({ kind: 'more' });
  const word = findMistypedWord(content);
  if (word !== null) return wrong({ kind: 'mistyped-word', ...word });
  const meant = findMeant(content);
  return meant === undefined ? { kind: 'not-understood' } : { kind: 'not-understood', meant };
}

function readForm({ args, isSure }: OtherForm): Command {
  const command = asCommand(redeem.read(args));
  return command.kind === 'redeem' && !isSure ? { ...command, kind: 'uncertain' } : command;
}

function asCommand(read: Order | LineProblem): Command {
  return read.kind === 'redeem' || read.kind === 'uncertain' || read.kind === 'ambiguous' ? read : wrong(read);
}

function wrong(problem: LineProblem): Command {
  return { kind: 'wrong', problem };
}

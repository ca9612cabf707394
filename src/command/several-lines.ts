import type { Command } from './command.ts';
import { readCourtesy } from './courtesy.ts';
import { isGreeting, isThanks } from './politeness.ts';
import {
  ABOUT_THE_CUSTOMER,
  behindVerb,
  isTorn,
  joinParts,
  readPart,
  type OrderPart,
  type OtherForm,
} from './order-forms.ts';
import { continuesOrder } from './redeem.ts';
import { toneOf } from './tone.ts';

/** A line of a message, as it was read alone. */
export interface ReadLine {
  /** Position among the lines that say something, from 0. */
  readonly line: number;
  readonly content: string;
  readonly command: Command;
  /** What an order says, as behind its command word; null for other lines. */
  readonly args: string | null;
}

/** Neighbouring lines that are parts of orders and nothing else; `end` is the first line behind them. */
interface Run {
  readonly start: number;
  readonly end: number;
  readonly parts: readonly OrderPart[];
}

/** That it is done already. Behind an order every `好的` may say so. */
const DONE = /(?<![谢謝苦烦煩劳勞])了|✅|💯|🎉/u;
const SCATTERED: Command = { kind: 'wrong', problem: { kind: 'scattered' } };
const TALK: Command = { kind: 'wrong', problem: { kind: 'talk' } };

/**
 * Puts orders together whose card, verb and count stand on neighbouring lines. Only where each line has its place: no
 * two orders' parts are ever joined, and where one is left over, all such lines are refused together. Thanks below
 * are left out. `read` reads what an order says.
 */
export function withJoinedLines(all: readonly ReadLine[], read: (order: OtherForm) => Command): readonly ReadLine[] {
  // The most usual message.
  const [only] = all;
  if (all.length === 1 && isOrder(only) && !beginsWithCard(only)) return all;
  const isReported = ({ line }: ReadLine) =>
    all.some((other) => {
      const said = readCourtesy(other.content);
      return (said === 'fine' && other.line > line) || (said !== null && DONE.test(other.content));
    });
  // A whole order in a form of these may be part of a receipt, or told about: `<card> 核销`, and below it `搞定了`.
  const isPartOfMore = all.some((other) => {
    const { command } = other;
    if (saysNo(other) || (command.kind === 'wrong' && command.problem.kind === 'misused')) return true;
    return command.kind === 'not-understood' && saysSomething(other, false);
  });
  const lines = withoutThanks(all).map((line): ReadLine => {
    const { command } = line;
    return command.kind === 'redeem' && beginsWithCard(line) && (isPartOfMore || isReported(line))
      ? { ...line, command: { ...command, kind: 'uncertain' } }
      : line;
  });
  const parts = lines.map((line) => (isOrder(line) ? null : readPart(line.content)));
  // `核销`, and below it `hx914095`: a card, or another verb and a card?
  const isDoubtful = (at: number) => isOrder(lines[at]) && isTorn(lines[at]?.content ?? '');
  if (parts.some((part) => part?.verb === true) && lines.some((_, at) => isDoubtful(at)))
    return refused(lines, (at) => parts[at] != null || isDoubtful(at));
  const cards = parts.filter((part) => part?.card !== undefined).length;
  if (cards === 0) return lines;
  const runs = runsOf(parts);
  const meant = runs.filter(isMeant);
  // `<card>`, and below it `<card> 核销`: perhaps the verb is for both. The same of a verb further off.
  const isBelow = runs.some((run) => hasCard(run) && beginsWithCard(lines[run.end]));
  const isFar = meant.length === 0 && cards > 1 && parts.some((part) => part?.verb === true);
  if (meant.length === 0 && !isBelow && !isFar) return lines;
  const orders = meant.map((run) => splitRun(run, isOrder(lines[run.start - 1])));
  const joined = orders.flatMap((split) => split ?? []);
  const start = joined[0]?.start ?? 0;
  const others = lines.filter((line, at) => parts[at] == null && saysSomething(line, at < start));
  // `2`, with something between it and the order.
  const isLoose = (at: number) => parts[at] != null && !meant.some((run) => at >= run.start && at < run.end);
  const loose = lines.some(isOrder) ? [] : lines.filter((_, at) => isLoose(at));
  const more = lines.filter((line) => loose.includes(line) || (others.includes(line) && !isCommand(line)));
  // Labels without a verb may stand in a receipt that was pasted.
  const isPasted =
    joined.some(isAllLabelled) &&
    others.some(({ content }) => !ABOUT_THE_CUSTOMER.test(content)) &&
    !others.some(saysNo);
  if (isPasted) return lines;
  const isClear = !isBelow && !isFar && !orders.includes(null) && joined.length === cards;
  const isOne = joined.length === 1 && loose.every(({ line }) => line >= (lines[start]?.line ?? 0));
  return isClear && (others.length + loose.length === 0 || isOne)
    ? lines.flatMap((line, at) => joinedLine(line, at, { orders: joined, others, more, isReported, read }))
    : refused(lines, (at) => parts[at] != null || (isBelow && beginsWithCard(lines[at])));
}

function withoutThanks(lines: readonly ReadLine[]): readonly ReadLine[] {
  const first = lines.findIndex(({ content }) => !isThanks(content));
  return first < 0 ? lines : lines.filter(({ content }, at) => at < first || !isThanks(content));
}

function runsOf(parts: readonly (OrderPart | null)[]): Run[] {
  const runs: Run[] = [];
  parts.forEach((part, at) => {
    const last = runs.at(-1);
    if (part === null) return;
    if (last?.end === at) runs.splice(-1, 1, { ...last, end: at + 1, parts: [...last.parts, part] });
    else runs.push({ start: at, end: at + 1, parts: [part] });
  });
  return runs;
}

const hasCard = ({ parts }: Run): boolean => parts.some(({ card }) => card !== undefined);

/** Whether these lines order something: a verb is among them, or card and count have their labels. */
function isMeant(run: Run): boolean {
  return hasCard(run) && (run.parts.some(({ verb }) => verb) || hasLabels(run));
}

/** The orders of a run, each complete; null where that is not clear. */
function splitRun({ start, parts }: Run, isBehindOrder: boolean): Run[] | null {
  const [first] = parts;
  // That count may be the one of the order above.
  if (isBehindOrder && first?.count !== undefined && !first.verb && first.card === undefined) return null;
  const lead = parts.find(({ verb, card }) => verb || card !== undefined);
  const begins = (part: OrderPart) => (lead?.verb === true ? part.verb : part.card !== undefined);
  const split: Run[] = [];
  parts.forEach((part, at) => {
    const last = split.at(-1);
    if (last === undefined || (begins(part) && last.parts.some(begins))) {
      split.push({ start: start + at, end: start + at + 1, parts: [part] });
    } else split.splice(-1, 1, { ...last, end: start + at + 1, parts: [...last.parts, part] });
  });
  const isOneOrder = (order: Run) =>
    count(order, ({ card }) => card !== undefined) === 1 &&
    count(order, ({ count }) => count !== undefined) <= 1 &&
    count(order, ({ remark }) => remark !== undefined) <= 1 &&
    (count(order, ({ verb }) => verb) === 1 || isAllLabelled(order));
  // With several, a count before the first of them belongs nowhere.
  const isLoose = split.length > 1 && first !== undefined && !first.verb && first.card === undefined;
  const isMixed = new Set(split.map((order) => count(order, ({ verb }) => verb))).size > 1;
  return !isLoose && !isMixed && split.every(isOneOrder) ? split : null;
}

function count({ parts }: Run, is: (part: OrderPart) => boolean): number {
  return parts.filter(is).length;
}

/** `卡号：…` and `次数：…`: no verb is needed. */
function isAllLabelled(order: Run): boolean {
  return order.parts.every(({ verb }) => !verb) && hasLabels(order);
}

function hasLabels({ parts }: Run): boolean {
  const isLabelled = (key: 'card' | 'count') => parts.some((part) => part[key] !== undefined && part.labelled);
  return isLabelled('card') && isLabelled('count');
}

/** The orders that were found, what else was said, and which lines are more of the one order. */
interface Joined {
  readonly orders: readonly Run[];
  readonly others: readonly ReadLine[];
  readonly more: readonly ReadLine[];
  readonly isReported: (line: ReadLine) => boolean;
  readonly read: (order: OtherForm) => Command;
}

function joinedLine(line: ReadLine, at: number, { orders, others, more, isReported, read }: Joined): ReadLine[] {
  const order = orders.find(({ start, end }) => at >= start && at < end);
  if (order === undefined) return more.includes(line) && at > (orders[0]?.start ?? at) ? [] : [line];
  if (at !== order.start) return [];
  const { args, isSure } = joinParts(order.parts);
  const said = more.filter((other) => other.line > line.line).map(({ content }) => content);
  const together = [args, ...said].join(' ');
  const isTalk = others.some((other) => saysNo(other) || (!isCommand(other) && toneOf(other.content) !== 'plain'));
  const isAlone = others.length + more.length === 0 && !isReported(line);
  const command = isTalk ? TALK : read({ args: together, isSure: isSure && isAlone });
  return [{ ...line, args: together, command }];
}

/** One refusal in the place of all these lines. */
function refused(lines: readonly ReadLine[], isPart: (at: number) => boolean): ReadLine[] {
  const first = lines.findIndex((_, at) => isPart(at));
  return lines.flatMap((line, at) => {
    if (!isPart(at)) return [line];
    return at === first ? [{ ...line, args: null, command: SCATTERED }] : [];
  });
}

/** Whether a line beside the parts of an order may be more of it, or speak about it. What goes on with it is read later. */
function saysSomething(line: ReadLine, isBefore: boolean): boolean {
  const { content, command } = line;
  if (isOrder(line) || command.kind === 'courtesy' || isGreeting(content) || isThanks(content)) return false;
  return isBefore || !isOpen(line) || !continuesOrder(content);
}

/** Whether nothing was found in a line that could be carried out, or only that something is to be taken back. */
export function isOpen({ command }: Pick<ReadLine, 'command'>): boolean {
  if (command.kind === 'wrong') return command.problem.kind === 'no-card';
  return ['not-understood', 'courtesy', 'undo'].includes(command.kind);
}

/** Whether a line is carried out by itself. Of a question mark nothing is. */
function isCommand({ content, command }: ReadLine): boolean {
  return !['not-understood', 'courtesy', 'undo', 'wrong'].includes(command.kind) && !/^\?+$/u.test(content);
}

/** `取消`, `？`: the order beside it is not sure to be wanted. */
function saysNo({ content, command }: ReadLine): boolean {
  const isCancel = command.kind === 'cancel' && command.receipt === null && typeof command.number !== 'number';
  return isCancel || /^\?+$/u.test(content);
}

function isOrder(line: ReadLine | undefined): boolean {
  return line?.args != null && ['redeem', 'uncertain', 'ambiguous'].includes(line.command.kind);
}

function beginsWithCard(line: ReadLine | undefined): boolean {
  return line !== undefined && isOrder(line) && behindVerb(line.content) === null;
}

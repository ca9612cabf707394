import type { Command } from './command.ts';
import { continuesOrder, undoesAll } from './redeem.ts';
import { isOpen, type ReadLine } from './several-lines.ts';
import { readUndo } from './undo.ts';

const TALK: Command = { kind: 'wrong', problem: { kind: 'talk' } };

/**
 * A yes beside a no, a count or second thoughts says nothing: it would be carried out before they are read. The lines of talk that
 * are about it are answered with it.
 */
export function withoutDoubtfulYes(lines: readonly ReadLine[]): readonly ReadLine[] {
  const isTalkAbout = (one: ReadLine) =>
    isOpen(one) && (continuesOrder(one.content) || undoesAll(one.content) || readUndo(one.content) !== null);
  const isNo = (one: ReadLine) => ['cancel', 'undo'].includes(saidBy(one)) || isUnclearAnswer(one);
  const isYes = ({ command }: ReadLine) => command.kind === 'confirm' && command.bare === undefined;
  if (!lines.some(isYes) || !lines.some((one) => isNo(one) || isTalkAbout(one))) return lines;
  return lines
    .filter((one) => one.command.kind === 'undo' || !isTalkAbout(one))
    .map((one) => (isYes(one) ? { ...one, command: TALK } : one));
}

/** What a line is, also where something in it is wrong. */
function saidBy({ command }: ReadLine): string {
  return command.kind === 'wrong' && command.problem.kind === 'misused' ? command.problem.of : command.kind;
}

/** An answer to questions of which it cannot be seen whether it is a yes, or to which ones. */
export function isUnclearAnswer({ command }: Pick<ReadLine, 'command'>): boolean {
  return command.kind === 'wrong' && command.problem.kind === 'misused' && command.problem.why === 'which';
}

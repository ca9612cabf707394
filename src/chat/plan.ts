import type { Command } from '../command/command.ts';
import type { ParsedMessage } from '../command/parse.ts';
import type { Confirmation } from '../redemption/questions.ts';
import type { NewLine } from '../redemption/message.ts';
import type { Directory } from '../redemption/ports.ts';
import type { UnsentReason } from '../redemption/redemption.ts';
import type { ChatMessage } from './channel.ts';
import type { DeskLine } from './command-desk.ts';

/** The lines of a message that are redemptions, each with who and where, or with the reason why it must not run. */
export function planLines(message: ChatMessage, parsed: ParsedMessage, directory: Directory): NewLine[] {
  const member = message.user === null ? undefined : directory.findStaff(message.user);
  const booked = message.conversation === null ? undefined : directory.findConversationStore(message.conversation);
  const lines = parsed.lines.flatMap(({ line, command }) =>
    redemptionsOf(command).map((wanted) => ({ line, ...wanted })),
  );

  let unsent: UnsentReason | null = null;
  if (message.user === null) unsent = 'no-user';
  else if (member === undefined) unsent = 'unbound';

  return lines.map((wanted) => ({
    ...wanted,
    store: booked ?? member?.store ?? null,
    employeeId: member?.employeeId ?? null,
    unsent,
  }));
}

/** The same lines where none may run, for a reason that concerns the whole message. */
export function turnedAway(lines: readonly NewLine[], why: UnsentReason): NewLine[] {
  return lines.map((line) => ({ ...line, unsent: line.unsent ?? why }));
}

/** What an order is to redeem, or what the person is asked about first: the probable, or one of two. Nothing for other lines. */
function redemptionsOf(
  command: Command,
): Pick<NewLine, 'card' | 'count' | 'remark' | 'other' | 'uncertain' | 'corrected'>[] {
  switch (command.kind) {
    case 'redeem': {
      const { card, count, remark } = command;
      return [{ card, count, remark }];
    }
    case 'uncertain': {
      const { card, count, remark, corrected = false } = command;
      return [{ card, count, remark, uncertain: true, ...(corrected ? { corrected } : {}) }];
    }
    case 'ambiguous': {
      const { readings, remark } = command;
      const [reading, other] = readings;
      return [{ ...reading, remark, other }];
    }
    default:
      return [];
  }
}

/** The questions that a message says yes to; a person who is not in the mapping any more confirms nothing. */
export function confirmationsOf(
  message: ChatMessage,
  asked: readonly DeskLine[],
  directory: Directory,
): Confirmation[] {
  if (message.user === null || directory.findStaff(message.user) === undefined) return [];
  return asked.flatMap(({ line, command }) => (command.kind === 'confirm' ? { line, receipt: command.receipt } : []));
}

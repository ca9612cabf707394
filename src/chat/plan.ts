import type { Command, Showing } from '../command/command.ts';
import type { ParsedMessage } from '../command/parse.ts';
import { MOST_CONFIRMED, type Confirmation } from '../redemption/questions.ts';
import type { NewLine } from '../redemption/message.ts';
import type { Directory } from '../redemption/ports.ts';
import type { UnsentReason } from '../redemption/redemption.ts';
import type { ChatMessage } from './channel.ts';
import type { DeskLine } from './command-desk.ts';

/** The lines of a message that are redemptions, each with who and where, or with the reason why it must not run. */
export function planLines(message: ChatMessage, parsed: ParsedMessage, directory: Directory): NewLine[] {
  const place = placeOf(message, directory);
  const lines = parsed.lines.flatMap(({ line, command }) =>
    redemptionsOf(command).map((wanted) => ({ line, ...wanted })),
  );

  return lines.map((wanted) => ({ ...wanted, ...place }));
}

/** Who redeems, and where; `unsent` is why they may not. */
export interface RedeemPlace extends Pick<NewLine, 'store' | 'employeeId'> {
  readonly unsent: 'no-user' | 'unbound' | null;
}

export function placeOf(
  { user, conversation }: Pick<ChatMessage, 'user' | 'conversation'>,
  directory: Directory,
): RedeemPlace {
  const member = user === null ? undefined : directory.findStaff(user);
  const booked = conversation === null ? undefined : directory.findConversationStore(conversation);
  const unknown = user === null ? 'no-user' : 'unbound';
  return {
    store: booked ?? member?.store ?? null,
    employeeId: member?.employeeId ?? null,
    unsent: member === undefined ? unknown : null,
  };
}

/** The same lines where none may run, for a reason that concerns the whole message. */
export function turnedAway(lines: readonly NewLine[], why: UnsentReason): NewLine[] {
  return lines.map((line) => ({ ...line, unsent: line.unsent ?? why }));
}

/** What an order is to redeem, or what the person is asked about first: the probable, or one of two. Nothing for other lines. */
function redemptionsOf(
  command: Command | Showing,
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
  parsed: ParsedMessage,
): Confirmation[] {
  if (message.user === null || directory.findStaff(message.user) === undefined) return [];
  const free = Math.max(...parsed.lines.map(({ line }) => line)) + 1;
  return asked.flatMap(({ line, command }, at) => {
    if (command.kind !== 'confirm') return [];
    const { receipt, number, count, bare } = command;
    if (number === 'rest' || (bare !== undefined && count === undefined)) return [];
    if (number === 'all') return { line, receipt: null, allFrom: free + at * MOST_CONFIRMED };
    return {
      line,
      receipt,
      ...(number === undefined ? {} : { number }),
      ...(count === undefined ? {} : { count }),
      ...(bare === undefined ? {} : { bare: true as const }),
    };
  });
}

import type { DeskCommand } from '../command/command.ts';
import type { ParsedMessage } from '../command/parse.ts';
import * as sentences from '../command/sentences.ts';
import type { Desk } from '../desk/desk.ts';
import type { Log } from '../log.ts';
import type { Calendar } from '../redemption/calendar.ts';
import type { Answers, MessageRecord } from '../redemption/message.ts';
import type { ChatMessage } from './channel.ts';
import { listener, type RoleOf } from './compose.ts';

export interface CommandDesk {
  /** Carries out one command for the person who sent `message` and resolves with what to say. Never rejects. */
  carryOut(command: DeskCommand, message: ChatMessage): Promise<string>;
}

/** Commands that change nothing. */
const ONLY_READING: ReadonlySet<DeskCommand['kind']> = new Set(['records', 'statistics'] as const);

export interface CommandDeskParts {
  readonly desk: Desk;
  readonly roleOf: RoleOf;
  readonly calendar: Calendar;
  /** The ledger's clock: milliseconds since 1970. */
  readonly now: () => number;
  readonly log: Log;
}

/** The desk, in words: here what it returns becomes what is said, and kept. What fails there is told as well. */
export function createCommandDesk({ desk, roleOf, calendar, now, log }: CommandDeskParts): CommandDesk {
  return {
    async carryOut(command, message) {
      try {
        const result = await desk.carryOut(command, message);
        const { role } = listener(message.user, roleOf);
        return sentences.deskResult(result, { role, calendar, now: now() });
      } catch (error) {
        log.error({ err: error, command: command.kind }, 'a command could not be carried out');
        return ONLY_READING.has(command.kind) ? sentences.notRead() : sentences.serverTrouble();
      }
    },
  };
}

export interface DeskLine {
  readonly line: number;
  readonly command: DeskCommand;
}

/** The lines of a message that are for the desk. */
export function deskLines({ lines }: ParsedMessage): DeskLine[] {
  return lines.flatMap(({ line, command }) => {
    switch (command.kind) {
      case 'redeem':
      case 'uncertain':
      case 'ambiguous':
      case 'help':
      case 'courtesy':
      case 'not-understood':
      case 'wrong':
        return [];
      default:
        return { line, command };
    }
  });
}

/**
 * What is left for the desk of these lines: a confirmation that fits a question has become a redemption, and of one of all
 * questions only what is left of them is for the desk.
 */
export function withoutRedemptions(lines: readonly DeskLine[], { redemptions }: MessageRecord): DeskLine[] {
  return lines.flatMap((asked) => {
    if (!redemptions.some(({ line }) => line === asked.line)) return asked;
    const { line, command } = asked;
    return command.kind === 'confirm' && command.number === 'all'
      ? { line, command: { ...command, number: 'rest' as const } }
      : [];
  });
}

/** Whether this command looks at a card. */
export function looksAtCard({ command }: DeskLine): boolean {
  return command.kind === 'query' || (command.kind === 'check' && command.verdict === null);
}

/**
 * Carries out the lines one after the other: a question may be about what the line before it did. Where there is a reason
 * why nothing may reach the vendor now, what would is answered with that.
 */
export async function carryOutAll(
  desk: CommandDesk,
  lines: readonly DeskLine[],
  message: ChatMessage,
  refused: 'busy' | 'too-many-lines' | null,
): Promise<Answers> {
  const answers: Record<number, string> = {};
  for (const asked of lines) {
    const reachesVendor = looksAtCard(asked) || asked.command.kind === 'confirm';
    const said =
      refused !== null && reachesVendor ? sentences.notNow(refused) : await desk.carryOut(asked.command, message);
    // Of all that was confirmed nothing may be left to say.
    if (said !== '') answers[asked.line] = said;
  }
  return answers;
}

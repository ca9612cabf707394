import type { DeskCommand, Showing } from '../command/command.ts';
import type { ParsedMessage, ShowingLine } from '../command/parse.ts';
import * as sentences from '../command/sentences.ts';
import type { Desk } from '../desk/desk.ts';
import type { Log } from '../log.ts';
import type { Calendar } from '../redemption/calendar.ts';
import type { Answers, MessageRecord } from '../redemption/message.ts';
import type { Redemption } from '../redemption/redemption.ts';
import type { ChatMessage } from './channel.ts';
import { listener, type RoleOf } from './compose.ts';
import type { ToldLinks } from './told-links.ts';

export interface CommandDesk {
  /**
   * Carries out one command for the person who sent `message` and resolves with what to say, as it is kept (`ToldLinks`). Never
   * rejects.
   */
  carryOut(command: DeskCommand, message: ChatMessage): Promise<string>;
}

/** What messages show, brought before the desk. */
export interface ShowDesk {
  /**
   * Does what a message wants done with what it shows. Resolves with what to say, or with the question that is asked and what
   * is said below it; null where
   * the message is not this service's any more: its person is told to show it again. Never rejects, and spends nothing.
   */
  carryOut(showing: ShowingLine, message: ChatMessage, record: MessageRecord): Promise<string | AskedShown | null>;
}

export interface AskedShown {
  readonly question: Redemption;
  readonly besides: string | null;
}

/** Commands that change nothing. */
const ONLY_READING: ReadonlySet<DeskCommand['kind']> = new Set(['records', 'statistics'] as const);

export interface CommandDeskParts {
  readonly desk: Desk;
  readonly roleOf: RoleOf;
  readonly links: Pick<ToldLinks, 'keep'>;
  readonly calendar: Calendar;
  /** The ledger's clock: milliseconds since 1970. */
  readonly now: () => number;
  readonly log: Log;
}

/** The desk, in words: here what it returns becomes what is said, and kept. What fails there is told as well. */
export function createCommandDesk({ desk, roleOf, links, calendar, now, log }: CommandDeskParts): CommandDesk {
  return {
    async carryOut(command, message) {
      try {
        const result = await desk.carryOut(command, message);
        const { role } = listener(message.user, roleOf);
        const said = sentences.deskResult(result, { role, calendar, now: now() });
        const isSecret = result.kind === 'console-offered' && message.user !== null;
        return isSecret ? links.keep(message.user, said, result.lastsMs) : said;
      } catch (error) {
        log.error({ err: error, command: command.kind }, 'a command could not be carried out');
        return ONLY_READING.has(command.kind) ? sentences.notRead() : sentences.serverTrouble();
      }
    },
  };
}

export interface DeskLine {
  readonly line: number;
  readonly command: DeskCommand | Showing;
}

/** The lines of a message that are for the desk, or about what it shows. */
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
 * What is left for the desk of these lines: a confirmation that fits a question has become a redemption, what was shown a
 * question, and of one of all questions only what is left of them is for the desk.
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
  return (
    command.kind === 'query' || command.kind === 'showing' || (command.kind === 'check' && command.verdict === null)
  );
}

/** What the lines of a message came to that are no typed redemptions. */
export interface CarriedOut {
  readonly answers: Answers;
  /** Questions about what the message shows. */
  readonly asked: readonly Redemption[];
}

/**
 * Carries out the lines one after the other: a question may be about what the line before it did. Where there is a reason
 * why nothing may reach the vendor now, what would is answered with that.
 */
export async function carryOutAll(
  { commands, showings }: { readonly commands: CommandDesk; readonly showings: ShowDesk },
  lines: readonly DeskLine[],
  message: ChatMessage,
  record: MessageRecord,
  refused: 'busy' | 'too-many-lines' | null,
): Promise<CarriedOut> {
  const answers: Record<number, string> = {};
  const asked: Redemption[] = [];
  for (const one of lines) {
    const { line, command } = one;
    const reachesVendor = looksAtCard(one) || command.kind === 'confirm';
    if (refused !== null && reachesVendor) {
      answers[line] =
        command.kind === 'showing' && command.wants === 'redeem'
          ? sentences.notCarriedOut(refused)
          : sentences.notNow(refused);
    } else if (command.kind === 'showing') {
      const done = await showings.carryOut({ line, command }, message, record);
      if (typeof done === 'string') answers[line] = done;
      else if (done !== null) {
        asked.push(done.question);
        if (done.besides !== null) answers[line] = done.besides;
      }
    } else {
      const said = await commands.carryOut(command, message);
      // Of all that was confirmed nothing may be left to say.
      if (said !== '') answers[line] = said;
    }
  }
  return { answers, asked };
}

import { readUserCommand } from './binding.ts';
import { MAX_LINE_LENGTH, MAX_LINES, MAX_TEXT_LENGTH, type Command, type Problem } from './command.ts';
import { findMistypedVerb } from './mistyped.ts';
import { normalizeLine } from './normalize.ts';
import { readRedemption } from './redeem.ts';
import { readOther } from './verbs.ts';

export interface ParsedLine {
  /** Position among the lines that say something, from 0. */
  readonly line: number;
  readonly command: Command;
}

/** At least one line, in order. */
export interface ParsedMessage {
  readonly lines: readonly ParsedLine[];
}

const LINE_ENDS = /\r\n|[\n\v\f\r\u0085\u2028\u2029]/u;
const HELP = /^(?:帮助|help|\?+)$/i;
// `hx` directly before a letter may be the beginning of anything, a card included.
const VERB = /^[ :,]*(?:核销|消费|划卡|hx(?![a-z]))[ :,]*/i;

/**
 * Reads a whole message, one command a line. Lines of mentions or blanks only do not count. With more than `MAX_LINES`
 * nothing is to be done at all: then there is one line, which says so; nor with a message of endless length. Never throws.
 */
export function parseMessage(text: string, botNames: readonly string[]): ParsedMessage {
  if (text.length > MAX_TEXT_LENGTH) return only(wrong({ kind: 'long-text' }));
  const lines = text
    .split(LINE_ENDS)
    .map((typed) => ({ typed, content: typed.length > MAX_LINE_LENGTH ? null : normalizeLine(typed, botNames) }))
    .filter(({ content }) => content !== '');
  if (lines.length === 0) return only({ kind: 'help' });
  if (lines.length > MAX_LINES) return only(wrong({ kind: 'long-message', lines: lines.length }));
  return { lines: lines.map(({ typed, content }, line) => ({ line, command: parseLine(content, typed, botNames) })) };
}

function only(command: Command): ParsedMessage {
  return { lines: [{ line: 0, command }] };
}

/** Reads one line, as it was typed and normalised; null where it is too long for that. */
function parseLine(content: string | null, typed: string, botNames: readonly string[]): Command {
  if (content === null) return wrong({ kind: 'long-line' });
  if (HELP.test(content)) return { kind: 'help' };
  const verb = VERB.exec(content)?.[0];
  if (verb !== undefined) {
    const result = readRedemption(content.slice(verb.length));
    return result.kind === 'redeem' ? result : wrong(result);
  }
  const other = readUserCommand(typed, botNames) ?? readOther(content);
  if (other !== null) return other.kind === 'misused' ? wrong(other) : other;
  const meant = findMistypedVerb(content);
  return meant === null ? { kind: 'not-understood' } : wrong({ kind: 'mistyped-verb', meant });
}

function wrong(problem: Problem): Command {
  return { kind: 'wrong', problem };
}

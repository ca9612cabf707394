import { readUserCommand } from './binding.ts';
import { MAX_LINES, type Command, type Problem } from './command.ts';
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
 * nothing is to be done at all: then there is one line, which says so. Never throws.
 */
export function parseMessage(text: string, botNames: readonly string[]): ParsedMessage {
  const lines = text
    .split(LINE_ENDS)
    .map((typed) => ({ typed, content: normalizeLine(typed, botNames) }))
    .filter(({ content }) => content !== '');
  if (lines.length === 0) return { lines: [{ line: 0, command: { kind: 'help' } }] };
  if (lines.length > MAX_LINES) {
    return { lines: [{ line: 0, command: wrong({ kind: 'long-message', lines: lines.length }) }] };
  }
  return { lines: lines.map(({ typed, content }, line) => ({ line, command: parseLine(content, typed, botNames) })) };
}

/** Reads one line, normalised and as it was typed. */
function parseLine(content: string, typed: string, botNames: readonly string[]): Command {
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

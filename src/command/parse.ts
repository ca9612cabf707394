import { readUserCommand } from './binding.ts';
import { MAX_LINE_LENGTH, MAX_LINES, MAX_TEXT_LENGTH, type Command, type Problem } from './command.ts';
import { findMistypedVerb } from './mistyped.ts';
import { normalizeLine } from './normalize.ts';
import { withoutQuotations, type TypedLine } from './quotation.ts';
import { continuesOrder, readRedemption } from './redeem.ts';
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

/** With what a message quotes. */
const MAX_TYPED_LINES = 200;
/** What is seen of a line that is too long. */
const EDGE = 100;
const LINE_ENDS = /\r\n|[\n\v\f\r\u0085\u2028\u2029]/u;
const HELP = /^(?:帮助|help|\?+)$/i;
// `hx` directly before a letter may be the beginning of anything, a card included.
const VERB = /^[ :,]*(?:核销|消费|划卡|hx(?![a-z]))[ :,]*/i;

/**
 * Reads a whole message, one command a line. Lines of mentions or blanks only do not count, nor does what it quotes.
 * With more than `MAX_LINES`, or a text of endless length, or words that may be another person's, nothing is to be done
 * at all: then there is one line, which says so. Never throws.
 */
export function parseMessage(text: string, botNames: readonly string[]): ParsedMessage {
  if (text.length > MAX_TEXT_LENGTH) return only(wrong({ kind: 'long-text' }));
  const typed = text
    .split(LINE_ENDS)
    .map((line) => typedLine(line, botNames))
    .filter(({ content }) => content !== '');
  if (typed.length === 0) return only({ kind: 'help' });
  if (typed.length > MAX_TYPED_LINES) return only(wrong({ kind: 'long-message', lines: typed.length }));
  const read = (line: TypedLine): Command => parseLine(line, botNames);
  const lines = withoutQuotations(typed, (line) => read(line).kind !== 'not-understood');
  if (lines === null || lines.length === 0) return only(wrong({ kind: 'quotation' }));
  if (lines.length > MAX_LINES) return only(wrong({ kind: 'long-message', lines: lines.length }));
  return {
    lines: withNextLines(
      lines.map((own, line) => ({ line, command: read(own) })),
      lines,
    ),
  };
}

/**
 * A line that is no command but goes on with the order before it (`2`, `算了`, `改成3次`) is read as part of it: nobody's
 * count, nor that they take it back, is overheard because it stands on a line of its own.
 */
function withNextLines(parsed: readonly ParsedLine[], typed: readonly TypedLine[]): readonly ParsedLine[] {
  const goesOn = ({ line, command }: ParsedLine) =>
    command.kind === 'not-understood' && parsed[line - 1]?.command.kind === 'redeem' && continuesOrder(contentOf(line));
  const contentOf = (line: number) => typed[line]?.content ?? '';
  return parsed
    .filter((one) => !goesOn(one))
    .map((one) => {
      const next = parsed[one.line + 1];
      if (one.command.kind !== 'redeem' || next === undefined) return one;
      const isCancelled = next.command.kind === 'cancel' && next.command.receipt === null;
      if (isCancelled) return { ...one, command: wrong({ kind: 'talk' }) };
      if (!goesOn(next)) return one;
      const both = `${contentOf(one.line)} ${contentOf(next.line)}`;
      const result = readRedemption(both.replace(VERB, ''));
      return { ...one, command: result.kind === 'redeem' ? result : wrong(result) };
    });
}

function only(command: Command): ParsedMessage {
  return { lines: [{ line: 0, command }] };
}

function typedLine(typed: string, botNames: readonly string[]): TypedLine {
  const tooLong = typed.trim().length > MAX_LINE_LENGTH;
  const looked = tooLong ? `${typed.slice(0, EDGE)} … ${typed.slice(-EDGE)}` : typed.trim();
  return { typed, content: normalizeLine(looked, botNames), tooLong };
}

function parseLine({ typed, content, tooLong }: TypedLine, botNames: readonly string[]): Command {
  if (tooLong) return wrong({ kind: 'long-line' });
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

import { DESK_ENTRIES } from './catalogue.ts';
import type { DeskCommand, Misuse, Misused } from './command.ts';
import { misused } from './commands/entry.ts';
import { cancel, confirm } from './commands/questions.ts';
import { normalizeLine } from './normalize.ts';
import { withoutCourtesies } from './politeness.ts';
import { beginsWithUser, scanUser } from './user.ts';
import { anyOf, splitWords } from './words.ts';

const BY_WORD = new Map(
  DESK_ENTRIES.flatMap(({ words, read }) =>
    read === undefined ? [] : words.map(({ word }) => [word, (args: string) => read(args, word)] as const),
  ),
);
const COMMAND_WORD = new RegExp(`^[ :,]*(${anyOf([...BY_WORD.keys()])})([ :,]*)`, 'iu');
const ANSWER = anyOf([...confirm.words, ...cancel.words].map(({ word }) => word));
/** A question is answered politely. */
const WITH_COURTESY = new RegExp(`^(${ANSWER})(?: ?(?:谢谢|好的|哈))?[ .。!~…]*$`, 'u');
const BEGINS_WITH_ANSWER = new RegExp(`^(?:${ANSWER})`, 'u');
/** `全部确认`. */
const ALL_FIRST = new RegExp(`^(?:全部|全都|都|所有的?)[ ,]*(${ANSWER})$`, 'u');
/** A sentence that speaks of confirming. It says yes to something, but is not what the question asks for. */
const WITH_FULL_STOP = new RegExp(`^(?:${anyOf(confirm.words.map(({ word }) => word))})(?: *[.。])+ *$`, 'u');

/**
 * What is wrong behind a first argument that fits: then the line is a command even without a blank behind its command
 * word.
 */
const FIRST_FITS: readonly Misuse[] = ['extra', 'which', 'verdict', 'no-store', 'store', 'name'];

/** Reads a normalised line that is no redemption and names no user; null when it does not begin with a command word. */
export function readDeskCommand(typed: string): DeskCommand | Misused | null {
  if (WITH_FULL_STOP.test(typed)) return { kind: 'confirm', receipt: null, bare: true };
  const answer = BEGINS_WITH_ANSWER.test(typed) ? withoutCourtesies(typed.replace(WITH_COURTESY, '$1')) : typed;
  const content = answer.replace(ALL_FIRST, '$1 全部');
  const [whole, commandWord = '', gap] = COMMAND_WORD.exec(content) ?? [];
  const args = content.slice(whole?.length ?? 0);
  const command = whole === undefined ? undefined : BY_WORD.get(commandWord.toLowerCase())?.(args);
  if (command === undefined) return null;
  // `确认一下那张卡` is talk, `确认R-7K3M9Q2A` is none.
  return gap === '' && args !== '' && !fits(command) ? null : command;
}

/** Reads `绑定 <user> …` and its like in a line as it was typed. Null when it is no such line. */
export function readUserCommand(typed: string, botNames: readonly string[]): DeskCommand | Misused | null {
  const scan = scanUser(typed, botNames);
  if (scan === null) return null;
  const commandWord = splitWords(normalizeLine(scan.before, botNames)).join(' ');
  const entry = withWord(commandWord).find(({ readBehindUser }) => readBehindUser !== undefined);
  if (entry?.readBehindUser === undefined) return null;
  if (scan.user === null) return misused(entry.kind, 'user');
  return entry.readBehindUser(scan.user, splitWords(normalizeLine(scan.behind, botNames)));
}

/** Whether `args` is what this command word asks for, at least in its first part. */
export function argumentsFit(commandWord: string, args: string): boolean {
  return withWord(commandWord).some(({ read, readBehindUser }) => {
    if (readBehindUser !== undefined && beginsWithUser(args)) return true;
    return read !== undefined && fits(read(args, commandWord));
  });
}

function withWord(commandWord: string) {
  return DESK_ENTRIES.filter(({ words }) => words.some(({ word }) => word === commandWord));
}

function fits(command: DeskCommand | Misused): boolean {
  return command.kind !== 'misused' || FIRST_FITS.includes(command.why);
}

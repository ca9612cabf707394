import type { Role } from '../../redemption/role.ts';
import type { DeskCommand, OrderProblem, Misuse, Misused, Order, Redeem } from '../command.ts';

export type DeskKind = DeskCommand['kind'];
export type Kind = Redeem['kind'] | DeskKind;
export type CommandOf<K extends Kind> = { [P in K]: Extract<Redeem | DeskCommand, { readonly kind: P }> }[K];

/** A word that begins a command. */
export interface Word {
  readonly word: string;
  /** What is typed where no input method turns it into `word`. A word with it, of two or three characters, is also recognised mistyped. */
  readonly pinyin?: string;
}

/** What help shows to people who are not bound, to all others, and to those who manage a store. */
export type HelpPart = Exclude<Role, 'admin'>;

/** All that is known of one kind of command, but for how it is carried out. */
export interface Entry<K extends Kind> {
  readonly kind: K;
  /** Two kinds may share a word, where one of them names a user. */
  readonly words: readonly Word[];
  /** The least role that may give this command; of which store is for the desk to check. */
  readonly leastRole: (command: CommandOf<K>) => Role;
  /** The words of the line in its plainest form, which is read as the same command again. */
  readonly print: (command: CommandOf<K>) => readonly (string | number | null)[];
  /** A correct command, for explanations; one that takes the least role of its kind. */
  readonly example: CommandOf<K>;
  /** How help writes it, several forms with `，` between. */
  readonly help: Readonly<Partial<Record<HelpPart, string>>>;
}

/** A command that is carried out by the desk. It has at least one of the two readers. */
export interface DeskEntry<K extends DeskKind> extends Entry<K> {
  /** Reads what stands behind `word`, normalised, in a line that names no user. */
  readonly read?: (args: string, word: string) => CommandOf<K> | Misused;
  /** Reads the words behind a user. */
  readonly readBehindUser?: (user: string, words: readonly string[]) => CommandOf<K> | Misused;
}

export interface RedeemEntry extends Entry<'redeem'> {
  /** Reads what stands behind the word, normalised. */
  readonly read: (args: string) => Order | OrderProblem;
}

export function misused(of: DeskKind, why: Misuse): Misused {
  return { kind: 'misused', of, why };
}

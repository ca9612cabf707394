import type { Role } from '../redemption/role.ts';
import { bind, bindRequest, unbind } from './commands/binding.ts';
import { check } from './commands/check.ts';
import { askConsole, signOut } from './commands/console.ts';
import type { CommandOf, DeskEntry, DeskKind, Entry, Kind } from './commands/entry.ts';
import { notifyTest } from './commands/notify-test.ts';
import { me, staffList } from './commands/people.ts';
import { query } from './commands/query.ts';
import { cancel, confirm } from './commands/questions.ts';
import { records } from './commands/records.ts';
import { redeem } from './commands/redeem.ts';
import { agree, reject } from './commands/requests.ts';
import { statistics } from './commands/statistics.ts';
import { undo } from './commands/undo.ts';

/**
 * Everything that people can ask for besides redemptions. Where a mistyped word comes close to two, the one that stands
 * first here was meant.
 */
const DESK: { readonly [K in DeskKind]: DeskEntry<K> } = {
  query,
  check,
  confirm,
  cancel,
  undo,
  records,
  statistics,
  me,
  'staff-list': staffList,
  'bind-request': bindRequest,
  bind,
  unbind,
  agree,
  reject,
  'notify-test': notifyTest,
  console: askConsole,
  'sign-out': signOut,
};

/**
 * Every command there is. Parser, guesses, permissions, help, explanations and tests read here what they know of
 * commands. Another command is a type in `DeskCommand`, an entry here and a case in the desk: the compiler asks for
 * these, and the tests of catalogue, permissions and the table of commands ask for its line in the help, examples, and
 * who may give it.
 */
export const CATALOGUE: { readonly [K in Kind]: Entry<K> } = { redeem, ...DESK };
export const DESK_ENTRIES = Object.values(DESK);

/** The least role that may give this command. */
export function leastRole<K extends Kind>(command: CommandOf<K>): Role {
  const kind: K = command.kind;
  return CATALOGUE[kind].leastRole(command);
}

import { CATALOGUE } from './catalogue.ts';
import type { CommandOf, Kind } from './commands/entry.ts';

/** The line in its plainest form; the grammar reads it as the same command again. */
export function printCommand<K extends Kind>(command: CommandOf<K>): string {
  const kind: K = command.kind;
  return CATALOGUE[kind]
    .print(command)
    .filter((part) => part !== null && part !== '')
    .join(' ');
}

import type { Command } from '../../src/command/command.ts';
import { printCommand } from '../../src/command/print.ts';

/** The notation of the tables: see `examples.ts`. */
export function inWords(command: Command): string {
  if (command.kind === 'redeem') return `${command.card} ×${command.count} ${command.remark}`.trim();
  if (command.kind === 'help') return command.all === true ? 'help all' : 'help';
  if (command.kind === 'not-understood' || command.kind === 'courtesy') return command.kind;
  if (command.kind === 'uncertain')
    return `${command.corrected === true ? 'read' : 'ask'}:${inWords({ ...command, kind: 'redeem' })}`;
  if (command.kind === 'ambiguous')
    return `ask:${command.readings.map(({ card, count }) => `${card} ×${count}`).join(' / ')}`;
  if (command.kind !== 'wrong') return printCommand(command).replace(/^\S+/u, command.kind);
  const { kind, ...details } = command.problem;
  // The person's own card or line is only given back.
  const isGivenBack = (name: string) => ['card', 'line', kind === 'misused' ? 'typed' : ''].includes(name);
  const told = Object.entries(details).flatMap(([name, detail]) => (isGivenBack(name) ? [] : String(detail)));
  return `wrong:${[kind, told.join(' ')].join(' ').trim()}`;
}

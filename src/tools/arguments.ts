import process from 'node:process';
import { parseArgs, type ParseArgsConfig } from 'node:util';

/** Ends a program with a sentence for the operator; exit code 2 is "wrong settings". */
export function stop(problem: string): never {
  process.stderr.write(`${problem}\n`);
  process.exit(2);
}

/** Prints how a program is used and ends it, if that is what its command line asks for. */
export function helpOn(usage: string): void {
  const args = process.argv.slice(2);
  if (!args.includes('--help') && !args.includes('-h')) return;
  process.stdout.write(`${usage}\n`);
  process.exit(0);
}

/** Reads a program's command line as `parseArgs` does; or ends it with its usage, asked for or because something is wrong. */
export function readArguments<Config extends ParseArgsConfig>(usage: string, config: Config) {
  helpOn(usage);
  try {
    return parseArgs(config);
  } catch (error) {
    return stop(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  }
}

import process from 'node:process';
import { formatProblems, loadConfig, SettingsError, type Config } from '../config.ts';

/** Ends a program with a sentence for the operator; exit code 2 is "wrong settings". */
export function stop(problem: string): never {
  process.stderr.write(`${problem}\n`);
  process.exit(2);
}

/** Reads the settings, or ends the program with all that is wrong with them. */
export function settingsOrExit(): Config {
  try {
    return loadConfig();
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return stop(formatProblems(error.problems));
  }
}

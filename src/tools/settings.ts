import { formatProblems, loadConfig, SettingsError, type Config } from '../config.ts';
import { stop } from './arguments.ts';

/** Reads the settings, or ends the program with all that is wrong with them. */
export function settingsOrExit(): Config {
  try {
    return loadConfig();
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return stop(formatProblems(error.problems));
  }
}

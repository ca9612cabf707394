import { join } from 'node:path';
import { assemble } from './config/assemble.ts';
import { parseDotenv, readDotenv, seeDotenv, type Dotenv } from './config/dotenv.ts';
import { nameProblems } from './config/names.ts';
import { SettingsError, type Problem } from './config/problems.ts';
import { proxyOf } from './config/proxy.ts';
import { presenceProblems } from './config/rules.ts';
import { parseSettings, SETTING_NAMES, type SettingName } from './config/settings.ts';
import type { Config } from './config/types.ts';

export { formatProblems, SettingsError, type Problem } from './config/problems.ts';
export { SETTING_NAMES } from './config/settings.ts';
export type * from './config/types.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the settings of the process and of `.env` in `cwd`. Throws SettingsError with all problems. */
export function loadConfig(cwd: string = process.cwd(), env: Environment = process.env): Config {
  return configOf(env, readDotenv(join(cwd, '.env')));
}

/** The settings of a folder as they are. */
export interface SeenConfig {
  /** Null where they cannot be used. */
  readonly config: Config | null;
  readonly problems: readonly Problem[];
  /** Settings of `.env` that the environment sets to something else: that is in force. */
  readonly overridden: readonly SettingName[];
}

/** As loadConfig, for those who only look: what is wrong is data, and `.env` stays as it is. */
export function seeConfig(cwd: string = process.cwd(), env: Environment = process.env): SeenConfig {
  const dotenv = seeDotenv(join(cwd, '.env'));
  const overridden = SETTING_NAMES.filter((name) => {
    const [inFile, outside] = [dotenv.values[name]?.trim(), env[name]?.trim()];
    return inFile && outside !== undefined && outside !== inFile;
  });
  try {
    return { config: configOf(env, dotenv), problems: [], overridden };
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return { config: null, problems: error.problems, overridden };
  }
}

/** The environment of the process. What it sets wins over `.env`. */
export const environment = (): Environment => process.env;

/** Reads the settings; those of `env` win over those of `dotenvText`. Throws SettingsError with all problems. */
export function readConfig(env: Environment, dotenvText = ''): Config {
  return configOf(env, parseDotenv(dotenvText));
}

/** What the program needs to listen, to log and to find its data. */
export type Basics = Pick<Config, 'host' | 'port' | 'dataDir' | 'logLevel'>;
const BASICS: readonly SettingName[] = ['HOST', 'PORT', 'DATA_DIR', 'LOG_LEVEL'];

/** Reads these, whatever is wrong with the settings: one that cannot be used has its default. */
export function readBasics(cwd: string = process.cwd(), env: Environment = process.env): Basics {
  const set = setIn(env, readDotenv(join(cwd, '.env')));
  const usable = BASICS.filter((name) => set[name] !== undefined && parseSettings({ [name]: set[name] }).success);
  const values = parseSettings(Object.fromEntries(usable.map((name) => [name, set[name] ?? '']))).data;
  // Each is good for itself, and no rule is about two of them.
  if (values === undefined) throw new TypeError('the settings have no defaults');
  return { host: values.HOST, port: values.PORT, dataDir: values.DATA_DIR, logLevel: values.LOG_LEVEL };
}

/** What is set, without blanks around it. An empty value means that the setting is left out. */
function setIn(env: Environment, dotenv: Dotenv): Record<string, string> {
  const all = Object.entries({ ...dotenv.values, ...env }).map(([name, value = '']) => [name, value.trim()] as const);
  return Object.fromEntries(all.filter(([, value]) => value !== ''));
}

function configOf(env: Environment, dotenv: Dotenv): Config {
  const set = setIn(env, dotenv);
  const parsed = parseSettings(set);
  const problems: Problem[] = [
    ...dotenv.problems,
    ...nameProblems(namesIn(dotenv.values), '.env'),
    ...nameProblems(namesIn(env, dotenv.values), 'environment'),
    ...presenceProblems(set),
    ...(parsed.error?.issues ?? []).map(toProblem),
  ];
  if (!parsed.success || problems.length > 0) throw new SettingsError(sorted(problems));
  const { proxy, warnings } = proxyOf(set);
  const config = assemble(parsed.data, proxy);
  return { ...config, warnings: [...dotenv.warnings, ...warnings, ...config.warnings] };
}

/** What is set, except what the others have too. */
function namesIn(env: Environment, others: Environment = {}): string[] {
  return Object.keys(env).filter((name) => env[name]?.trim() && !(name in others));
}

function toProblem({ path, message }: { path: PropertyKey[]; message: string }): Problem {
  const [name, item] = path;
  return { name: String(name), message: typeof item === 'number' ? `item ${item + 1} ${message}` : message };
}

/** In the order of the settings, so that what belongs together stands together; names that it does not know come first. */
function sorted(problems: readonly Problem[]): Problem[] {
  const rank = ({ name }: Problem) => SETTING_NAMES.findIndex((known) => known === name);
  return problems.toSorted((a, b) => rank(a) - rank(b));
}

import { readConfig, SETTING_NAMES, SettingsError, type Config, type Problem } from '../config.ts';
import { parseDotenv } from '../config/dotenv.ts';
import { assemble } from '../config/assemble.ts';
import { proxyOf } from '../config/proxy.ts';
import { parseSettings, type SettingName } from '../config/settings.ts';
import { CannotBeWritten, editEnv } from './env-text.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What is to become of settings; null: it is taken out. */
export type Changes = ReadonlyMap<SettingName, string | null>;

/** The settings as they would be: those of the environment and of `.env`, and what was typed. Never changes. */
export class DraftSettings {
  readonly changes: Changes;
  readonly #env: Environment;
  readonly #dotenv: string;
  readonly #inFile: Readonly<Record<string, string | undefined>>;

  constructor(env: Environment, dotenv: string, changes: Changes = new Map()) {
    this.#env = env;
    this.#dotenv = dotenv;
    this.#inFile = parseDotenv(dotenv).values;
    this.changes = changes;
  }

  with(changes: Changes): DraftSettings {
    return new DraftSettings(this.#env, this.#dotenv, new Map([...this.changes, ...changes]));
  }

  /** The same changes to what is in `.env` by now. */
  on(dotenv: string): DraftSettings {
    return new DraftSettings(this.#env, dotenv, this.changes);
  }

  /** What will be in force; null: nothing. */
  value(name: SettingName): string | null {
    const changed = this.changes.get(name);
    const inFile = changed === undefined ? this.#inFile[name] : changed;
    return (this.#env[name] ?? inFile ?? '').trim() || null;
  }

  /** Whether the environment keeps this setting at something else, whatever is in `.env`. */
  isOverruled(name: SettingName, value: string | null): boolean {
    const outside = this.#env[name];
    return outside !== undefined && outside.trim() !== (value ?? '');
  }

  /** What `.env` needs, so that this is in force. What the environment says already is not repeated in the file. */
  get toWrite(): Changes {
    return new Map([...this.changes].filter(([name]) => this.#env[name] === undefined));
  }

  /** As far as they can be used, whatever else is missing or wrong: the checks of one step look at this. */
  usable(): Config {
    const set = Object.fromEntries(
      SETTING_NAMES.flatMap((name) => {
        const value = this.value(name);
        return value === null || !parseSettings({ [name]: value }).success ? [] : [[name, value]];
      }),
    );
    const parsed = parseSettings(set);
    if (!parsed.success) throw parsed.error;
    const outside = Object.entries(this.#env).filter((each): each is [string, string] => Boolean(each[1]?.trim()));
    return assemble(parsed.data, proxyOf(Object.fromEntries(outside)).proxy);
  }

  /** As the program will read it. */
  read(): { readonly config: Config | null; readonly problems: readonly Problem[] } {
    try {
      return { config: readConfig(this.#env, editEnv(this.#dotenv, this.toWrite)), problems: [] };
    } catch (error) {
      if (error instanceof SettingsError) return { config: null, problems: error.problems };
      if (error instanceof CannotBeWritten)
        return { config: null, problems: [{ name: error.setting, message: error.message }] };
      throw error;
    }
  }
}

/** No console gives a longer value. */
const MOST_CHARACTERS = 2_000;

/** What is wrong with the form of one value; null: nothing. */
export function shapeProblem(name: SettingName, value: string): string | null {
  if (value.length > MOST_CHARACTERS) return `has more than ${MOST_CHARACTERS} characters: copy it again`;
  const messages = (parseSettings({ [name]: value }).error?.issues ?? []).map(({ message }) => message);
  try {
    editEnv('', new Map([[name, value]]));
  } catch (error) {
    if (!(error instanceof CannotBeWritten)) throw error;
    messages.push(error.message);
  }
  return messages[0] ?? null;
}

const SECRET = /(?:KEY|SECRET|TOKEN)$/u;

/** Whether a setting is never shown in full. */
export const isSecret = (name: SettingName): boolean => SECRET.test(name);

/** So that people can tell which one it is. Of a short one, that would be most of it. */
export const endOf = (secret: string): string => (secret.length < 8 ? '' : secret.slice(-4));

import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import type { Problem } from './problems.ts';
import { SETTING_NAMES } from './settings.ts';

const FIRST_NAME = /^\s*(?:export\s+)?(\w+)/u;

export interface Dotenv {
  readonly values: Readonly<Record<string, string | undefined>>;
  readonly problems: readonly Problem[];
}

/** Reads the text of a `.env` file, and finds settings in it that the format silently skips (`NAME: value`). */
export function parseDotenv(text: string): Dotenv {
  const values = parseEnv(text.replace(/^\uFEFF/u, ''));
  const lines = text.split(/\r?\n/u);
  const problems = SETTING_NAMES.filter((name) => values[name] === undefined).flatMap((name) => {
    const line = lines.findIndex((line) => FIRST_NAME.exec(line)?.[1] === name);
    return line < 0 ? [] : [{ name, message: `line ${line + 1} of .env is not understood. Write it as ${name}=value` }];
  });
  return { values, problems };
}

/** The text of the file, undefined where there is none. Any other failure is a problem for whoever starts the program. */
export function readDotenv(path: string): string | undefined | Problem {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    if (code === 'ENOENT') return undefined;
    return { name: '.env', message: `cannot be read (${code}). Make it a readable file, or remove it` };
  }
}

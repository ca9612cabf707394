import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { closeToOthers } from '../private-files.ts';
import { readUtf8 } from '../utf8.ts';
import type { Problem } from './problems.ts';
import { SETTING_NAMES } from './settings.ts';

const FIRST_NAME = /^\s*(?:export\s+)?(\w+)/u;

export interface Dotenv {
  readonly values: Readonly<Record<string, string | undefined>>;
  readonly problems: readonly Problem[];
  /** Sentences for the log. */
  readonly warnings: readonly string[];
}

/** Reads the text of a `.env` file, and finds settings in it that the format silently skips (`NAME: value`). */
export function parseDotenv(text: string): Dotenv {
  const values = parseEnv(text.replace(/^\uFEFF/u, ''));
  const lines = text.split(/\r?\n/u);
  const problems = SETTING_NAMES.filter((name) => values[name] === undefined).flatMap((name) => {
    const line = lines.findIndex((line) => FIRST_NAME.exec(line)?.[1] === name);
    return line < 0 ? [] : [{ name, message: `line ${line + 1} of .env is not understood. Write it as ${name}=value` }];
  });
  return { values, problems, warnings: [] };
}

/**
 * Reads the file, and closes it to other accounts; one that is not there has no settings. Any other failure to read it is a
 * problem.
 */
export function readDotenv(path: string): Dotenv {
  return { ...seeDotenv(path), warnings: privacyWarnings(path) };
}

/** As readDotenv, and leaves the file as it is. */
export function seeDotenv(path: string): Dotenv {
  try {
    const read = readUtf8(readFileSync(path));
    return 'text' in read ? parseDotenv(read.text) : unreadable(read.problem);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    if (code === 'ENOENT') return parseDotenv('');
    return unreadable(`cannot be read (${code}). Make it a readable file, or remove it`);
  }
}

/** It holds the vendor's key and the platforms' secrets. */
function privacyWarnings(path: string): string[] {
  switch (closeToOthers(path)) {
    case 'closed':
      return [];
    case 'done':
      return ['.env could be read by all accounts of this machine: now only by its owner'];
    case 'needed':
      return ['.env can be read by all accounts of this machine: have its owner do chmod 600 .env'];
  }
}

function unreadable(message: string): Dotenv {
  return { values: {}, problems: [{ name: '.env', message }], warnings: [] };
}

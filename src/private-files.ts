import { chmodSync, closeSync, openSync, statSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import process from 'node:process';

// What the program writes holds card numbers, keys and who works where: it is for the account that runs the program.
// Each mode is given outright, because the account's umask can be anything. Windows has no such modes;
// there a file has the rights of its folder.

/** Mode of every file that the program makes. */
export const PRIVATE_FILE = 0o600;

/** Mode of every folder that the program makes. One that was there before keeps its own: it may be `/tmp`. */
export const PRIVATE_FOLDER = 0o700;

const ALL_OTHERS = 0o007;

/**
 * The mode for a file that is to take the place of one with this mode. Access for all accounts comes from a umask and is
 * removed; access for a group was given on purpose and stays.
 */
export function closedMode(mode: number): number {
  return (mode & ALL_OTHERS) === 0 ? mode & 0o7777 : PRIVATE_FILE;
}

/** Makes an empty file for this account alone. Returns false where there is a file; throws what the file system does. */
export function createPrivate(path: string): boolean {
  try {
    closeSync(openSync(path, 'wx', PRIVATE_FILE));
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Closes a file to all other accounts, if it is open to them. Says whether that had to be done, or is `needed` because
 * the file belongs to another account. Never throws: what is not there, or is no file, holds no secret.
 */
export function closeToOthers(path: string): 'closed' | 'done' | 'needed' {
  // By name and not by opening it: closing any handle of a file drops the locks that SQLite has on it in this process.
  try {
    const stats = statSync(path);
    if (!stats.isFile() || process.platform === 'win32' || (stats.mode & ALL_OTHERS) === 0) return 'closed';
  } catch {
    return 'closed';
  }
  try {
    chmodSync(path, PRIVATE_FILE);
    return 'done';
  } catch {
    return 'needed';
  }
}

/** Whether all other accounts can open this file or folder; never where there are no such modes. Rejects as `stat` does. */
export async function mayOthersRead(path: string): Promise<boolean> {
  const { mode } = await stat(path);
  return process.platform !== 'win32' && (mode & ALL_OTHERS) !== 0;
}

/** Makes sure that only this account can open a file, before it is written: makes it, or closes it to others. */
export function keepPrivate(path: string): void {
  if (!createPrivate(path)) closeToOthers(path);
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

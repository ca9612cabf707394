import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PRIVATE_FILE } from '../private-files.ts';
import { changedMeanwhile } from './files-words.ts';
import { FilesChanged } from './ports.ts';

/** Makes a file for this account alone, synced to disk. False where there is one of this name already. */
export async function writeNew(path: string, bytes: Buffer): Promise<boolean> {
  let isOurs = false;
  try {
    await using file = await open(path, 'wx', PRIVATE_FILE);
    isOurs = true;
    // The umask may have taken more away.
    await file.chmod(PRIVATE_FILE);
    await file.writeFile(bytes);
    await file.sync();
    return true;
  } catch (error) {
    if (isOurs) await rm(path, { force: true });
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Puts these bytes in the place of a file as a whole, synced to disk, for this account alone. Throws FilesChanged where it
 * does not hold `expected` (null: where there is one).
 */
export async function replaceFile(path: string, bytes: Buffer, expected: Buffer | null): Promise<void> {
  const temporary = `${path}.tmp`;
  // Left there by a process that died, or put there by another account as a link.
  await rm(temporary, { force: true });
  try {
    if (!(await writeNew(temporary, bytes))) throw new Error(`${temporary} is being written by another process`);
    await expect(path, expected);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

/** Removes a file; with `expected` only while it holds that, and throws FilesChanged otherwise. */
export async function removeFile(path: string, expected?: Buffer): Promise<void> {
  if (expected !== undefined) await expect(path, expected);
  await rm(path, { force: true });
}

async function expect(path: string, expected: Buffer | null): Promise<void> {
  let bytes: Buffer | null = null;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
  const isSame = bytes === null || expected === null ? bytes === expected : bytes.equals(expected);
  if (!isSame) throw new FilesChanged(changedMeanwhile(path));
}

/** So that the new name outlives a power cut; some systems cannot. */
async function syncFolder(path: string): Promise<void> {
  try {
    await using folder = await open(path, 'r');
    await folder.sync();
  } catch {
    // The file itself is on disk.
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

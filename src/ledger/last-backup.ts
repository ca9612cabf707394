import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { PRIVATE_FILE } from '../private-files.ts';

const NAME = 'last-backup.json';
const LastBackup = z.object({ at: z.number(), file: z.string() });

/** The last copy of the ledger that was made and found sound. */
export interface LastBackup {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly file: string;
}

/** Notes beside the ledger that a copy of it was made. */
export async function noteBackup(dataDir: string, backup: LastBackup): Promise<void> {
  const path = join(dataDir, NAME);
  const file = await open(`${path}.new`, 'w', PRIVATE_FILE);
  try {
    await file.writeFile(`${JSON.stringify(backup)}\n`);
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
}

/** Null where none was noted, or the note cannot be read as one. */
export async function readLastBackup(dataDir: string): Promise<LastBackup | null> {
  const text = await readFile(join(dataDir, NAME), 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    return LastBackup.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

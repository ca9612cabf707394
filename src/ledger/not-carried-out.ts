import { appendFile, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { PRIVATE_FILE, PRIVATE_FOLDER } from '../private-files.ts';
import { keyOf, type NotCarriedOut } from '../redemption/message.ts';

// While a bot is being set up, its ledger may not exist yet, or a service has it open, or the database is away. So what people
// are told then is kept in a file beside it, which the next live start puts on record, whenever and after whatever that is.

const pathIn = (dataDir: string) => join(dataDir, 'not-carried-out.jsonl');

const Kept = z.object({
  channel: z.string(),
  account: z.string(),
  messageId: z.string(),
  user: z.string().nullable(),
  conversation: z.string().nullable(),
  text: z.string(),
  shows: z.enum(['picture', 'quoted-picture', 'quoted-message', 'scan', 'scan-query']).nullable().default(null),
  typedAt: z.number().nullable().default(null),
  returnAddress: z.unknown(),
  isTold: z.boolean(),
});

/** On disk when it resolves. Of a message that is kept again, what was kept last counts. Rejects as the file system does. */
export async function keepNotCarriedOut(dataDir: string, messages: readonly NotCarriedOut[]): Promise<void> {
  await mkdir(dataDir, { recursive: true, mode: PRIVATE_FOLDER });
  // Each begins a line, also behind one that was cut off.
  const text = messages.map((message) => `\n${JSON.stringify(message)}`).join('');
  await appendFile(pathIn(dataDir), text, { mode: PRIVATE_FILE, flush: true });
}

/** What was kept since the last live start. Rejects as the file system does. */
export async function readNotCarriedOut(dataDir: string): Promise<readonly NotCarriedOut[]> {
  const text = await readFile(pathIn(dataDir), 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  });
  const kept: NotCarriedOut[] = text.split('\n').flatMap((line) => Kept.safeParse(parsed(line)).data ?? []);
  return [...new Map(kept.map((message) => [keyOf(message), message])).values()];
}

/** For when all of it is on record. Rejects as the file system does. */
export async function removeNotCarriedOut(dataDir: string): Promise<void> {
  await rm(pathIn(dataDir), { force: true });
}

/** Undefined for a line that was cut off: nobody was told before it was whole. */
function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

import { mkdir } from 'node:fs/promises';
import { recordNotCarriedOut, type NotCarriedOut } from '../../chat/not-carried-out.ts';
import type { LiveConfig } from '../../config.ts';
import { openLedger } from '../../ledger/open.ts';
import type { Log } from '../../log.ts';
import { PRIVATE_FOLDER } from '../../private-files.ts';

/**
 * For a listener that no start of the service follows: puts what it was told by `stop()` on record in the ledger of these
 * settings. Does nothing where there is nothing. Rejects with LedgerError where the ledger cannot be used, `in-use` while a
 * service has it.
 */
export async function keepNotCarriedOut(
  told: readonly NotCarriedOut[],
  { databaseUrl, dataDir, botNames }: Pick<LiveConfig, 'databaseUrl' | 'dataDir' | 'botNames'>,
  log: Log,
): Promise<void> {
  if (told.length === 0) return;
  await mkdir(dataDir, { recursive: true, mode: PRIVATE_FOLDER });
  const { ledger } = await openLedger({ databaseUrl, dataDir, log, wanted: () => [] });
  try {
    await recordNotCarriedOut(told, { ledger, botNames });
  } finally {
    await ledger.close();
  }
}

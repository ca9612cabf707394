/** `npm run backup -- <file>`: a consistent copy of the SQLite ledger, also while the service runs. */
import { access, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import process from 'node:process';
import { noteBackup } from '../ledger/last-backup.ts';
import { createPrivate } from '../private-files.ts';
import { readArguments, stop } from './arguments.ts';
import { settingsOrExit } from './settings.ts';

const USAGE = `npm run backup -- ledger-backup.db
  copies the SQLite ledger in DATA_DIR, also while the service runs, into a file that is not there yet
  a ledger in PostgreSQL is copied by pg_dump`;

const { positionals } = readArguments(USAGE, { allowPositionals: true });
const [target, ...more] = positionals;
if (target === undefined || more.length > 0) stop(`Say where to:\n\n${USAGE}`);

const config = settingsOrExit();
const source = join(config.dataDir, config.mode === 'sandbox' ? 'sandbox' : '', 'ledger.db');
if (config.databaseUrl !== null) stop('The ledger is in PostgreSQL (DATABASE_URL is set): use pg_dump.');
await access(source).catch(() => stop(`There is no ledger at ${source}; DATA_DIR says where it is looked for.`));

try {
  // Made first: SQLite would make it readable for all accounts.
  if (!createPrivate(target)) stop(`${target} is there already; nothing was overwritten.`);
} catch (error) {
  stop(`${target} cannot be made: ${messageOf(error)}`);
}

const ledger = new DatabaseSync(source, { readOnly: true });
const pages = await backup(ledger, target).catch(async (error: unknown) => {
  await rm(target, { force: true });
  return stop(`There is no copy: ${messageOf(error)}`);
});
ledger.close();

const copy = new DatabaseSync(target, { readOnly: true });
const verdict = copy.prepare('pragma integrity_check').get()?.['integrity_check'];
copy.close();
if (verdict !== 'ok') stop(`The copy is not sound (${String(verdict)}): do not rely on ${target}.`);
await noteBackup(dirname(source), { at: Date.now(), file: resolve(target) }).catch((error: unknown) => {
  process.stderr.write(`The copy is good, but the console will not show it: ${messageOf(error)}\n`);
});
process.stdout.write(`${target}: ${pages} pages, checked\n`);

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** `npm run backup -- <file>`: a consistent copy of the SQLite ledger, also while the service runs. */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import process from 'node:process';
import { settingsOrExit, stop } from './settings.ts';

const [target] = process.argv.slice(2);
const config = settingsOrExit();
const source = join(config.dataDir, config.mode === 'sandbox' ? 'sandbox' : '', 'ledger.db');

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

if (target === undefined) stop('Say where to: npm run backup -- ledger-backup.db');
if (config.mode === 'live' && config.databaseUrl !== null) stop('The ledger is in PostgreSQL: use pg_dump.');
if (!(await exists(source))) stop(`There is no ledger at ${source}; DATA_DIR says where it is looked for.`);
if (await exists(target)) stop(`${target} is there already; nothing was overwritten.`);

const ledger = new DatabaseSync(source, { readOnly: true });
const pages = await backup(ledger, target);
ledger.close();

const copy = new DatabaseSync(target, { readOnly: true });
const verdict = copy.prepare('pragma integrity_check').get()?.['integrity_check'];
copy.close();
if (verdict !== 'ok') stop(`The copy is not sound (${String(verdict)}): do not rely on ${target}.`);
process.stdout.write(`${target}: ${pages} pages, checked\n`);

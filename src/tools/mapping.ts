/** `npm run mapping -- import|export <file>`: the mapping of services that share a PostgreSQL database. */
import { readFile, writeFile } from 'node:fs/promises';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { describeFailure } from '../postgres/errors.ts';
import { MappingError } from '../staff/mapping-error.ts';
import { MappingTable } from '../staff/mapping-table.ts';
import { unknownFields } from '../staff/mapping.ts';
import { readMapping } from '../staff/read-mapping.ts';
import { settingsOrExit, stop } from './settings.ts';

const USAGE = 'Say what to do: npm run mapping -- import mapping.json, or npm run mapping -- export mapping.json';

function readArguments(): { readonly action: 'import' | 'export'; readonly file: string } {
  try {
    const [action, file, ...rest] = parseArgs({ allowPositionals: true }).positionals;
    if ((action === 'import' || action === 'export') && file !== undefined && rest.length === 0)
      return { action, file };
  } catch {
    // An option; there are none.
  }
  return stop(USAGE);
}

async function openTable(): Promise<MappingTable> {
  const config = settingsOrExit();
  if (config.mode === 'sandbox' || config.databaseUrl === null)
    return stop('Without DATABASE_URL the mapping is the file mapping.json in DATA_DIR: edit that.');
  return MappingTable.open(config.databaseUrl);
}

/** Checks a file as the service would, and puts its text into the database as it stands. */
async function importFrom(file: string): Promise<string> {
  const text = await readFile(file, 'utf8');
  const mapping = readMapping(text, file, settingsOrExit().robotHosts);
  await using table = await openTable();
  await table.replace(text);
  const { stores, staff, conversations = [] } = mapping;
  return [
    `imported ${stores.length} stores, ${staff.length} staff, ${conversations.length} conversations`,
    ...(await unknownFields(mapping)),
  ].join('\n');
}

async function exportTo(file: string): Promise<string> {
  await using table = await openTable();
  const stored = await table.read();
  if (stored === null) return stop('There is no mapping in the database yet: import one.');
  await writeFile(file, stored.content, { flag: 'wx' });
  return `exported to ${file}`;
}

const { action, file } = readArguments();
try {
  process.stdout.write(`${await (action === 'import' ? importFrom(file) : exportTo(file))}\n`);
} catch (error) {
  stop(explain(error));
}

function explain(error: unknown): string {
  if (error instanceof MappingError) return error.problems.map((problem) => `${file}: ${problem}`).join('\n');
  if (!(error instanceof Error && 'syscall' in error && 'code' in error)) return `${describeFailure(error)}.`;
  if (error.code === 'EEXIST') return `${file} is there already; nothing was overwritten.`;
  return `${file} cannot be ${action === 'import' ? 'read' : 'written'}: ${error.message}`;
}

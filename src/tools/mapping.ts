/** `npm run mapping -- import|export <file>`: the mapping of services that share a PostgreSQL database. */
import { readFile, writeFile } from 'node:fs/promises';
import process from 'node:process';
import { describeFailure } from '../postgres/errors.ts';
import { PRIVATE_FILE } from '../private-files.ts';
import { MappingError } from '../mapping/mapping-error.ts';
import { MappingTable } from '../mapping/mapping-table.ts';
import { unknownFields } from '../mapping/mapping.ts';
import { fileBesideDatabase } from '../mapping/open-mapping.ts';
import { readMapping } from '../mapping/read-mapping.ts';
import { readUtf8 } from '../utf8.ts';
import { readArguments, stop } from './arguments.ts';
import { settingsOrExit } from './settings.ts';

const USAGE = `npm run mapping -- import mapping.json   checks the file, and puts it into the database (DATABASE_URL)
npm run mapping -- export mapping.json   writes what is in the database to a file that is not there yet`;

const { positionals } = readArguments(USAGE, { allowPositionals: true });
const [action, file, ...rest] = positionals;
if ((action !== 'import' && action !== 'export') || file === undefined || rest.length > 0)
  stop(`Say what to do:\n\n${USAGE}`);

const config = settingsOrExit();
const { databaseUrl } = config;
if (databaseUrl === null) stop('Without DATABASE_URL the mapping is the file mapping.json in DATA_DIR: edit that.');

try {
  const done = await (action === 'import' ? importFrom(file, databaseUrl) : exportTo(file, databaseUrl));
  process.stdout.write(`${done}\n`);
} catch (error) {
  stop(explain(error, file));
}

/** Checks a file as the service would, and puts its text into the database as it stands. */
async function importFrom(source: string, url: string): Promise<string> {
  const read = readUtf8(await readFile(source));
  if ('problem' in read) throw new MappingError(source, [read.problem]);
  const mapping = readMapping(read.text, source, config.robotHosts);
  await using table = await MappingTable.open(url);
  await table.replace(read.text);
  const { stores, staff, conversations = [] } = mapping;
  return [
    `imported ${stores.length} stores, ${staff.length} staff, ${conversations.length} conversations`,
    ...unknownFields(mapping),
  ].join('\n');
}

async function exportTo(target: string, url: string): Promise<string> {
  await using table = await MappingTable.open(url);
  const stored = await table.read();
  if (stored === null) stop(await withHint('There is no mapping in the database yet: import one'));
  await writeFile(target, stored.content, { flag: 'wx', mode: PRIVATE_FILE });
  return hasNoStaff(stored.content)
    ? await withHint(`exported to ${target}; it names no staff`)
    : `exported to ${target}`;
}

function hasNoStaff(content: string): boolean {
  try {
    return readMapping(content, '', config.robotHosts).staff.length === 0;
  } catch {
    return false;
  }
}

async function withHint(sentence: string): Promise<string> {
  const hint = await fileBesideDatabase(config.dataDir, config.robotHosts);
  return hint === null ? `${sentence}.` : `${sentence}, but ${hint}`;
}

function explain(error: unknown, name: string): string {
  if (error instanceof MappingError) return error.problems.map((problem) => `${name}: ${problem}`).join('\n');
  if (!(error instanceof Error && 'syscall' in error && 'code' in error)) return `${describeFailure(error)}.`;
  if (error.code === 'EEXIST') return `${name} is there already; nothing was overwritten.`;
  return `${name} cannot be ${action === 'import' ? 'read' : 'written'}: ${error.message}`;
}

/** `npm run redemptions -- --from <day> --to <day>`: what is on record, for a spreadsheet or a program. */
import { createWriteStream } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { pipeline } from 'node:stream/promises';
import { openLedgerToRead } from '../ledger/export.ts';
import { describeFailure } from '../postgres/errors.ts';
import { PRIVATE_FILE } from '../private-files.ts';
import { createCalendar } from '../redemption/calendar.ts';
import { helpOn, stop } from './arguments.ts';
import { csv, jsonl } from './export-formats.ts';
import { EXPORT_USAGE, readExportOptions } from './export-options.ts';
import { settingsOrExit } from './settings.ts';

helpOn(EXPORT_USAGE);
const config = settingsOrExit();
const calendar = createCalendar(config.timeZone);
const options = readExportOptions(process.argv.slice(2), calendar);
if ('problem' in options) stop(options.problem);
const { filter, format, headings, fullCards, output } = options;

const { databaseUrl } = config;
const dataDir = join(config.dataDir, config.mode === 'sandbox' ? 'sandbox' : '');
if (databaseUrl === null) {
  await access(join(dataDir, 'ledger.db')).catch(() =>
    stop(`There is no ledger in ${dataDir}; DATA_DIR says where it is looked for.`),
  );
}

/** Returns how many redemptions were written. */
async function writeAll(): Promise<number> {
  await using ledger = openLedgerToRead(databaseUrl, dataDir);
  const { head, line } = format === 'csv' ? csv({ calendar, fullCards, headings }) : jsonl({ calendar, fullCards });
  let count = 0;
  async function* text() {
    yield head;
    for await (const page of ledger.pages(filter)) {
      count += page.length;
      yield page.map(line).join('');
    }
  }
  // Never over a file that is there already.
  await pipeline(
    text,
    output === null ? process.stdout : createWriteStream(output, { flags: 'wx', mode: PRIVATE_FILE }),
  );
  return count;
}

function explain(error: unknown): void {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  // The reader has had enough, as `head` has.
  if (code === 'EPIPE') return;
  if (code === 'EEXIST') stop(`${output ?? ''} is there already; nothing was overwritten.`);
  process.stderr.write(`The export is not complete: ${describeFailure(error)}\n`);
  process.exitCode = 1;
}

await writeAll().then((count) => process.stderr.write(`${count} redemptions\n`), explain);

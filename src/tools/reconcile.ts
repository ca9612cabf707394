/** `npm run reconcile -- <file>`: a list out of the vendor's books beside what is on record. It changes nothing. */
import { access, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import process from 'node:process';
import { createReconcile, type Listed, type Reconciled, type RowOnRecord } from '../desk/reconcile.ts';
import { OPERATOR } from '../desk/operator.ts';
import { openLedgerToRead } from '../ledger/export.ts';
import { describeFailure } from '../postgres/errors.ts';
import { createCalendar } from '../redemption/calendar.ts';
import { createListReader } from '../vendor-list/reader.ts';
import { readArguments, stop } from './arguments.ts';
import { settingsOrExit } from './settings.ts';

const USAGE = `npm run reconcile -- list.xlsx                                     .xlsx or .csv, any columns; the receipt is in a remark
npm run reconcile -- list.csv --from 2026-11-01 --to 2026-11-07    the days that the list covers, where it has no times

Says what is in the list only, here only and in both, and what the list decides of redemptions that are unknown. It changes
nothing, also beside a service that runs: the page /console/reconciliation settles what a list decides.
Exit code: 0 nothing to look after, 1 something, 2 it could not be done.`;
const MAX_BYTES = 10 * 1024 * 1024;
const DAY = /^\d{4}-\d{2}-\d{2}$/u;

const { positionals, values } = readArguments(USAGE, {
  allowPositionals: true,
  options: { from: { type: 'string' }, to: { type: 'string' } },
});
const [path, ...rest] = positionals;
if (path === undefined || rest.length > 0) stop(`Say which file:\n\n${USAGE}`);
const { from, to } = values;
if ((from === undefined) !== (to === undefined) || (from ?? '') > (to ?? ''))
  stop('--from and --to go together, and --from is not behind --to.');
for (const day of [from, to]) if (day !== undefined && !DAY.test(day)) stop(`${day} is no day such as 2026-11-01.`);

const config = settingsOrExit();
const calendar = createCalendar(config.timeZone);
const dataDir = join(config.dataDir, config.mode === 'sandbox' ? 'sandbox' : '');
if (config.databaseUrl === null)
  await access(join(dataDir, 'ledger.db')).catch(() =>
    stop(`There is no ledger in ${dataDir}; DATA_DIR says where it is looked for.`),
  );

async function bytesOf(file: string): Promise<Buffer> {
  const { size } = await stat(file);
  if (size > MAX_BYTES) stop(`${file} has more than 10 MB: export fewer days.`);
  return readFile(file);
}

async function compare(file: string): Promise<Reconciled> {
  const reader = createListReader();
  const read = await reader.read(await bytesOf(file));
  if (read.kind === 'not-a-list') stop(`${file} cannot be read as a list: ${read.why}.`);
  const stated =
    from === undefined || to === undefined
      ? null
      : { from: calendar.instantOf(from, '00:00'), to: calendar.instantOf(calendar.dayAfter(to), '00:00') - 1 };
  await using ledger = openLedgerToRead(config.databaseUrl, dataDir);
  const reconcile = createReconcile({
    ledger: { ...ledger.reads, settleByList: () => Promise.reject(new Error('the ledger is open to be read only')) },
    staff: { findStaff: () => undefined },
    ...{ calendar, now: Date.now, onSettled: () => undefined },
  });
  const { list, sha256 } = read;
  // The ledger is closed when this returns.
  return await reconcile.compare(
    { list, file: basename(file), sha256, stated },
    { user: OPERATOR, role: 'admin', member: undefined },
  );
}

function print(result: Reconciled): boolean {
  const time = (at: number) => `${calendar.dayOf(at)} ${calendar.timeOf(at)}`;
  const here = ({ redemption: { receipt, card, count, state, claimedAt, store } }: Listed) =>
    `${receipt}  ${time(claimedAt)}  ****${card.slice(-4)}  ${count}x  ${store?.code ?? '-'}  ${state} here`;
  const row = ({ row: one, here: record }: RowOnRecord) =>
    `${one.sheet} row ${one.row}: ${record === null ? `${one.receipt}  not on record` : here(record)}`.trimStart();
  const { period } = result;
  const sections: readonly (readonly [string, readonly string[]])[] = [
    ['in the list only, or not carried out here: look into these at once', result.onlyThere.map(row)],
    ['several rows with the same receipt', result.several.map(row)],
    [
      'refunded, failed or unclear in the list',
      result.doubtful.map((one) => `${row(one)}; the list says ${one.row.doubt ?? ''}`),
    ],
    ['succeeded here and not in the list', result.onlyHere.map(here)],
    ['another count in the list', result.otherCount.map((one) => `${row(one)}; ${one.row.count ?? ''}x there`)],
    ['unknown, and decided by the list', result.decides.map((one) => `${here(one)} → ${one.state}`)],
    ['unknown, and not decided by it', result.undecided.map((one) => `${here(one)}; ${one.why}`)],
    ['rows with the start of a receipt only', result.cut.map((one) => `${one.sheet} row ${one.row}: ${one.receipt}`)],
  ];
  const found = sections.filter(([, lines]) => lines.length > 0);
  const head = [
    period === null ? 'No time is covered by the list.' : `Compared: ${time(period.from)} to ${time(period.to)}`,
    `In both: ${result.both}`,
    ...(result.onlyHereIsPartial ? ['Too many redemptions in that time: not all were compared.'] : []),
  ];
  process.stdout.write(
    [
      ...head,
      ...found.flatMap(([title, lines]) => ['', `${title} (${lines.length})`, ...lines.map((one) => `  ${one}`)]),
    ]
      .map((line) => `${line}\n`)
      .join(''),
  );
  return found.length > 0;
}

try {
  process.exitCode = print(await compare(path)) ? 1 : 0;
} catch (error) {
  stop(`The list was not compared: ${describeFailure(error)}`);
}

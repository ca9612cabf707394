import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import { newLine, newMessage } from '../ledger/fixtures.ts';
import { startChild } from '../support/child.ts';
import { readCsv } from '../support/csv.ts';

const LIVE = {
  LIANTUOFU_APP_ID: 'EW_N1',
  LIANTUOFU_KEY: 'key',
  WECOM_BOT_TOKEN: 'Token01',
  WECOM_BOT_AES_KEY: 'YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXowMTIzNDU',
};
const NOVEMBER = ['--from', '2026-11-01', '--to', '2026-11-30'];

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'redemptions-'));
  path = join(folder, 'ledger.db');
});
afterEach(() => rm(folder, { recursive: true }));

async function run(args: readonly string[], env: Record<string, string> = {}) {
  const child = startChild('src/tools/redemptions.ts', { ...LIVE, DATA_DIR: folder, ...env }, args);
  let out = '';
  child.process.stdout?.on('data', (chunk: Buffer) => (out += chunk.toString()));
  return { code: await child.exited, out, errors: child.errors() };
}

function column(out: string, name: string) {
  const [names = [], ...rows] = readCsv(out.slice(1));
  return rows.map((row) => row[names.indexOf(name)]);
}

test('an export reads what the running service has written, by the days of TIMEZONE', async () => {
  const { ledger } = await openSqliteLedger(path);
  for (const at of ['2026-11-01T03:59:59Z', '2026-11-01T04:00:00Z', '2026-12-01T04:59:59Z', '2026-12-01T05:00:00Z']) {
    const { message } = await ledger.claim(newMessage(), [newLine({ remark: at })]);
    using raw = new DatabaseSync(path, { timeout: 5_000 });
    raw.exec(`update redemptions set claimed_at = ${Date.parse(at)} where message = ${message.id}`);
  }
  const { code, out, errors } = await run(NOVEMBER, { TIMEZONE: 'America/New_York' });
  expect(errors).toBe('2 redemptions\n');
  expect(code).toBe(0);
  expect(out.startsWith('\uFEFF')).toBe(true);
  expect(column(out, '时间')).toEqual(['2026-11-01 00:00:00', '2026-11-30 23:59:59']);
  expect(column(out, '门店')).toEqual(["'人民路店", "'人民路店"]);
  await ledger.check();

  const lines = await run([...NOVEMBER, '--format', 'jsonl', '--outcome', 'pending', '--full-cards']);
  expect(
    lines.out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
  ).toEqual([
    expect.objectContaining({ card: '914095353294404024', time: '2026-11-01T03:59:59.000Z' }),
    expect.objectContaining({ card: '914095353294404024', time: '2026-11-01T04:00:00.000Z' }),
  ]);
  await ledger.close();
});

test('200,000 redemptions go through a program that has room for a few thousand', { timeout: 120_000 }, async () => {
  const ROWS = 200_000;
  const { ledger } = await openSqliteLedger(path);
  await ledger.claim(newMessage(), []);
  await ledger.close();
  const raw = new DatabaseSync(path);
  raw.exec(`
    pragma synchronous = off;
    with recursive n(i) as (select 1 union all select i + 1 from n where i < ${ROWS})
    insert into redemptions (message, line, receipt, card, count, remark, store_code, state, claimed_at)
    select 1, i, 'R-' || i, '914095353294404024', 1, '备注，"' || i || '"', 'EW_N1', 'succeeded',
      ${Date.parse('2026-11-01T00:00:00+08:00')} + i * 7 from n`);
  raw.close();
  const output = join(folder, 'november.csv');
  const { code, errors } = await run([...NOVEMBER, '--output', output], { NODE_OPTIONS: '--max-old-space-size=48' });
  expect(errors).toBe(`${ROWS} redemptions\n`);
  expect(code).toBe(0);
  const remarks = column(await readFile(output, 'utf8'), '备注');
  expect(remarks).toHaveLength(ROWS);
  expect(remarks.findIndex((remark, index) => remark !== `'备注，"${index + 1}"`)).toBe(-1);
});

test('an export does not write over a file', async () => {
  const { ledger } = await openSqliteLedger(path);
  await ledger.close();
  const output = join(folder, 'precious.csv');
  await writeFile(output, 'precious');
  const { code, errors } = await run([...NOVEMBER, '--output', output]);
  expect(code).toBe(2);
  expect(errors).toContain('is there already; nothing was overwritten');
  expect(await readFile(output, 'utf8')).toBe('precious');
});

test('an export in the sandbox is of the sandbox', async () => {
  await mkdir(join(folder, 'sandbox'));
  const { ledger } = await openSqliteLedger(join(folder, 'sandbox', 'ledger.db'));
  await ledger.claim(newMessage(), [newLine({ remark: 'sandbox' })]);
  await ledger.close();
  const none = Object.fromEntries(Object.keys(LIVE).map((name) => [name, '']));
  const { out } = await run(['--from', '2020-01-01', '--to', '2099-12-31'], none);
  expect(column(out, '备注')).toEqual(["'sandbox"]);
});

test('an export of nothing says why: no ledger, no database, a wrong option', async () => {
  const missing = await run(NOVEMBER);
  expect(missing).toMatchObject({ code: 2, out: '' });
  expect(missing.errors).toContain(`There is no ledger in ${folder}`);

  const away = await run(NOVEMBER, { DATABASE_URL: 'postgres://u:secret@127.0.0.1:1/x' });
  expect(away.code).toBe(1);
  expect(away.errors).toContain('The export is not complete: the database cannot be reached');
  expect(away.errors).not.toContain('secret');

  // A machine that only exports needs no vendor and no channel.
  const none = Object.fromEntries(Object.keys(LIVE).map((name) => [name, '']));
  const alone = await run(NOVEMBER, { ...none, DATABASE_URL: 'postgres://u:secret@127.0.0.1:1/x' });
  expect(alone).toMatchObject({ code: 1, errors: away.errors });

  const mistyped = await run([...NOVEMBER, '--stores', 'x']);
  expect(mistyped).toMatchObject({ code: 2, out: '' });
  expect(mistyped.errors).toContain("Unknown option '--stores'");
});

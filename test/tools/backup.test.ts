import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import { newLine, newMessage } from '../ledger/fixtures.ts';
import { startChild } from '../support/child.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backup-'));
});
afterEach(() => rm(folder, { recursive: true }));

const LIVE = {
  LIANTUOFU_APP_ID: 'EW_N1',
  LIANTUOFU_KEY: 'key',
  WECOM_BOT_TOKEN: 'Token01',
  WECOM_BOT_AES_KEY: 'YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXowMTIzNDU',
};
const backUp = (...args: string[]) => startChild('src/tools/backup.ts', { ...LIVE, DATA_DIR: folder }, args);
const NONE = Object.fromEntries(Object.keys(LIVE).map((name) => [name, '']));

test('a copy made while the service writes can be restored: everything claimed before it is there', async () => {
  const { ledger } = await openSqliteLedger(join(folder, 'ledger.db'));
  const before = newMessage();
  const claim = await ledger.claim(before, [newLine()]);
  const enough = new AbortController();
  const writer = (async () => {
    while (!enough.signal.aborted) await ledger.claim(newMessage(), [newLine()]);
  })();
  const target = join(folder, 'copy.db');
  const child = backUp(target);
  expect(await child.exited, child.errors()).toBe(0);
  enough.abort();
  await writer;
  await ledger.close();

  const restored = await openSqliteLedger(target);
  expect((await restored.ledger.findMessage(before))?.redemptions[0]?.receipt).toBe(
    claim.message.redemptions[0]?.receipt,
  );
  await restored.ledger.close();
});

test('an existing file is not overwritten, and a missing ledger is said to be missing', async () => {
  const target = join(folder, 'precious');
  await writeFile(target, 'precious');
  const missing = backUp(join(folder, 'copy.db'));
  expect(await missing.exited).toBe(2);
  expect(missing.errors()).toContain('There is no ledger at');

  const { ledger } = await openSqliteLedger(join(folder, 'ledger.db'));
  const occupied = backUp(target);
  expect(await occupied.exited).toBe(2);
  expect(occupied.errors()).toContain('is there already');
  const nowhere = backUp();
  expect(await nowhere.exited).toBe(2);
  expect(nowhere.errors()).toContain('npm run backup --');
  for (const vendor of [LIVE, NONE]) {
    const shared = { ...vendor, DATABASE_URL: 'postgres://127.0.0.1:1/x', DATA_DIR: folder };
    const elsewhere = startChild('src/tools/backup.ts', shared, ['copy.db']);
    expect(await elsewhere.exited).toBe(2);
    expect(elsewhere.errors()).toContain('use pg_dump');
  }
  await ledger.close();
});

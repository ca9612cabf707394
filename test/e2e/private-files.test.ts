import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import { createLog } from '../../src/log.ts';
import { closeToOthers } from '../../src/private-files.ts';
import { newLine, newMessage } from '../ledger/fixtures.ts';
import { startChild } from '../support/child.ts';
import { makeShop, startServiceProcess } from '../support/service.ts';

const SILENT_VENDOR = 'http://127.0.0.1:1';

let folder: string;
let before: number;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'private-'));
  // The most careless account there is.
  before = process.umask(0);
});
afterEach(() => {
  process.umask(before);
  rmSync(folder, { recursive: true });
});

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

/** Every file and folder below `path` that another account could open. */
function openTo(path: string): string[] {
  return readdirSync(path, { recursive: true, encoding: 'utf8' }).filter(
    (name) => (statSync(join(path, name)).mode & 0o077) !== 0,
  );
}

describe.skipIf(process.platform === 'win32')('with any umask, only the own account can open', () => {
  test('what the sandbox makes, its folders included', async () => {
    const service = await startServiceProcess({ PORT: '0', DATA_DIR: folder });
    expect(readdirSync(join(folder, 'sandbox'))).toEqual(
      expect.arrayContaining(['ledger.db', 'ledger.db-shm', 'ledger.db-wal', 'ledger.db.lock', 'mapping.json']),
    );
    expect(openTo(folder)).toEqual([]);
    await service.end('SIGKILL');
  });

  test('what the live service makes, in folders that it makes too', async () => {
    const shop = await makeShop(SILENT_VENDOR);
    const dataDir = join(folder, 'var', 'bot');
    const service = await startApp(readConfig({ ...shop.env, DATA_DIR: dataDir }), createLog({ level: 'silent' }));
    expect(readdirSync(dataDir)).toEqual(expect.arrayContaining(['ledger.db', 'ledger.db-wal', 'mapping.json']));
    expect(openTo(folder)).toEqual([]);
    await service.stop();
    await shop.clear();
  });

  test('a copy of the ledger, an export, and what they leave beside the ledger', async () => {
    const shop = await makeShop(SILENT_VENDOR);
    const { ledger } = await openSqliteLedger(join(folder, 'ledger.db'));
    await ledger.claim(newMessage(), [newLine()]);
    await ledger.close();
    const run = async (program: string, args: readonly string[]) => {
      const child = startChild(program, { ...shop.env, DATA_DIR: folder }, args);
      expect(await child.exited, child.errors()).toBe(0);
    };
    await run('src/tools/backup.ts', ['copy.db']);
    await run('src/tools/redemptions.ts', ['--from', '2020-01-01', '--to', '2099-12-31', '--output', 'list.csv']);
    expect(readdirSync(folder)).toEqual(expect.arrayContaining(['copy.db', 'list.csv']));
    expect(openTo(folder)).toEqual([]);
    await shop.clear();
  });
});

describe.skipIf(process.platform === 'win32')('what was made open to all accounts before', () => {
  test('is closed at the start: ledger, mapping and .env, but not the folder, which may belong to another account', async () => {
    const shop = await makeShop(SILENT_VENDOR);
    const { ledger } = await openSqliteLedger(join(shop.dataDir, 'ledger.db'));
    await ledger.claim(newMessage(), [newLine()]);
    await ledger.close();
    writeFileSync(join(shop.dataDir, '.env'), 'TIMEZONE=Asia/Shanghai\n');
    for (const name of readdirSync(shop.dataDir)) chmodSync(join(shop.dataDir, name), 0o644);
    chmodSync(shop.dataDir, 0o755);

    const service = await startServiceProcess(shop.env);
    expect(openTo(shop.dataDir)).toEqual([]);
    expect(modeOf(shop.dataDir)).toBe('755');
    expect(service.lines.join('\n')).toContain('.env could be read by all accounts of this machine');
    await service.end('SIGKILL');
    await shop.clear();
  });

  test.each([
    { mode: 0o644, becomes: '600' },
    { mode: 0o664, becomes: '600' },
    { mode: 0o666, becomes: '600' },
    { mode: 0o604, becomes: '600' },
    // An operator gave it to the group.
    { mode: 0o640, becomes: '640' },
    { mode: 0o660, becomes: '660' },
    { mode: 0o400, becomes: '400' },
  ])('a file of mode $mode becomes $becomes', ({ mode, becomes }) => {
    const path = join(folder, 'file');
    writeFileSync(path, '');
    chmodSync(path, mode);
    closeToOthers(path);
    expect(modeOf(path)).toBe(becomes);
  });

  test('is left alone where it is no file', () => {
    mkdirSync(join(folder, 'open'));
    symlinkSync('nowhere', join(folder, 'dangling'));
    for (const name of ['open', 'dangling', 'none', '.']) expect(closeToOthers(join(folder, name))).toBe('closed');
    expect(modeOf(join(folder, 'open'))).toBe('777');
  });
});

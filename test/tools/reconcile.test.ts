import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import type { Outcome } from '../../src/redemption/redemption.ts';
import { lineOf, newLine, newMessage } from '../ledger/fixtures.ts';
import { startChild } from '../support/child.ts';

const LIVE = {
  LIANTUOFU_APP_ID: 'EW_N1',
  LIANTUOFU_KEY: 'key',
  WECOM_BOT_TOKEN: 'Token01',
  WECOM_BOT_AES_KEY: 'YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXowMTIzNDU',
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reconcile-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function run(...args: readonly string[]) {
  const child = startChild('src/tools/reconcile.ts', { ...LIVE, DATA_DIR: folder }, args);
  let out = '';
  child.process.stdout?.on('data', (chunk: Buffer) => (out += chunk.toString()));
  return { code: await child.exited, out, errors: child.errors() };
}

test('a list is put beside what the running service has written, and nothing is changed', async () => {
  const { ledger } = await openSqliteLedger(join(folder, 'ledger.db'));
  async function done(outcome: Outcome, card: string) {
    const claim = await ledger.claim(newMessage(), [newLine({ card })]);
    return ledger.settle(lineOf(claim), outcome);
  }
  const yes = await done({ state: 'succeeded', vendorMsg: '成功' }, '914095353294400001');
  const no = await done({ state: 'refused', vendorMsg: '次数不足' }, '914095353294400002');
  const unknown = await done({ state: 'unknown', reason: 'timeout' }, '914095353294400003');
  const list = join(folder, 'list.csv');

  await writeFile(list, `备注\n${yes.receipt}\n`);
  expect(await run(list)).toMatchObject({ code: 0, errors: '' });

  await writeFile(list, `备注\n${[yes, no, unknown].map(({ receipt }) => receipt).join('\n')}\n`);
  const { code, out } = await run(list);
  expect(code).toBe(1);
  expect(out).toContain('In both: 1\n');
  expect(out).toMatch(new RegExp(`in the list only.*\\(1\\)\n  row 3: ${no.receipt}`, 'u'));
  expect(out).toMatch(new RegExp(`decided by the list \\(1\\)\n  ${unknown.receipt}.*→ succeeded`, 'u'));
  expect(out).not.toContain('914095353294400003');
  expect((await ledger.findRedemption(unknown.id)).state).toBe('unknown');
  await ledger.close();
});

test('what is no list, and what was not said rightly, is explained', async () => {
  const { ledger } = await openSqliteLedger(join(folder, 'ledger.db'));
  await ledger.close();
  const picture = join(folder, 'list.xlsx');
  await writeFile(picture, Buffer.from('89504e470d0a1a0a', 'hex'));
  expect(await run(picture)).toMatchObject({ code: 2, errors: expect.stringContaining('no-table') as string });
  expect(await run()).toMatchObject({ code: 2, errors: expect.stringContaining('Say which file') as string });
  expect(await run(picture, '--from', '2026-11-01')).toMatchObject({ code: 2 });
});

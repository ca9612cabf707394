import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openLedger } from '../../src/ledger/open.ts';
import { createLog } from '../../src/log.ts';

const log = createLog({ level: 'silent' });
const wanted = () => [];

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'ledger-'));
});
afterEach(() => rm(dataDir, { recursive: true }));

test('without a database the ledger is a file in the data folder', async () => {
  const { ledger } = await openLedger({ databaseUrl: null, dataDir, log, wanted });
  await ledger.close();
  await expect(access(join(dataDir, 'ledger.db'))).resolves.toBeUndefined();
});

test('with a database that is not there no file takes its place', async () => {
  const databaseUrl = 'postgres://me:secret@127.0.0.1:1/none';
  await expect(openLedger({ databaseUrl, dataDir, log, wanted })).rejects.toMatchObject({
    code: 'storage',
    message: 'the database cannot be reached (ECONNREFUSED)',
  });
  await expect(access(join(dataDir, 'ledger.db'))).rejects.toThrow();
});

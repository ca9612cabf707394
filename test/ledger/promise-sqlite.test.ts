import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import { promiseContract } from './contract/late.test.ts';

promiseContract('SQLite', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'promise-'));
  return {
    open: async () => (await openSqliteLedger(join(folder, 'ledger.db'))).ledger,
    crash: (ledger) => ledger.close(),
    clear: () => rm(folder, { recursive: true }),
  };
});

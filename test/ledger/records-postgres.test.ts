import { afterAll, beforeAll } from 'vitest';
import { startPostgres, type PostgresServer } from '../support/postgres.ts';
import { recordsContract } from './contract/records.test.ts';
import { PostgresPlace } from './postgres-place.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.destroy());

recordsContract('PostgreSQL', async () => {
  const place = new PostgresPlace(await server.createDatabase(), 400);
  return {
    open: async () => (await place.open()).ledger,
    crash: (ledger) => place.kill(ledger),
    clear: () => place.clear(),
  };
});

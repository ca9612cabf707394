import { afterAll, beforeAll } from 'vitest';
import { query, startPostgres, type PostgresServer } from '../support/postgres.ts';
import { cardContract } from './contract/cards.test.ts';
import { PostgresPlace } from './postgres-place.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.destroy());

cardContract('PostgreSQL', async () => {
  const url = await server.createDatabase();
  const place = new PostgresPlace(url, 400);
  return {
    open: async () => (await place.open()).ledger,
    crash: (ledger) => place.kill(ledger),
    clear: () => place.clear(),
    change: async (statement) => {
      await query(url, statement);
    },
  };
});

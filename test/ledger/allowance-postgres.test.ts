import { afterAll, beforeAll } from 'vitest';
import { query, startPostgres, type PostgresServer } from '../support/postgres.ts';
import { allowanceContract } from './contract/allowance.test.ts';
import { PostgresPlace } from './postgres-place.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.destroy());

allowanceContract('PostgreSQL', async () => {
  const place = new PostgresPlace(await server.createDatabase(), 400);
  return {
    open: async () => (await place.open()).ledger,
    async pass(ms) {
      await query(place.url, `update allowances set since = since - ${ms}`);
    },
    clear: () => place.clear(),
  };
});

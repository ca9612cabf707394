import { afterAll, beforeAll } from 'vitest';
import { query, startPostgres, type PostgresServer } from '../support/postgres.ts';
import { clockContract } from './contract/clock.test.ts';
import { PostgresPlace } from './postgres-place.ts';
import { laterBy } from './set-back.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.destroy());

const makePlace = async () => {
  const url = await server.createDatabase();
  const place = new PostgresPlace(url, 400);
  return {
    open: () => place.open(),
    async setBack(ms: number) {
      await query(url, laterBy(ms));
    },
    clear: () => place.clear(),
  };
};

clockContract('PostgreSQL', makePlace, [8]);

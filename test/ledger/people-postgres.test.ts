import { afterAll, beforeAll, expect, test } from 'vitest';
import { query, startPostgres, type PostgresServer } from '../support/postgres.ts';
import { newRequest } from './fixtures.ts';
import { peopleContract } from './contract/people.test.ts';
import { PostgresPlace } from './postgres-place.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.destroy());

peopleContract('PostgreSQL', async () => {
  const url = await server.createDatabase();
  const place = new PostgresPlace(url, 5_000);
  return {
    open: () => place.open(),
    clear: () => place.clear(),
    query: (text) => query(url, text),
  };
});

test('of two services that take the same request and the same decision, one does', async () => {
  const place = new PostgresPlace(await server.createDatabase(), 5_000);
  const services = await Promise.all([place.open(), place.open()]);
  const asked = await Promise.all(
    [...services, ...services, ...services].map(({ people }) => people.askBinding(newRequest())),
  );
  const numbers = new Set(asked.map((request) => request?.number));
  expect(numbers.size).toBe(1);
  const number = asked[0]?.number ?? -1;
  const decided = await Promise.all(
    services.map(({ people }, index) => people.decideBinding(number, 'agreed', `wecom:m${index}`, 30_000)),
  );
  expect(decided.filter(({ won }) => won)).toHaveLength(1);
  await place.clear();
});

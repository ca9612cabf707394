import { afterAll, afterEach, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { MappingTable } from '../../src/mapping/mapping-table.ts';
import { query, startPostgres, type PostgresServer } from '../support/postgres.ts';
import { newLine, newMessage } from './fixtures.ts';
import { PostgresPlace } from './postgres-place.ts';

const HOUR_MS = 3_600_000;

let server: PostgresServer;
let place: PostgresPlace;
let name: string;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.destroy());
beforeEach(async () => {
  const url = await server.createDatabase();
  name = new URL(url).pathname.slice(1);
  place = new PostgresPlace(url, 60_000);
});
afterEach(() => place.clear());

/** Asked on a session that stays as it is. */
const ask = (text: string) => query(`${place.url.slice(0, place.url.lastIndexOf('/'))}/postgres`, text);

/** New sessions can only read, as where a proxy leads to a standby. */
const setReadOnly = (on: boolean) =>
  ask(`alter role postgres in database ${name} set default_transaction_read_only = ${on ? 'on' : 'off'}`);

/** All sessions that there are turn read-only, as when their server is no longer the primary; new ones reach the primary. */
async function failOver(): Promise<void> {
  await setReadOnly(false);
  await ask('alter system set default_transaction_read_only = on');
  onTestFinished(async () => {
    await ask('alter system reset default_transaction_read_only');
    await reloaded('off');
  });
  await reloaded('on');
}

async function reloaded(value: string): Promise<void> {
  await ask('select pg_reload_conf()');
  await expect
    .poll(() => ask('show default_transaction_read_only'))
    .toEqual([{ default_transaction_read_only: value }]);
}

const endSessions = () =>
  ask(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = '${name}' and application_name = 'redemption-bot'`,
  );

test('after a failover that leaves all sessions with a server that only reads, the first claim is stored', async () => {
  const { ledger } = await place.open({ heartbeatMs: HOUR_MS });
  // A pool full of sessions.
  await Promise.all(Array.from({ length: 12 }, () => ledger.claim(newMessage(), [newLine()])));
  await failOver();
  expect(await ledger.claim(newMessage(), [newLine()])).toMatchObject({ won: true });
  await ledger.check();
});

test('while the server can only be read, neither claims nor the check pass, and both do as soon as it can be written', async () => {
  const { ledger } = await place.open({ heartbeatMs: HOUR_MS });
  await setReadOnly(true);
  await endSessions();
  // Whether what ended the session came before the claim or after it cannot be told.
  const notStored = { code: expect.stringMatching(/^(?:storage|uncertain)$/u) as string };
  await expect(ledger.claim(newMessage(), [newLine()])).rejects.toMatchObject(notStored);
  await expect(ledger.check()).rejects.toThrow('it can only read');
  await setReadOnly(false);
  await ledger.check();
  expect(await ledger.claim(newMessage(), [newLine()])).toMatchObject({ won: true });
});

test('nothing is read from a session that can only read: what it shows may be out of date', async () => {
  const { ledger } = await place.open({ heartbeatMs: HOUR_MS });
  const message = newMessage();
  await ledger.claim(message, [newLine()]);
  const table = await MappingTable.open(place.url);
  onTestFinished(() => table.close());
  await table.replace('{}');
  await setReadOnly(true);
  await endSessions();
  await expect(ledger.findMessage(message)).rejects.toMatchObject({ code: 'storage' });
  await expect(table.version()).rejects.toThrow('it can only read');
  await setReadOnly(false);
  expect(await ledger.findMessage(message)).not.toBeNull();
  expect(await table.version()).toBe(1);
});

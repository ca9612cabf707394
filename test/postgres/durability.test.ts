import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createLog } from '../../src/log.ts';
import { openDatabase } from '../../src/postgres/database.ts';
import { watchDurability } from '../../src/postgres/durability.ts';
import { realTime } from '../../src/time/real.ts';
import { query, startPostgres, type PostgresServer } from '../support/postgres.ts';

let server: PostgresServer;
let url: string;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.destroy());
beforeEach(async () => {
  url = await server.createDatabase();
});
afterEach(async () => {
  await query(url, 'alter system reset all');
  await reload();
});

const name = () => new URL(url).pathname.slice(1);
const reload = () => query(url, 'select pg_reload_conf()');

/** Sets something for the whole server, and waits until it is in force. */
async function alterSystem(setting: string, value: string) {
  await query(url, `alter system set ${setting} = '${value}'`);
  await reload();
  await expect.poll(async () => (await query(url, `show ${setting}`))[0]?.[setting]).toBe(value);
}

/** A standby, as far as the primary can see before it asks for anything. */
async function connectStandby(options: { readonly application_name?: string; readonly replication?: string } = {}) {
  const config = { connectionString: url, application_name: 'standby1', replication: 'true', ...options };
  const standby = new pg.Client(config);
  await standby.connect();
  onTestFinished(() => standby.end());
  return standby;
}

function watch(to = url) {
  const lines: { readonly level: string; readonly msg: string }[] = [];
  const write = (line: string) => void lines.push(JSON.parse(line) as (typeof lines)[number]);
  const log = createLog({ level: 'debug', destination: { write } });
  const { db, close } = openDatabase(to, { poolSize: 1, statementMs: 1_000 });
  const durability = watchDurability({ db, log, time: realTime });
  onTestFinished(async () => {
    await durability.stop();
    await close();
  });
  return { ...durability, lines, warnings: () => lines.filter(({ level }) => level === 'warn').map(({ msg }) => msg) };
}

/** What is warned of besides the test server's `fsync = off`. */
async function warnings() {
  const watched = watch();
  await watched.stop();
  const all = watched.warnings();
  const others = all.filter((warning) => !warning.includes('fsync = off'));
  expect(others).toHaveLength(all.length - 1);
  return others;
}

describe('whether the database keeps what it has committed', () => {
  test('is not complained about where it does', async () => {
    expect(await warnings()).toEqual([]);
  });

  test('is doubted where there are standbys and no commit waits for one', async () => {
    await connectStandby();
    expect(await warnings()).toEqual([
      expect.stringMatching(/after a failover the last redemptions are forgotten.*synchronous_standby_names.*ANY 1/u),
    ]);
    await alterSystem('synchronous_standby_names', 'ANY 1 (*)');
    expect(await warnings()).toEqual([]);
  });

  test('is looked at by an ordinary user, too', async () => {
    await connectStandby();
    const user = `u${name()}`;
    await query(url, `create role ${user} login password 'password'`);
    const watched = watch(url.replace('//postgres:', `//${user}:`));
    await watched.stop();
    expect(watched.warnings()).toEqual([
      expect.stringContaining('the database has standbys'),
      expect.stringContaining('fsync = off'),
    ]);
  });

  test.each([
    ['a client that reads the changes of a database', { replication: 'database' }],
    ['a backup', { application_name: 'pg_basebackup' }],
  ])('is not doubted because of %s', async (_name, options) => {
    await connectStandby(options);
    expect(await query(url, 'select 1 from pg_stat_replication')).toHaveLength(1);
    expect(await warnings()).toEqual([]);
  });

  test.each(['off', 'local'])('is doubted where commits do not wait by default: %s', async (value) => {
    await query(url, `alter database ${name()} set synchronous_commit = ${value}`);
    expect(await warnings()).toEqual([
      expect.stringContaining(`default synchronous_commit of the database is ${value}`),
    ]);
  });

  test('is doubted where commits wait only for the memory of a standby', async () => {
    await query(url, `alter database ${name()} set synchronous_commit = remote_write`);
    expect(await warnings()).toEqual([]);
    await connectStandby();
    await alterSystem('synchronous_standby_names', 'ANY 1 (*)');
    expect(await warnings()).toEqual([expect.stringContaining('synchronous_commit of the database is remote_write')]);
  });

  test('is doubted where half a page may be written', async () => {
    await alterSystem('full_page_writes', 'off');
    expect(await warnings()).toEqual([expect.stringContaining('full_page_writes = off')]);
  });

  test('is asked again when told so, and what is still so is not said again', async () => {
    const watched = watch();
    await expect.poll(() => watched.warnings().length).toBe(1);
    await connectStandby();
    watched.now();
    await expect.poll(() => watched.warnings().length).toBe(2);
    watched.now();
    await sleep(100);
    expect(watched.warnings()).toHaveLength(2);
  });

  test('is left open, without a warning, where the database does not know the question or is away', async () => {
    // A table in front of the server's own view, as of a database that is only compatible.
    await query(url, 'create schema other; create table other.pg_settings (id int)');
    await query(url, `alter database ${name()} set search_path = other, pg_catalog`);
    const strange = watch();
    const away = watch('postgres://me:secret@127.0.0.1:1/none');
    await Promise.all([strange.stop(), away.stop()]);
    for (const { lines } of [strange, away]) expect(lines.map(({ level }) => level)).toEqual(['debug']);
    expect(JSON.stringify(away.lines)).not.toContain('secret');
  });
});

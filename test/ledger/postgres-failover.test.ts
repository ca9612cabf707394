import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { openPostgresLedger } from '../../src/ledger/postgres/ledger.ts';
import { createLog } from '../../src/log.ts';
import { query, startPostgres, type PostgresServer } from '../support/postgres.ts';
import { newLine, newMessage } from './fixtures.ts';
import { eventually, log, PostgresPlace } from './postgres-place.ts';

const HOUR_MS = 3_600_000;

let server: PostgresServer;
let place: PostgresPlace;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.destroy());
beforeEach(async () => {
  place = new PostgresPlace(await server.createDatabase(), 60_000);
});
afterEach(() => place.clear());

const ask = (text: string) => query(place.url, text);

function listenTo() {
  const lines: string[] = [];
  return { lines, log: createLog({ level: 'info', destination: { write: (line) => void lines.push(line) } }) };
}

/** From now on commits wait for a standby that is not there. */
async function loseStandby() {
  await ask("alter system set synchronous_standby_names = 'ANY 1 (*)'");
  onTestFinished(findStandby);
  await reloaded('ANY 1 (*)');
}

async function findStandby() {
  await ask('alter system reset synchronous_standby_names');
  await reloaded('');
}

async function reloaded(names: string) {
  await ask('select pg_reload_conf()');
  await expect.poll(() => ask('show synchronous_standby_names')).toEqual([{ synchronous_standby_names: names }]);
}

describe('where claims have to outlive a failover', () => {
  test.each(['pg_cancel_backend', 'pg_terminate_backend'])(
    'a claim that has not reached the standby is not won, even when its wait is ended by %s',
    async (end) => {
      const { ledger } = await place.open({ heartbeatMs: HOUR_MS });
      await ledger.check();
      await loseStandby();
      const message = newMessage();
      const claim = ledger.claim(message, [newLine()]).then(
        ({ won }) => ({ won }),
        (error: unknown) => ({ error }),
      );
      // The row is on the primary's disk once the wait is over, and a second try finds it there.
      const waiting = "select pid from pg_stat_activity where datname = current_database() and wait_event = 'SyncRep'";
      const [backend] = await eventually(async () => {
        const found = await ask(waiting);
        return found.length > 0 ? found : undefined;
      });
      await ask(`select ${end}(${String(backend?.['pid'])})`);
      await eventually(async () => (await ask('select 1 from messages'))[0]);
      expect(await claim).not.toHaveProperty('won');
      await findStandby();
    },
  );

  test.each([
    ['its heartbeats', 'that has no LISTEN', 100],
    ['its announcements', 'whose heartbeats noticed nothing', HOUR_MS],
  ])('a database that was away is looked at again, as %s know: one %s', async (_by, _what, heartbeatMs) => {
    const { lines, log: heard } = listenTo();
    const judge = (text: string) => (text.includes('listen') && heartbeatMs !== HOUR_MS ? 'not-understood' : 'pass');
    const { proxy } = await place.open({ heartbeatMs, log: heard }, judge);
    await eventually(async () => lines.find((line) => line.includes('fsync = off')));
    proxy.setAlive(false);
    if (heartbeatMs !== HOUR_MS) await eventually(async () => lines.find((line) => line.includes('does not answer')));
    // Another server is primary now, and not set like the one before.
    await ask(`alter database ${new URL(place.url).pathname.slice(1)} set synchronous_commit = local`);
    proxy.setAlive(true);
    await eventually(async () => lines.find((line) => line.includes('synchronous_commit of the database is local')));
    expect(lines.filter((line) => line.includes('fsync = off'))).toHaveLength(1);
  });

  test('a service does not start on a standby, and says why', async () => {
    const standby = await startPostgres();
    onTestFinished(() => standby.destroy());
    const url = await standby.createDatabase();
    const { ledger } = await openPostgresLedger(url, { log });
    await ledger.close();
    const [setting] = await query(url, 'show data_directory');
    await standby.stop();
    await writeFile(join(String(setting?.['data_directory']), 'standby.signal'), '');
    // Waits for a word that a standby does not say.
    void standby.start().catch(() => undefined);
    await eventually(() =>
      query(url, 'select 1').then(
        ([row]) => row,
        () => undefined,
      ),
    );

    const heard = listenTo();
    await expect(openPostgresLedger(url, { log: heard.log })).rejects.toMatchObject({ code: 'storage' });
    expect(heard.lines.join('\n')).toContain('DATABASE_URL has to lead to the primary');
  });
});

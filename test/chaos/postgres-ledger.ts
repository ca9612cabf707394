import { query, startPostgres } from '../support/postgres.ts';
import { ALL_ROWS, type ChaosLedger, readRows } from './rows.ts';

/** The service may have been killed before it made its tables. */
const END_LEASES = `do $$ begin if to_regclass('leases') is not null then delete from leases; end if; end $$`;

/** A database of its own in a PostgreSQL that is started for it. */
export async function postgresLedger(): Promise<ChaosLedger> {
  const server = await startPostgres();
  const url = await server.createDatabase();
  return {
    env: { DATABASE_URL: url },
    rows: async () => readRows(await query(url, ALL_ROWS)),
    async endLeases() {
      await query(url, END_LEASES);
    },
    close: () => server.destroy(),
  };
}

import { DEAD_AFTER_MS } from '../../../ledger/leases/instances.ts';
import { sqlState } from '../../../postgres/errors.ts';
import { withClient } from './with-client.ts';

const NO_TABLE = '42P01';

/** How many services show that they are alive in this database. Rejects where it cannot be asked. */
export async function liveInstances(url: string): Promise<number> {
  try {
    const { rows } = await withClient(url, (client) =>
      client.query<{ live: string }>(
        'select count(*) as live from instances where seen_at >= extract(epoch from clock_timestamp()) * 1000 - $1::bigint',
        [DEAD_AFTER_MS],
      ),
    );
    return Number(rows[0]?.live ?? 0);
  } catch (error) {
    if (sqlState(error) === NO_TABLE) return 0;
    throw error;
  }
}

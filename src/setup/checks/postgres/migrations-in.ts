import { ConnectionLost, sqlState } from '../../../postgres/errors.ts';
import { withClient } from './with-client.ts';

const NO_TABLE = '42P01';
const NO_RIGHT = '42501';

/** The migrations that a database has had; null: it has no tables yet; undefined: it cannot be asked. */
export async function migrationsIn(url: string): Promise<readonly string[] | null | undefined> {
  try {
    const { rows } = await withClient(url, (client) =>
      client.query<{ name: string }>('select name from kysely_migration'),
    );
    return rows.map(({ name }) => name);
  } catch (error) {
    if (sqlState(error) === NO_TABLE) return null;
    if (error instanceof ConnectionLost || sqlState(error) === NO_RIGHT) return undefined;
    throw error;
  }
}

import type pg from 'pg';
import { openDatabase } from '../../../postgres/database.ts';
import { breaksConnection, ConnectionLost } from '../../../postgres/errors.ts';

const STATEMENT_MS = 3_000;

/** Does `work` on a connection of its own. Rejects with ConnectionLost where there is none, or it breaks off. */
export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const database = openDatabase(url, { poolSize: 1, statementMs: STATEMENT_MS });
  const client = database.createClient();
  client.on('error', () => undefined);
  try {
    await client.connect().catch((error: unknown) => {
      throw new ConnectionLost(error);
    });
    return await work(client);
  } catch (error) {
    throw error instanceof ConnectionLost || !breaksConnection(error) || !isOfDriver(error)
      ? error
      : new ConnectionLost(error);
  } finally {
    await client.end().catch(() => undefined);
    await database.close();
  }
}

/** Of the database or of the way to it, and no fault of this program. */
function isOfDriver(error: unknown): boolean {
  return error instanceof Error && ('code' in error || /connection|timeout/iu.test(error.message));
}

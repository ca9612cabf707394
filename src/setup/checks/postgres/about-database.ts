import { withClient } from './with-client.ts';

/** The version of the database, and how many bytes it takes. Rejects where it cannot be asked. */
export async function aboutDatabase(url: string): Promise<{ readonly version: string; readonly bytes: number }> {
  const { rows } = await withClient(url, (client) =>
    client.query<{ version: string; bytes: string }>(
      "select current_setting('server_version') as version, pg_database_size(current_database()) as bytes",
    ),
  );
  return { version: rows[0]?.version ?? '', bytes: Number(rows[0]?.bytes ?? 0) };
}

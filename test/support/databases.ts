import { inject } from 'vitest';

/**
 * Makes an empty database in the PostgreSQL of this run and returns its URL. What stops, fills or sets up its server
 * has one of its own: `startPostgres`.
 */
export async function createDatabase(): Promise<string> {
  const response = await fetch(inject('databaseMaker'));
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return text;
}

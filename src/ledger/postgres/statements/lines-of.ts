import { sql } from 'kysely';

/** The lines that are a message's own, or were when it was answered, as JSON: what `toRecord` has to know. */
export function linesOf(message: string) {
  const by = (column: string) => sql`select * from redemptions where ${sql.ref(column)} = ${sql.ref(message)}`;
  return sql`(
    select coalesce(json_agg(found), '[]') from (${by('message')} union all ${by('asked_message')}) as found
  )`;
}

import { sql } from 'kysely';

/**
 * `look_due` of a row that becomes unknown at that instant; null: it does not. Without the times that were left before, no
 * look could tell anything.
 */
export function lookDue(unknownSince: number | null) {
  return sql<number | null>`case when remaining_before is null then null else cast(${unknownSince} as bigint) end`;
}

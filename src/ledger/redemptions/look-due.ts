import { sql } from 'kysely';
import type { VerbContext } from '../context.ts';

/** `look_due` of a row that becomes unknown now: looks make sense only where the times left before are known. */
export function lookDue({ now }: Pick<VerbContext, 'now'>) {
  return sql<number | null>`case when remaining_before is null then null else cast(${now} as bigint) end`;
}

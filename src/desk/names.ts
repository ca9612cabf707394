import type { Directory } from '../redemption/ports.ts';
import type { RecordedRedemption } from '../redemption/records.ts';

/** What a person is called who is on record: in the mapping, or when they were last in it; else their user id. */
export function nameOnRecord(
  staff: Pick<Directory, 'findStaff'>,
  { user, name = null }: Pick<RecordedRedemption, 'user' | 'name'>,
): string | null {
  return user === null ? null : (staff.findStaff(user)?.name ?? name ?? user);
}

import type { Log } from '../log.ts';
import type { BindingNews } from '../redemption/notices.ts';
import type { AddressOf, StaffBook } from '../redemption/people.ts';
import type { PeopleLedger } from '../redemption/ledger.ts';
import type { Say } from './notice.ts';
import { createPeople, type People } from './people.ts';
import { createRequests, type Requests } from './requests.ts';
import { createStaffChanges, type StaffChanges } from './staff-changes.ts';

export interface StaffDeskParts {
  readonly book: StaffBook;
  readonly ledger: PeopleLedger;
  /** Managers of all stores. */
  readonly admins: readonly string[];
  readonly addressOf: AddressOf;
  readonly say: Say;
  /** Told of every change that was made. */
  readonly onChanged: (news: BindingNews) => Promise<void>;
  /** Unique over all services. */
  readonly newId: () => string;
  readonly log: Log;
}

/** Who is who: what people ask about it, and how it changes. */
export function createStaffDesk(parts: StaffDeskParts): {
  readonly people: People;
  readonly requests: Requests;
  readonly changes: StaffChanges;
} {
  const changes = createStaffChanges(parts);
  const people = createPeople({ ...parts, changes });
  return { people, requests: createRequests({ ...parts, changes, people }), changes };
}

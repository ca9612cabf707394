import type { Notice } from '../desk/notice.ts';
import type { Desk } from '../desk/desk.ts';
import type { Log } from '../log.ts';
import type { Calendar } from '../redemption/calendar.ts';
import type { Ledger, NoticeLedger, PeopleLedger } from '../redemption/ledger.ts';
import type { Health } from './health.ts';
import type { AddressOf, StaffBook } from '../redemption/people.ts';
import type { Directory, Vendor } from '../redemption/ports.ts';
import type { Redemption } from '../redemption/redemption.ts';

/** What the console stands on. */
export interface ConsoleParts {
  /** The use cases of the chat. */
  readonly desk: Desk;
  readonly ledger: Ledger;
  readonly people: PeopleLedger;
  readonly notices: NoticeLedger;
  readonly book: StaffBook;
  readonly directory: Directory;
  readonly vendor: Pick<Vendor, 'detail'>;
  /** Managers of all stores. */
  readonly admins: readonly string[];
  readonly addressOf: AddressOf;
  readonly say: (notice: Notice) => string;
  readonly calendar: Calendar;
  /** The ledger's clock: milliseconds since 1970. */
  readonly now: () => number;
  /** Unique over all services. */
  readonly newId: () => string;
  /** Told about every unknown that was settled. */
  readonly onSettled: (redemption: Redemption) => void;
  /** The address under which people reach the console, where one is set. */
  readonly publicUrl: string | null;
  readonly health: Health;
  readonly log: Log;
}

import type { Desk } from '../desk/desk.ts';
import type { Logins } from '../desk/logins.ts';
import type { Notice } from '../desk/notice.ts';
import type { Permissions } from '../desk/permissions.ts';
import type { Log } from '../log.ts';
import type { Calendar } from '../redemption/calendar.ts';
import type { Ledger, NoticeLedger, PeopleLedger } from '../redemption/ledger.ts';
import type { RobotTest } from '../redemption/notices.ts';
import type { FigureLedger } from '../redemption/figures.ts';
import type { Health } from './health.ts';
import type { AddressOf, StaffBook } from '../redemption/people.ts';
import type { Directory, Vendor } from '../redemption/ports.ts';
import type { Redemption } from '../redemption/redemption.ts';
import type { Time } from '../time/time.ts';
import type { ListRead } from '../redemption/vendor-list.ts';
import type { ShopBook } from '../redemption/shops.ts';

/** What the console stands on. */
export interface ConsoleParts {
  /** The use cases of the chat. */
  readonly desk: Desk;
  readonly permissions: Permissions;
  readonly logins: Logins;
  readonly ledger: Ledger;
  readonly people: PeopleLedger;
  readonly notices: NoticeLedger;
  readonly figures: Pick<FigureLedger, 'findFigures'>;
  readonly book: StaffBook;
  readonly shops: ShopBook;
  /** Has one group robot say a test line, on behalf of somebody; null: the mapping has none of that id. */
  readonly testRobot: (id: string, who: string) => Promise<RobotTest | null>;
  readonly directory: Directory;
  readonly vendor: Pick<Vendor, 'detail'>;
  /** Managers of all stores. */
  readonly admins: readonly string[];
  readonly addressOf: AddressOf;
  readonly say: (notice: Notice) => string;
  readonly calendar: Calendar;
  /** That of the calendar, such as `Asia/Shanghai`. */
  readonly timeZone: string;
  readonly time: Time;
  /** Calls `watcher` whenever redemptions may have changed, here or elsewhere, until the function that it returns is called. */
  readonly watch: (watcher: () => void) => () => void;
  /** The ledger's clock: milliseconds since 1970. */
  readonly now: () => number;
  /** Unique over all services. */
  readonly newId: () => string;
  /** Told about every unknown that was settled. */
  readonly onSettled: (redemption: Redemption) => void;
  /** Reads a file that should be a list out of the vendor's books. Never rejects. */
  readonly readList: (bytes: Uint8Array) => Promise<ListRead>;
  /** The address under which people reach the console, where one is set. */
  readonly publicUrl: string | null;
  readonly health: Health;
  readonly log: Log;
}

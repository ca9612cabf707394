import { createShopEdits } from '../../../desk/shop-edits.ts';
import { createStaffDesk } from '../../../desk/staff-desk.ts';
import { createStaffEdits } from '../../../desk/staff-edits.ts';
import { createTellBound } from '../../../desk/tell-bound.ts';
import type { BindingNews } from '../../../redemption/notices.ts';
import type { ConsolePage } from '../../page.ts';
import type { ConsoleParts } from '../../ports.ts';
import { createTypedSecrets } from '../../typed-secrets.ts';
import { createShopChangesPage } from '../shop-changes.ts';
import { createShopEditPage } from '../shop-edit.ts';
import { createShopsPage } from '../shops.ts';
import { createStaffChangesPage } from '../staff-changes.ts';
import { createStaffPersonPage } from '../staff-person.ts';
import { createStaffPage } from '../staff.ts';

/** The pages of people, stores and robots, each with those below it. */
export function createMappingPages(parts: ConsoleParts): {
  readonly staff: ConsolePage[];
  readonly shops: ConsolePage[];
} {
  const { people: ledger, book, shops, notices, calendar, testRobot, log, now, newId } = parts;
  const desk = { ...parts, ledger, onChanged: (news: BindingNews) => notices.recordBinding(news) };
  const { requests, changes } = createStaffDesk(desk);
  const isBroken = () => shops.isBroken();
  const staffEdits = createStaffEdits({ ...desk, isBroken, changes, tellBound: createTellBound(desk) });
  const shopEdits = createShopEdits({ book: shops, ledger, testRobot, log });
  return {
    staff: [
      createStaffPage({ edits: staffEdits, requests, book }),
      createStaffPersonPage({ edits: staffEdits, book }),
      createStaffChangesPage({ edits: staffEdits, book, calendar }),
    ],
    shops: [
      createShopsPage({ edits: shopEdits }),
      createShopEditPage({ edits: shopEdits, secrets: createTypedSecrets(newId, now) }),
      createShopChangesPage({ edits: shopEdits, book, calendar }),
    ],
  };
}

import { createCardDesk } from '../desk/cards.ts';
import { createConsoleLink, type ConsoleLinkParts } from '../desk/console-link.ts';
import { createDesk, type Desk, type DeskParts } from '../desk/desk.ts';
import { createListRecords, type RecordsParts } from '../desk/records.ts';
import { createTestOwnRobots, type TestRobots } from '../desk/robot-tests.ts';
import { createStaffDesk, type StaffDeskParts } from '../desk/staff-desk.ts';
import { createSumUp } from '../desk/statistics.ts';
import { createUndo } from '../desk/undo.ts';
import { createWaitingRequest } from '../desk/waiting-request.ts';

export interface DeskWiring extends Pick<DeskParts, 'permissions'>, Omit<StaffDeskParts, 'ledger'> {
  readonly people: StaffDeskParts['ledger'];
  readonly ledger: Parameters<typeof createCardDesk>[0]['ledger'] & RecordsParts['ledger'];
  readonly staff: Parameters<typeof createCardDesk>[0]['staff'];
  readonly calendar: RecordsParts['calendar'];
  readonly cards: Omit<Parameters<typeof createCardDesk>[0], 'ledger' | 'staff' | 'now'>;
  /** The ledger's clock: milliseconds since 1970. */
  readonly now: () => number;
  readonly testRobots: TestRobots;
  readonly console: ConsoleLinkParts;
}

/** The use cases beside redemptions. */
export function wireDesk({ permissions, people, ledger, staff, calendar, cards, now, ...rest }: DeskWiring): Desk {
  const books = { ledger, staff, calendar, now };
  const cardDesk = createCardDesk({ ...cards, ledger, staff, now });
  return createDesk({
    permissions,
    cards: cardDesk,
    undo: createUndo({ ...rest, ledger, questions: cardDesk.questions, now }),
    ...createStaffDesk({ ...rest, ledger: people }),
    waitingRequest: createWaitingRequest(people),
    records: createListRecords(books),
    statistics: createSumUp(books),
    robotTests: createTestOwnRobots(rest.testRobots),
    consoleLink: createConsoleLink(rest.console),
  });
}

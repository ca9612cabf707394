import type { DeskResult } from '../../desk/result.ts';
import { allWithdrawn, noEffect, withdrawn } from './answered.ts';
import { card, cardNotShown } from './card.ts';
import { checked, noSuchReceipt, notUnknown } from './check.ts';
import { consoleResult } from './console.ts';
import { testReport } from './robot-tests.ts';
import type { Role } from '../../redemption/role.ts';
import { record, records, statistics } from './records.ts';
import { noUser } from './redemption.ts';
import { notAllowed } from './replies.ts';
import {
  bindDone,
  me,
  notChanged,
  requestDecided,
  requested,
  staffList,
  stranger,
  unbindDone,
  waitingRequests,
} from './staff.ts';
import { notUndone, withdrawnInstead } from './undo.ts';
import type { Moment } from './when.ts';

/** Who something is said to, and when. */
export interface Reader extends Moment {
  readonly role: Role;
}

/** What a command came to, as the person who typed it reads it. */
export function deskResult(result: DeskResult, reader: Reader): string {
  switch (result.kind) {
    case 'no-user':
      return noUser();
    case 'stranger':
      return stranger(result.user, result.request);
    case 'not-allowed':
      return notAllowed(result.needed);
    case 'card':
      return card(result, reader);
    case 'card-not-shown':
      return cardNotShown(result, reader);
    case 'checked':
      return checked(result, reader);
    case 'no-such-receipt':
      return noSuchReceipt();
    case 'not-unknown':
      return notUnknown(result);
    case 'withdrawn':
      return withdrawn(result);
    case 'all-withdrawn':
      return allWithdrawn(result);
    case 'withdrawn-instead':
      return withdrawnInstead(result);
    case 'not-undone':
      return notUndone(result, reader);
    case 'no-effect':
      return noEffect(result);
    case 'records':
      return records(result, reader);
    case 'record':
      return record(result, reader);
    case 'statistics':
      return statistics(result);
    case 'me':
      return me(result.who);
    case 'staff-list':
      return staffList(result);
    case 'waiting-requests':
      return waitingRequests(result);
    case 'bound':
      return bindDone(result);
    case 'unbound':
      return unbindDone(result);
    case 'requested':
      return requested(result);
    case 'request-decided':
      return requestDecided(result);
    case 'not-changed':
      return notChanged(result, reader.role);
    case 'robots-tested':
      return testReport(result.tests, reader.role);
    case 'console-offered':
    case 'console-not-offered':
    case 'signed-out':
      return consoleResult(result, reader);
  }
}

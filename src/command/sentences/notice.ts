import type { Notice } from '../../desk/notice.ts';
import { loggedIn } from './logins.ts';
import { redemptionText } from './redemption-text.ts';
import { bindingAnswered, bindingAsked, boundBy } from './staff.ts';
import { vendorTrouble } from './vendor.ts';
import type { Moment } from './when.ts';
import { shortName } from './words.ts';

/** A notice as it is read at that moment. */
export function noticeText(notice: Notice, moment: Moment): string {
  switch (notice.kind) {
    case 'binding-asked':
      return bindingAsked(notice);
    case 'bound-by':
      return boundBy(notice);
    case 'binding-answered':
      return bindingAnswered(notice);
    case 'redemption':
      return redemptionText(notice.redemption);
    case 'unsettled':
      return unsettled(notice);
    case 'vendor-trouble':
      return vendorTrouble(notice, moment);
    case 'logged-in':
      return loggedIn(notice, moment);
  }
}

/** Tells a manager of a redemption that could not be settled what the person who typed it is told. */
function unsettled({ redemption, who }: Extract<Notice, { kind: 'unsettled' }>): string {
  const whose = who === null ? '' : `${shortName(who)}的`;
  return `【待核对】${whose}一笔核销，请您核对：\n${redemptionText(redemption)}`;
}

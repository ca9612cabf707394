import { randomUUID } from 'node:crypto';
import { createTextNow, type AsTold, type RoleOf, type TextNow } from '../chat/compose.ts';
import { createDeliveryNotes, type DeliveryNotes } from '../chat/delivery-notes.ts';
import { createDirectReplies, type DirectReplies } from '../chat/direct-replies.ts';
import { startLateReplies, type LateReplies, type LateRepliesParts } from '../chat/late-replies.ts';
import { createToldLinks, type ToldLinks } from '../chat/told-links.ts';
import * as sentences from '../command/sentences.ts';
import type { Notice } from '../desk/notice.ts';
import { createNoticeNow, type NoticesParts } from '../desk/notices.ts';
import { createTellOverruled } from '../desk/overruled.ts';
import { createTellUnsettled } from '../desk/unsettled.ts';
import { createTellTrouble, createTroubleNow, type TroubleNowParts } from '../desk/vendor-trouble.ts';
import type { Observer } from '../operation/observe.ts';
import type { Bots } from '../platforms/bots.ts';
import type { Calendar } from '../redemption/calendar.ts';
import type { PeopleLedger } from '../redemption/ledger.ts';

export interface TellingWiring
  extends
    Pick<LateRepliesParts, 'ledger' | 'decorate' | 'now' | 'time' | 'log'>,
    Pick<NoticesParts, 'book' | 'admins'> {
  readonly people: PeopleLedger;
  readonly bots: Bots;
  readonly botNames: readonly string[];
  readonly calendar: Calendar;
  readonly roleOf: RoleOf;
  readonly troubleNow: TroubleNowParts['known'];
  readonly observer: Observer;
}

/** How people are told. */
export interface WiredTelling {
  readonly direct: DirectReplies;
  readonly notes: DeliveryNotes;
  readonly lateReplies: LateReplies;
  readonly toldLinks: ToldLinks;
  readonly asTold: AsTold;
  readonly text: TextNow;
  readonly say: (notice: Notice) => string;
  /** Whose verdict the vendor's answer has overruled hears so. */
  readonly overruled: ReturnType<typeof createTellOverruled>;
  /** What managers are told of a redemption that stays unknown. */
  readonly unsettled: ReturnType<typeof createTellUnsettled>;
  /** Who can do something about it hears of trouble with the vendor. */
  readonly trouble: ReturnType<typeof createTellTrouble>;
}

/** What people are told besides the answer to their message, and its words, until `closing` is disposed. */
export function wireTelling(parts: TellingWiring, closing: AsyncDisposableStack): WiredTelling {
  const { bots, botNames, ledger, book, people, admins, calendar, roleOf, now, time, log } = parts;
  const direct = createDirectReplies({ lateWay: bots.lateWay, time, log });
  const notes = createDeliveryNotes({ ledger, time, log });
  closing.defer(() => notes.stop());
  const trouble = createTroubleNow({ book, ledger, admins, now, known: parts.troubleNow });
  const notice = createNoticeNow({ book, people, ledger, admins, trouble });
  const say = (told: Notice) => sentences.noticeText(told, { calendar, now: now() });
  const toldLinks = createToldLinks({ now, newId: randomUUID });
  const asTold = (kept: string) => toldLinks.told(kept);
  const text = createTextNow({ notice, say, botNames, roleOf, asTold });
  const lateReplies = startLateReplies({
    ...{ ledger, text, decorate: parts.decorate, now, time, notes, log },
    ...bots,
    onFinished: parts.observer.lateReply,
  });
  closing.defer(() => lateReplies.stop());
  const note = (write: () => Promise<void>) => notes.note(write);
  const tell = { book, ledger: people, admins, addressOf: bots.addressOf, say, note };
  return {
    ...{ direct, notes, lateReplies, toldLinks, asTold, text, say },
    overruled: createTellOverruled(tell),
    unsettled: createTellUnsettled(tell),
    trouble: createTellTrouble({ ...tell, calendar, now }),
  };
}

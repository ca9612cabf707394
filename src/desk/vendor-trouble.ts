import type { Calendar } from '../redemption/calendar.ts';
import type { KnownOfTrouble, StaffBook, Topic, VendorTrouble } from '../redemption/people.ts';
import type { Ledger } from '../redemption/ledger.ts';
import type { Notice } from './notice.ts';
import type { TellOverruledParts } from './overruled.ts';
import { managersOf } from './staff-rules.ts';

/** So many successes are looked through for one that the vendor itself has confirmed. */
const SUCCESSES = 50;

interface ToldParts {
  readonly book: StaffBook;
  readonly admins: readonly string[];
  /** The ledger's clock: milliseconds since 1970. */
  readonly now: () => number;
}

export interface TellTroubleParts extends TellOverruledParts, ToldParts {
  readonly calendar: Calendar;
}

/**
 * Tells those who manage what is concerned that the vendor has refused the merchant for so long: staff only read that one
 * redemption failed. At most once a day, however many services notice it.
 */
export function createTellTrouble(parts: TellTroubleParts) {
  const { book, ledger, admins, addressOf, say, note, calendar, now } = parts;
  return ({ trouble, store }: VendorTrouble, forMs: number): void => {
    const since = Math.floor(now() - forMs);
    const about = {
      text: say(noticeOf(book, { trouble, store }, since)),
      topic: { kind: 'trouble', trouble, store, since } as const,
    };
    const tellings = [...concerned(book, admins, store)].map((user) => ({
      key: `vendor-${trouble}-${store ?? 'all'}-${calendar.dayOf(now())}-${user}`,
      user,
      ...addressOf(user),
      ...about,
    }));
    if (tellings.length > 0) note(() => ledger.tell(tellings));
  };
}

export interface TroubleNowParts extends ToldParts {
  readonly ledger: Pick<Ledger, 'findRecords'>;
  readonly known: (trouble: VendorTrouble) => KnownOfTrouble;
}

/**
 * What such a notice says when it is told at last; nothing once the trouble is over. Where this process has heard nothing
 * of the vendor since, what others have redeemed says so.
 */
export function createTroubleNow(parts: TroubleNowParts) {
  const { book, ledger, admins, known, now } = parts;

  /** Whether the vendor itself has confirmed a redemption that was claimed at or after `from`. */
  async function isRedeemedSince(from: number, store: string | null): Promise<boolean> {
    const { newest } = await ledger.findRecords(
      {
        // Whole milliseconds, as they are stored.
        span: { from: Math.floor(from), to: Number.MAX_SAFE_INTEGER },
        states: ['succeeded'],
        ...(store === null ? {} : { storeCode: store }),
      },
      SUCCESSES,
    );
    // What a look or a person settled is no answer of the vendor's.
    return newest.some(({ redemption }) => redemption.settledBy === null);
  }

  return async (topic: TroubleTopic, user: string): Promise<Notice | null> => {
    if (!concerned(book, admins, topic.store).has(user)) return null;
    const { forMs, refusedMsAgo, wellMsAgo } = known(topic);
    if (forMs === null && wellMsAgo !== null && wellMsAgo < now() - topic.since) return null;
    // Other instances may have had a good answer since.
    if (await isRedeemedSince(refusedMsAgo === null ? topic.since : now() - refusedMsAgo, topic.store)) return null;
    // It may have been over in between.
    return noticeOf(book, topic, forMs === null ? topic.since : now() - forMs);
  };
}

export type TroubleTopic = Extract<Topic, { kind: 'trouble' }>;

function noticeOf(book: StaffBook, { trouble, store }: VendorTrouble, since: number): Notice {
  const name = book.snapshot().stores.find(({ code }) => code === store)?.name ?? store;
  return { kind: 'vendor-trouble', trouble, store: name, since };
}

/** Those who manage all stores can have it mended; where there are none, all who manage one hear it. */
function concerned(book: StaffBook, admins: readonly string[], store: string | null): ReadonlySet<string> {
  const current = book.snapshot();
  if (store !== null) return new Set(managersOf(current, admins, store));
  if (admins.length > 0) return new Set(admins);
  return new Set(current.people({ role: 'manager' }).map(({ user }) => user));
}

import * as sentences from '../command/sentences.ts';
import { isExpired, type CardDetail, type CardLook } from '../redemption/card.ts';
import type { Calendar } from '../redemption/calendar.ts';
import type { Ledger, StaffDirectory, Vendor } from '../redemption/ports.ts';
import type { RecordedRedemption } from '../redemption/records.ts';
import type { Who } from './permissions.ts';
import { knownTo } from './scope.ts';
import { dayAndTime } from '../command/sentences/when.ts';

const TIMEOUT_MS = 3_000;
/** Of the newest records of a card, how many are looked through for one that may have spent something. */
const LOOKED_THROUGH = 10;

export interface QueryParts {
  readonly vendor: Pick<Vendor, 'detail'>;
  readonly ledger: Pick<Ledger, 'findRecords'>;
  readonly staff: Pick<StaffDirectory, 'findStaff'>;
  readonly calendar: Calendar;
  /** The ledger's clock: milliseconds since 1970. */
  readonly now: () => number;
}

/** Says what is left on a card, whose it is, and what was done with it here last, as far as the person may know that. */
export type QueryCard = (card: string, who: Who) => Promise<string>;

export function createQuery({ vendor, ledger, staff, calendar, now }: QueryParts): QueryCard {
  async function lastUse(card: string, who: Who): Promise<sentences.LastUse | null> {
    const { newest } = await ledger.findRecords({ card, ...knownTo(who) }, LOOKED_THROUGH);
    const last = newest.find(mayHaveSpent);
    if (last === undefined) return null;
    const { redemption, user } = last;
    return {
      when: dayAndTime(redemption.claimedAt, { calendar, now: now() }),
      who: user === null ? null : (staff.findStaff(user)?.name ?? user),
      store: redemption.store?.name ?? null,
      count: redemption.count,
      state: redemption.state,
    };
  }

  return async (card, who) => {
    const look = await vendor.detail(card, { timeoutMs: TIMEOUT_MS, insist: true });
    if (look.kind === 'found') {
      const own = look.detail.card ?? card;
      return sentences.detail(viewOf(own, look.detail, await lastUse(own, who), now()));
    }
    return sentences.noDetail(whyNot(look), card, await lastUse(card, who));
  };
}

function whyNot(look: Exclude<CardLook, { kind: 'found' }>): sentences.NoDetail {
  if (look.kind === 'refused') return look;
  return { kind: look.kind === 'missing' ? 'off' : 'no-answer' };
}

function viewOf(
  card: string,
  { name, remaining, validUntil, memberName, memberPhone }: CardDetail,
  last: sentences.LastUse | null,
  now: number,
): sentences.CardView {
  const expired = isExpired({ validUntil }, now);
  return { card, cardName: name, remaining, validUntil, expired, memberName, memberPhone, last };
}

function mayHaveSpent({ redemption: { state } }: RecordedRedemption): boolean {
  return state !== 'asked' && state !== 'unsent';
}

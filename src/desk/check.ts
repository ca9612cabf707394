import { extrasOf } from '../command/sentences/redemption-text.ts';
import type { Verdict } from '../command/command.ts';
import * as sentences from '../command/sentences.ts';
import type { Calendar } from '../redemption/calendar.ts';
import { cardToSpend, sightOf } from '../redemption/card-care.ts';
import type { Sight } from '../redemption/looks.ts';
import type { Ledger, StaffDirectory, Vendor } from '../redemption/ports.ts';
import type { RecordedRedemption } from '../redemption/records.ts';
import type { Redemption } from '../redemption/redemption.ts';
import { mayManage, type Who } from './permissions.ts';
import { knownTo } from './scope.ts';
import { dayAndTime } from '../command/sentences/when.ts';

const TIMEOUT_MS = 3_000;

export interface CheckParts {
  readonly vendor: Pick<Vendor, 'detail'>;
  readonly ledger: Pick<Ledger, 'findRecords' | 'settleByLook' | 'settleByHand'>;
  readonly staff: Pick<StaffDirectory, 'findStaff'>;
  readonly calendar: Calendar;
  /** How long after a redemption became unknown its last look is due, in milliseconds. */
  readonly lastLookAfterMs: number;
  /** The ledger's clock: milliseconds since 1970. */
  readonly now: () => number;
  /** Told about every unknown that was settled here. */
  readonly onSettled: (redemption: Redemption) => void;
}

export interface Check {
  /** Says what is known of a redemption now, looking at its card once more while its outcome is unknown. */
  look(receipt: string, who: Who): Promise<string>;
  /** Settles an unknown by what a manager of its store saw elsewhere. */
  settle(receipt: string, verdict: Verdict, who: Who): Promise<string>;
}

export function createCheck(parts: CheckParts): Check {
  const { vendor, ledger, staff, calendar, lastLookAfterMs, now, onSettled } = parts;
  const nameOf = (user: string) => staff.findStaff(user)?.name ?? user;

  async function find(receipt: string, who: Who): Promise<RecordedRedemption | undefined> {
    return (await ledger.findRecords({ receipt, ...knownTo(who) }, 1)).newest[0];
  }

  /** Times left now; null where they are of no use or not to be had. */
  async function timesLeft(redemption: Redemption): Promise<Sight> {
    if (redemption.state !== 'unknown') return null;
    const look = await vendor.detail(cardToSpend(redemption), { timeoutMs: TIMEOUT_MS, insist: true });
    return sightOf(redemption, look);
  }

  async function settleBy(redemption: Redemption, remaining: number, lookedAt: number): Promise<Redemption> {
    const last = lookedAt - (redemption.settledAt ?? lookedAt) >= lastLookAfterMs;
    const settled = await ledger.settleByLook(redemption.id, remaining, last);
    if (settled.state !== 'unknown') onSettled(settled);
    return settled;
  }

  return {
    async look(receipt, who) {
      const found = await find(receipt, who);
      if (found === undefined) return sentences.uncheckable({ kind: 'no-such-receipt' });
      const lookedAt = now();
      const remaining = await timesLeft(found.redemption);
      const redemption = remaining === null ? found.redemption : await settleBy(found.redemption, remaining, lookedAt);
      return sentences.check(redemption, {
        ...extrasOf(redemption),
        when: dayAndTime(redemption.claimedAt, { calendar, now: now() }),
        who: found.user === null ? null : nameOf(found.user),
        before: redemption.remainingBefore,
        now: remaining,
        maySettle: mayManage(who, redemption.store?.code ?? ''),
      });
    },

    async settle(receipt, verdict, who) {
      const found = await find(receipt, who);
      if (found === undefined) return sentences.uncheckable({ kind: 'no-such-receipt' });
      const { redemption, user } = found;
      if (!mayManage(who, redemption.store?.code ?? '')) return sentences.notAllowed('own-store');
      if (redemption.state !== 'unknown')
        return sentences.uncheckable({ kind: 'not-unknown', state: redemption.state });
      const by = { how: 'hand', user: who.user, name: nameOf(who.user) } as const;
      const settled = await ledger.settleByHand(redemption.id, verdict === 'consumed' ? 'succeeded' : 'refused', by);
      if (settled.settledBy?.how !== 'hand' || settled.settledBy.user !== who.user)
        return sentences.uncheckable({ kind: 'not-unknown', state: settled.state });
      onSettled(settled);
      return sentences.check(settled, {
        ...extrasOf(settled),
        when: dayAndTime(settled.claimedAt, { calendar, now: now() }),
        who: user === null ? null : nameOf(user),
        before: settled.remainingBefore,
        now: null,
        maySettle: false,
      });
    },
  };
}

import type { Verdict } from '../command/command.ts';
import { cardToSpend, sightOf } from '../redemption/card-care.ts';
import type { Sight } from '../redemption/looks.ts';
import type { Ledger } from '../redemption/ledger.ts';
import type { Directory, Vendor } from '../redemption/ports.ts';
import type { RecordedRedemption } from '../redemption/records.ts';
import type { Redemption, State } from '../redemption/redemption.ts';
import { maskCards } from './masked.ts';
import { nameOnRecord } from './names.ts';
import type { NotAllowed } from './not-allowed.ts';
import { mayManage, type Who } from './permissions.ts';
import { knownTo } from './scope.ts';

export type { Verdict };

const TIMEOUT_MS = 3_000;

export interface CheckParts {
  readonly vendor: Pick<Vendor, 'detail'>;
  readonly ledger: Pick<Ledger, 'findRecords' | 'settleByLook' | 'settleByHand'>;
  readonly staff: Pick<Directory, 'findStaff'>;
  /** How long after a redemption became unknown its last look is due, in milliseconds. */
  readonly lastLookAfterMs: number;
  /** The ledger's clock: milliseconds since 1970. */
  readonly now: () => number;
  /** Told about every unknown that was settled here. */
  readonly onSettled: (redemption: Redemption) => void;
}

/** What is known of a redemption now. */
export interface Checked {
  readonly kind: 'checked';
  readonly redemption: Redemption;
  /** The name of the person who typed it. */
  readonly who: string | null;
  /** Times left on its card now; null where they prove nothing, or were not seen. */
  readonly remaining: number | null;
  /** Whether the person who asks may settle it. */
  readonly maySettle: boolean;
}

/** Why a check has no result. */
export type NotChecked =
  /** There is none, or none that this person may see. */
  | { readonly kind: 'no-such-receipt' }
  /** Only what is unknown, or was settled by hand or by a list as something else, can be settled by hand. */
  | { readonly kind: 'not-unknown'; readonly state: State }
  | NotAllowed;

export interface Check {
  /** A redemption as it is on record; null: there is none, or none that this person may see. */
  find(receipt: string, who: Who): Promise<Redemption | null>;
  /** Finds a redemption, looking at its card once more while its outcome is unknown. */
  look(receipt: string, who: Who): Promise<Checked | NotChecked>;
  /** Settles an unknown by what a manager of its store saw elsewhere, or corrects what was settled so, or by a list. */
  settle(receipt: string, verdict: Verdict, who: Who, given?: Given): Promise<Checked | NotChecked>;
}

/** What comes with a verdict. */
export interface Given {
  readonly reason?: string;
  /** When the redemption had been settled, as it was shown: what has changed since is left alone. Absent: as it stands. */
  readonly asOf?: number | null;
}

export function createCheck({ vendor, ledger, staff, lastLookAfterMs, now, onSettled }: CheckParts): Check {
  const nameOf = (user: string) => staff.findStaff(user)?.name ?? user;

  async function find(receipt: string, who: Who): Promise<RecordedRedemption | undefined> {
    return (await ledger.findRecords({ receipt, ...knownTo(who) }, 1)).newest[0];
  }

  async function timesLeft(redemption: Redemption, { user }: Who): Promise<Sight> {
    if (redemption.state !== 'unknown') return null;
    const asker = { user, message: null };
    const look = await vendor.detail(cardToSpend(redemption), { timeoutMs: TIMEOUT_MS, asker, insist: true });
    return sightOf(redemption, look);
  }

  async function settleBy(
    redemption: Redemption,
    remaining: number,
    lookedAt: number,
    by: string,
  ): Promise<Redemption> {
    const last = lookedAt - (redemption.settledAt ?? lookedAt) >= lastLookAfterMs;
    const settled = await ledger.settleByLook(redemption.id, remaining, last, by);
    if (settled.state !== 'unknown') onSettled(settled);
    return settled;
  }

  return {
    find: async (receipt, who) => (await find(receipt, who))?.redemption ?? null,

    async look(receipt, who) {
      const found = await find(receipt, who);
      if (found === undefined) return { kind: 'no-such-receipt' };
      const lookedAt = now();
      const remaining = await timesLeft(found.redemption, who);
      const redemption =
        remaining === null ? found.redemption : await settleBy(found.redemption, remaining, lookedAt, who.user);
      return {
        kind: 'checked',
        redemption,
        who: nameOnRecord(staff, found),
        remaining,
        maySettle: mayManage(who, redemption.store?.code ?? ''),
      };
    },

    async settle(receipt, verdict, who, { reason, asOf } = {}) {
      const found = await find(receipt, who);
      if (found === undefined) return { kind: 'no-such-receipt' };
      const { redemption } = found;
      if (!mayManage(who, redemption.store?.code ?? '')) return { kind: 'not-allowed', needed: 'own-store' };
      const state = verdict === 'consumed' ? 'succeeded' : 'refused';
      const corrects = isCorrectable(redemption) && redemption.state !== state;
      const isStale = asOf !== undefined && redemption.settledAt !== asOf;
      if (isStale || (redemption.state !== 'unknown' && !corrects))
        return { kind: 'not-unknown', state: redemption.state };
      const given = reason === undefined ? {} : { reason: withoutCardsOf(redemption, reason) };
      const by = { how: 'hand', user: who.user, name: nameOf(who.user), ...given } as const;
      const settled = await ledger.settleByHand(redemption.id, state, by, asOf);
      if (settled.settledBy?.how !== 'hand' || settled.settledBy.user !== who.user || settled.state !== state)
        return { kind: 'not-unknown', state: settled.state };
      onSettled(settled);
      return {
        kind: 'checked',
        redemption: settled,
        who: nameOnRecord(staff, found),
        remaining: null,
        maySettle: false,
      };
    },
  };
}

/** What a person wrote about a redemption, with card numbers cut. */
export function withoutCardsOf({ card, realCard }: Redemption, text: string): string {
  return maskCards(text, [card, realCard ?? card]);
}

/** Whether people said what it was, so that they may say otherwise. */
export function isCorrectable({ settledBy }: Pick<Redemption, 'settledBy'>): boolean {
  return settledBy?.how === 'hand' || settledBy?.how === 'list';
}

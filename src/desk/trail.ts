import type { Ledger } from '../redemption/ledger.ts';
import type { Directory } from '../redemption/ports.ts';
import { maskCards } from './masked.ts';
import { nameOnRecord } from './names.ts';
import { mayManage, type Who } from './permissions.ts';
import { knownTo } from './scope.ts';
import { comingOf } from './trail-coming.ts';
import { cardsIn, entriesOf } from './trail-entries.ts';
import type { TrailShown } from './trail-shown.ts';

export interface TrailParts {
  readonly ledger: Pick<Ledger, 'findTrail'>;
  readonly staff: Pick<Directory, 'findStaff'>;
}

/** Shows what happened with the redemption of a receipt, as far as the person may know it. Rejects with LedgerError. */
export type ShowTrail = (receipt: string, who: Who) => Promise<TrailShown | { readonly kind: 'no-such-receipt' }>;

export function createShowTrail({ ledger, staff }: TrailParts): ShowTrail {
  return async (receipt, who) => {
    const trail = await ledger.findTrail(receipt, knownTo(who));
    if (trail === null) return { kind: 'no-such-receipt' };
    const { redemption, beside } = trail;
    return {
      ...{ kind: 'trail', redemption, beside },
      who: nameOnRecord(staff, trail),
      remark: maskCards(redemption.remark, cardsIn(trail)),
      maySettle: mayManage(who, redemption.store?.code ?? ''),
      entries: entriesOf(trail, (user) => nameOnRecord(staff, { user }) ?? user),
      coming: comingOf(trail),
    };
  };
}

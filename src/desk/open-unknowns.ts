import type { Ledger } from '../redemption/ledger.ts';
import type { Sight } from '../redemption/looks.ts';
import type { Directory } from '../redemption/ports.ts';
import type { OpenUnknown, RecordCursor, RecordedRedemption, UnknownsFilter } from '../redemption/records.ts';
import type { Redemption } from '../redemption/redemption.ts';
import { isSameUser } from '../redemption/user-id.ts';
import { maskCards } from './masked.ts';
import { nameOnRecord } from './names.ts';
import { mayManage, type Who } from './permissions.ts';

/** As many as are read on a page. */
const LISTED = 15;
const SETTLED_LISTED = 30;
/** So long what was settled stays in sight, so that a mistake is. */
const SETTLED_FOR_MS = 7 * 24 * 60 * 60_000;

export interface OpenUnknownsParts {
  readonly ledger: Pick<Ledger, 'findUnknowns' | 'findSettledUnknowns'>;
  readonly staff: Pick<Directory, 'findStaff'>;
  /** The ledger's clock: milliseconds since 1970. */
  readonly now: () => number;
}

/** What is still unknown and has to be settled, with what is known about it. */
export interface UnknownItem {
  readonly redemption: Redemption;
  /** The name of the person who typed it. */
  readonly who: string | null;
  /** With card numbers cut; may be empty. */
  readonly remark: string;
  readonly looks: number;
  readonly sights: readonly Sight[];
  /** When the next look is due, in milliseconds since 1970; null: none is. */
  readonly nextLookAt: number | null;
  /** What else was sent for its card since shortly before it, as far as the person who asks may know of it; oldest first. */
  readonly others: readonly { readonly redemption: Redemption; readonly who: string | null }[];
  /** How many more there were that they may not see. */
  readonly othersUnseen: number;
  readonly maySettle: boolean;
}

/** What became known without the vendor's answer lately. */
export interface SettledItem {
  readonly redemption: Redemption;
  readonly who: string | null;
  readonly maySettle: boolean;
}

export interface UnknownsList {
  /** Oldest first. */
  readonly items: readonly UnknownItem[];
  /** Of all that are open, listed or not. */
  readonly total: number;
  /** Behind which the list goes on; null: it does not. */
  readonly next: RecordCursor | null;
  /** Of the last seven days, the latest first. */
  readonly settled: readonly SettledItem[];
}

/** The unknowns that a person may see: a manager those of the store, an admin all, others their own. */
export interface ListUnknowns {
  list(who: Who, after: RecordCursor | null): Promise<UnknownsList>;
}

export function createListUnknowns({ ledger, staff, now }: OpenUnknownsParts): ListUnknowns {
  const nameOf = (recorded: RecordedRedemption) => nameOnRecord(staff, recorded);
  const maySettle = (who: Who, { store }: Redemption) => mayManage(who, store?.code ?? '');

  function itemOf(who: Who, unknown: OpenUnknown): UnknownItem {
    const { redemption, looks, sights, nextLookAt } = unknown;
    const others = unknown.others.filter((other) => mayKnow(who, other));
    return {
      ...{ redemption, who: nameOf(unknown), looks, sights, nextLookAt },
      others: others.map((other) => ({ redemption: other.redemption, who: nameOf(other) })),
      remark: maskCards(redemption.remark, [redemption.card, redemption.realCard ?? redemption.card]),
      othersUnseen: unknown.others.length - others.length,
      maySettle: maySettle(who, redemption),
    };
  }

  return {
    async list(who, after) {
      const filter = unknownsOf(who);
      const [{ unknowns, total }, settled] = await Promise.all([
        ledger.findUnknowns(filter, after, LISTED + 1),
        ledger.findSettledUnknowns(filter, now() - SETTLED_FOR_MS, SETTLED_LISTED),
      ]);
      const items = unknowns.slice(0, LISTED).map((unknown) => itemOf(who, unknown));
      const last = unknowns.length > LISTED ? items.at(-1)?.redemption : undefined;
      return {
        ...{ items, total },
        next: last === undefined ? null : { at: last.claimedAt, id: last.id },
        settled: settled.map((recorded) => ({
          redemption: recorded.redemption,
          who: nameOf(recorded),
          maySettle: maySettle(who, recorded.redemption),
        })),
      };
    },
  };
}

function unknownsOf({ role, user, member }: Who): UnknownsFilter {
  if (role === 'admin') return {};
  return role === 'manager' && member !== undefined ? { storeCode: member.store.code } : { user };
}

/** As `knownTo` has it, of one that is at hand. */
function mayKnow({ role, user, member }: Who, { redemption, user: typedBy }: RecordedRedemption): boolean {
  if (role === 'admin' || (typedBy !== null && isSameUser(typedBy, user))) return true;
  return member !== undefined && redemption.store?.code === member.store.code;
}

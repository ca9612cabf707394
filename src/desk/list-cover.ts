import type { RecordedRedemption } from '../redemption/records.ts';
import type { Redemption } from '../redemption/redemption.ts';
import type { ListRow, WithoutReceipt } from '../redemption/vendor-list.ts';

// Whether a list that lacks a redemption proves that it was not carried out. A wrong proof is paid by a customer: the same
// visits are spent twice. So a list has to show that it is whole around the redemption, by the redemptions of the same kind
// that are known to have succeeded: those it has to contain.

/** The vendor's clock is not ours, and a request may have been late. */
export const MARGIN_MS = 15 * 60_000;
const WINDOW_MS = 48 * 60 * 60_000;
/** Before it, and behind it. */
const WITNESSES = 3;

/** Why the lack of a redemption in a list decides nothing. */
export type Undecided =
  /** It lies outside of the time that the list covers, or too close to its ends. */
  | 'outside'
  /** The service itself is still looking at its card. */
  | 'looking'
  /** The list lacks others that did succeed, so it is not whole. */
  | 'incomplete'
  /** Too few others of the same store, kind of card and employee stand in the list around it. */
  | 'not-shown'
  /** Rows without a receipt may be of the same card, or a receipt was cut that may be its own. */
  | 'unmarked'
  /** More than can be compared. */
  | 'too-many';

/** A span of time, in milliseconds since 1970. */
export interface Period {
  readonly from: number;
  readonly to: number;
}

export interface Cover {
  readonly period: Period | null;
  /** Whether a person has said so, and it ended before now. */
  readonly isStated: boolean;
  /** The receipts that stand in the list, however. */
  readonly listed: ReadonlySet<string>;
  /** Those of the list's rows of which only the start is there. */
  readonly cut: readonly ListRow[];
  readonly withoutReceipt: WithoutReceipt;
  /** What the vendor's own answer has said to have succeeded in that time, in all stores that the person may see. */
  readonly succeeded: readonly RecordedRedemption[];
  /** Whether that is not all of it. */
  readonly isPartial: boolean;
  /** When the redemptions that stand in the list were typed; the longest remark that came through with its receipt. */
  readonly matched: Period | null;
  readonly longestRemark: number;
}

/** Null where the list shows that the redemption is not in the vendor's books; else why it does not. */
export function whyUndecided(redemption: Redemption, cover: Cover): Undecided | null {
  const { claimedAt, store, checking } = redemption;
  const { period, listed } = cover;
  if (checking) return 'looking';
  if (period === null || claimedAt < period.from + MARGIN_MS || claimedAt > period.to - MARGIN_MS) return 'outside';
  if (cover.isPartial) return 'too-many';
  if (mayBeUnmarked(redemption, cover)) return 'unmarked';
  const ofStore = cover.succeeded
    .map((recorded) => recorded.redemption)
    .filter((other) => store !== null && other.store?.code === store.code && other.settledBy === null);
  const near = cover.isStated ? ofStore : ofStore.filter((other) => isNear(other, claimedAt));
  if (near.some(({ receipt }) => !listed.has(receipt))) return 'incomplete';
  const before = near.filter((other) => other.claimedAt <= claimedAt - MARGIN_MS);
  const behind = near.filter((other) => other.claimedAt >= claimedAt + MARGIN_MS);
  if (cover.isStated) {
    // A list that was made before the redemption lacks it too: something in it has to be later.
    const { matched } = cover;
    const isLater = matched !== null && matched.to >= claimedAt + MARGIN_MS && matched.from <= claimedAt - MARGIN_MS;
    return isLater && shows(redemption, [...before, ...behind]) ? null : 'not-shown';
  }
  return shows(redemption, before) && shows(redemption, behind) ? null : 'not-shown';
}

/** Whether these others are enough, and not all of one card; one is of the same kind of card and of the same employee. */
function shows({ cardName, employeeId, card }: Redemption, others: readonly Redemption[]): boolean {
  const cards = new Set(others.map((other) => other.card).filter((other) => other !== card));
  const isLike = (other: Redemption) => other.cardName === cardName && other.employeeId === employeeId;
  return cardName !== null && others.length >= WITNESSES && cards.size >= 2 && others.some(isLike);
}

function isNear(other: Redemption, at: number): boolean {
  return Math.abs(other.claimedAt - at) <= WINDOW_MS;
}

/** Whether the redemption may stand in the list without its receipt: it comes last in the remark, which may have been cut. */
function mayBeUnmarked({ receipt, remark, card, realCard }: Redemption, cover: Cover): boolean {
  const { withoutReceipt, cut, longestRemark } = cover;
  if (remark.length > longestRemark || cut.some((row) => receipt.startsWith(row.receipt))) return true;
  const tails = new Set(withoutReceipt.tails);
  return withoutReceipt.hasRounded || [card, realCard ?? card].some((number) => tails.has(number.slice(-4)));
}

import type { Calendar } from '../redemption/calendar.ts';
import type { Ledger } from '../redemption/ledger.ts';
import type { Directory } from '../redemption/ports.ts';
import type { RecordedRedemption, RecordCursor } from '../redemption/records.ts';
import type { ListPlace, Redemption, SettledByList } from '../redemption/redemption.ts';
import type { ListRow, VendorList } from '../redemption/vendor-list.ts';
import { MARGIN_MS, whyUndecided, type Period, type Undecided } from './list-cover.ts';
import { maskCards } from './masked.ts';
import { nameOnRecord } from './names.ts';
import { mayManage, type Who } from './permissions.ts';
import { managedBy } from './scope.ts';

const PART = 500;
const MAX_DOUBT = 60;
/** Of what has succeeded here in the time of the list, and of what is unknown. */
const MOST_SUCCEEDED = 20_000;
const MOST_UNKNOWN = 500;

export interface ReconcileParts {
  readonly ledger: Pick<Ledger, 'findReceipts' | 'findSucceeded' | 'findUnknowns' | 'settleByList'>;
  readonly staff: Pick<Directory, 'findStaff'>;
  readonly calendar: Calendar;
  /** The ledger's clock: milliseconds since 1970. */
  readonly now: () => number;
  /** Told about every unknown that was settled here. */
  readonly onSettled: (redemption: Redemption) => void;
}

/** What comes with a list. */
export interface ListFile {
  readonly list: VendorList;
  readonly file: string;
  readonly sha256: string;
  /** What the person says the list covers; null: it has to be seen from the list. */
  readonly stated: Period | null;
}

/** A redemption, and who typed it by name. */
export interface Listed {
  readonly redemption: Redemption;
  readonly who: string | null;
}

/** A row of the list with what is on record of its receipt; null: nothing is. */
export interface RowOnRecord {
  readonly row: ListRow;
  readonly here: Listed | null;
}

/** What the list says of one that is unknown. */
export interface Decision extends Listed {
  readonly state: 'succeeded' | 'refused';
  readonly place: ListPlace | null;
}

/** A list beside the records; nothing of stores that the person may not see. */
export interface Reconciled {
  /** What the list covers, as far as can be told. */
  readonly period: Period | null;
  /** In both, and not in the sections below. */
  readonly both: number;
  /** In both, with another count: where it is unknown here, that decides nothing. */
  readonly otherCount: readonly RowOnRecord[];
  /** Succeeded here within that time, and not in the list. */
  readonly onlyHere: readonly Listed[];
  readonly onlyHereIsPartial: boolean;
  /** In the list as carried out, and here not on record, or as not carried out. */
  readonly onlyThere: readonly RowOnRecord[];
  /** Several rows have the same receipt. */
  readonly several: readonly RowOnRecord[];
  /** The list says that it was refunded, failed or the like, or says it unclearly. */
  readonly doubtful: readonly RowOnRecord[];
  /** Rows of which only the start of a receipt is left. */
  readonly cut: readonly ListRow[];
  readonly decides: readonly Decision[];
  readonly undecided: readonly (Listed & { readonly why: Undecided })[];
  /** Receipts of stores that the person may not see. */
  readonly unseen: number;
}

export interface SettledByTheList {
  readonly settled: readonly Redemption[];
  /** Something else by now, so left alone. */
  readonly left: readonly Redemption[];
}

export interface Reconcile {
  /** Puts a list beside the records of the stores that the person manages. */
  compare(file: ListFile, who: Who): Promise<Reconciled>;
  /** Settles what it decides, as it was shown. */
  settle(decides: readonly Decision[], file: Omit<ListFile, 'list' | 'stated'>, who: Who): Promise<SettledByTheList>;
}

export function createReconcile({ ledger, staff, calendar, now, onSettled }: ReconcileParts): Reconcile {
  const named = (recorded: RecordedRedemption): Listed => ({
    redemption: recorded.redemption,
    who: nameOnRecord(staff, recorded),
  });

  async function onRecord(receipts: readonly string[]): Promise<Map<string, RecordedRedemption>> {
    const found = new Map<string, RecordedRedemption>();
    for (let at = 0; at < receipts.length; at += PART)
      for (const one of await ledger.findReceipts(receipts.slice(at, at + PART)))
        found.set(one.redemption.receipt, one);
    return found;
  }

  async function all(
    most: number,
    part: (after: RecordCursor | null) => Promise<readonly RecordedRedemption[]>,
  ): Promise<RecordedRedemption[]> {
    const found: RecordedRedemption[] = [];
    let after: RecordCursor | null = null;
    while (found.length <= most) {
      const more: readonly RecordedRedemption[] = await part(after);
      found.push(...more);
      const last = more.at(-1)?.redemption;
      if (last === undefined || more.length < PART) break;
      after = { at: last.claimedAt, id: last.id };
    }
    return found;
  }

  /** The time that the list covers: as stated, as its own times have it, or as the redemptions in it were typed. */
  function periodOf({ list, stated }: ListFile, matched: Period | null): Period | null {
    if (stated !== null) return stated;
    if (list.times === null) return matched;
    const [from, to] = [list.times.from, list.times.to].map((time) =>
      calendar.instantOf(time.slice(0, 10), time.slice(11, 16)),
    );
    return from === undefined || to === undefined || Number.isNaN(from + to) ? matched : { from, to };
  }

  return {
    async compare(file, who) {
      const { list, stated } = file;
      const rows = Map.groupBy(
        list.rows.filter(({ isCut }) => !isCut),
        ({ receipt }) => receipt,
      );
      const records = await onRecord([...rows.keys()]);
      const times = [...records.values()].map(({ redemption }) => redemption.claimedAt);
      const matched = times.length === 0 ? null : { from: lowest(times), to: -lowest(times.map((time) => -time)) };
      const period = periodOf(file, matched);
      const filter = managedBy(who);
      const ofWho = filter.storeCode === undefined ? {} : { storeCode: filter.storeCode };
      const succeeded =
        period === null
          ? []
          : await all(MOST_SUCCEEDED, (after) =>
              ledger.findSucceeded({ ...ofWho, span: { from: period.from, to: period.to + 1 } }, after, PART),
            );
      const unknowns = await all(
        MOST_UNKNOWN,
        async (after) => (await ledger.findUnknowns(ofWho, after, PART)).unknowns,
      );
      const cut = list.rows.filter(({ isCut }) => isCut);
      const isPartial = succeeded.length > MOST_SUCCEEDED;
      const sorted = sort(rows, records, who, named);
      const cover = {
        ...{ period, listed: new Set(rows.keys()), cut, withoutReceipt: list.withoutReceipt, succeeded, isPartial },
        ...{ matched, isStated: stated !== null && stated.to <= now() },
        longestRemark: -lowest([0, ...[...records.values()].map(({ redemption }) => -redemption.remark.length)]),
      };
      const absent = unknowns
        .filter(({ redemption }) => !rows.has(redemption.receipt))
        .map((unknown) => ({ ...named(unknown), why: whyUndecided(unknown.redemption, cover) }));
      const refused = absent.flatMap(({ why, ...one }): Decision[] =>
        why === null ? [{ ...one, state: 'refused', place: null }] : [],
      );
      return {
        ...sorted,
        ...{ period, cut },
        onlyHere: onlyHere(succeeded, cover, stated === null).map(named),
        onlyHereIsPartial: isPartial,
        decides: [...sorted.decides, ...refused],
        // What is far from the time of the list is none of its business.
        undecided: absent.flatMap(({ why, ...one }) => (why === null || why === 'outside' ? [] : [{ ...one, why }])),
      };
    },

    async settle(decides, { file, sha256 }, who) {
      const settled: Redemption[] = [];
      const left: Redemption[] = [];
      const name = staff.findStaff(who.user)?.name ?? who.user;
      for (const { redemption, state, place } of decides) {
        if (!mayManage(who, redemption.store?.code ?? '')) continue;
        const by: SettledByList = { how: 'list', user: who.user, name, file, sha256, place };
        const row = await ledger.settleByList(redemption.id, state, by, redemption.settledAt);
        const isOurs = row.settledBy?.how === 'list' && row.settledBy.sha256 === sha256 && row.state === state;
        if (isOurs) onSettled(row);
        (isOurs ? settled : left).push(row);
      }
      return { settled, left };
    },
  };
}

/** What a list should have and has not; nothing so close to its ends that a clock could be the reason. */
function onlyHere(
  succeeded: readonly RecordedRedemption[],
  { period, listed, cut }: { period: Period | null; listed: ReadonlySet<string>; cut: readonly ListRow[] },
  isSeen: boolean,
): RecordedRedemption[] {
  if (period === null) return [];
  const margin = isSeen ? MARGIN_MS : 0;
  return succeeded.filter(({ redemption: { receipt, claimedAt } }) => {
    const isWithin = claimedAt >= period.from + margin && claimedAt <= period.to - margin;
    return isWithin && !listed.has(receipt) && !cut.some((row) => receipt.startsWith(row.receipt));
  });
}

type Sorted = Pick<Reconciled, 'both' | 'otherCount' | 'onlyThere' | 'several' | 'doubtful' | 'decides' | 'unseen'>;

/** What the rows of each receipt say beside what is on record of it. */
function sort(
  rows: ReadonlyMap<string, readonly ListRow[]>,
  records: ReadonlyMap<string, RecordedRedemption>,
  who: Who,
  named: (recorded: RecordedRedemption) => Listed,
): Sorted {
  const otherCount: RowOnRecord[] = [];
  const onlyThere: RowOnRecord[] = [];
  const several: RowOnRecord[] = [];
  const doubtful: RowOnRecord[] = [];
  const decides: Decision[] = [];
  let [both, unseen] = [0, 0];
  for (const [receipt, ofReceipt] of rows) {
    const record = records.get(receipt);
    if (record !== undefined && !mayManage(who, record.redemption.store?.code ?? '')) {
      unseen += 1;
      continue;
    }
    const here = record === undefined ? null : named(record);
    const [row] = ofReceipt;
    if (row === undefined) continue;
    const state = here?.redemption.state;
    const doubted = ofReceipt.find(({ doubt }) => doubt !== null);
    if (doubted !== undefined) doubtful.push({ row: { ...doubted, doubt: shortened(doubted.doubt ?? '') }, here });
    else if (ofReceipt.length > 1) several.push(...ofReceipt.map((one) => ({ row: one, here })));
    else if (here === null || state === 'refused' || state === 'unsent' || state === 'asked')
      onlyThere.push({ row, here });
    else if (
      row.count !== null &&
      row.count !== here.redemption.count &&
      (state === 'succeeded' || state === 'unknown')
    )
      otherCount.push({ row, here });
    else if (state === 'unknown')
      decides.push({ ...here, state: 'succeeded', place: { sheet: row.sheet, row: row.row } });
    else both += 1;
  }
  return { both, otherCount, onlyThere, several, doubtful, decides, unseen };
}

/** What stands in a cell may be long, or the number of a card. */
function shortened(text: string): string {
  return maskCards(text, []).slice(0, MAX_DOUBT);
}

/** Of many, more than can be arguments. */
function lowest(numbers: readonly number[]): number {
  return numbers.reduce((least, number) => Math.min(least, number), Infinity);
}

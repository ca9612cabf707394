import type { Log } from '../log.ts';
import type { RecordedMappingChange } from '../redemption/changes.ts';
import type { PeopleLedger } from '../redemption/ledger.ts';
import type { RobotTest } from '../redemption/notices.ts';
import { Secret, type ShopBook, type ShopEdit, type ShopSnapshot } from '../redemption/shops.ts';
import { mayManage, type Who } from './permissions.ts';
import {
  composeEntry,
  itemOf,
  judgeShop,
  type ShopJudgement,
  type ShopRefusal,
  type ShopTarget,
  type ShopWish,
} from './shop-rules.ts';

export interface ShopEditsParts {
  readonly book: ShopBook;
  readonly ledger: Pick<
    PeopleLedger,
    'beginMappingChange' | 'endMappingChange' | 'findMappingChange' | 'listMappingChanges'
  >;
  /** Has one robot say a test line on behalf of somebody; null: the mapping has none of that id. */
  readonly testRobot: (id: string, who: string) => Promise<RobotTest | null>;
  readonly log: Log;
}

export type ShopPlanned = Omit<Extract<ShopJudgement, { kind: 'change' }>, 'edit' | 'held'>;

/** Why an edit is not made. */
export type NotMade =
  | { readonly kind: 'refused'; readonly why: ShopRefusal }
  | { readonly kind: 'unchanged' }
  /** It was changed since it was looked at. `now` is JSON, as it may be shown; null: it is not there any more. */
  | { readonly kind: 'stale'; readonly now: string | null; readonly since: readonly RecordedMappingChange[] }
  | { readonly kind: 'mapping-broken' }
  | { readonly kind: 'no-such-change' };

export type ShopMade = Omit<ShopPlanned, 'kind'> & { readonly kind: 'made' };

/** Stores, conversations and robots, as those who manage them see and change them. */
export interface ShopEdits {
  isBroken(): boolean;
  /** What is in force. What of it somebody may see is for `maySee` to say. */
  snapshot(): ShopSnapshot;
  /** Whether somebody may see what belongs to a store, and for null what belongs to all. */
  maySee(who: Who, storeCode: string | null): boolean;
  plan(who: Who, wish: ShopWish): ShopPlanned | NotMade;
  make(who: Who, wish: ShopWish): Promise<ShopMade | NotMade>;
  changes(
    who: Who,
    asked: { readonly before?: number; readonly limit: number },
  ): Promise<readonly RecordedMappingChange[]>;
  planUndo(who: Who, id: number): Promise<ShopPlanned | NotMade>;
  undo(who: Who, id: number): Promise<ShopMade | NotMade>;
  /** Null where there is no such robot, or none that they may test. */
  test(who: Who, storeCode: string | null, robot: string): Promise<RobotTest | null>;
}

interface Held {
  readonly before: string | null;
  readonly after: string | null;
}

/** Edits of the same entry that may overtake a change. */
const TRIES = 3;
/** Platform and id. */
const CONVERSATION = /^(?:wecom|dingtalk|feishu):\S{1,200}$/u;
const SINCE = 50;

type Judge = (current: ShopSnapshot) => ShopJudgement;

export function createShopEdits({ book, ledger, testRobot, log }: ShopEditsParts): ShopEdits {
  const maySee = (who: Who, storeCode: string | null) =>
    storeCode === null ? who.role === 'admin' : mayManage(who, storeCode);

  /** As the form was filled in. */
  const judgeWish =
    (who: Who, wish: ShopWish): Judge =>
    (current) => {
      const before = itemOf(current, wish);
      const isAsSeen = (before?.version ?? '') === wish.seen;
      if (before === null && !isAsSeen) return { kind: 'stale', target: wish, now: null };
      if (before === null && wish.list === 'conversation') {
        // Whoever could book any group to the own store would see what others redeem there.
        if (who.role !== 'admin') return { kind: 'refused', why: 'not-allowed' };
        if (!CONVERSATION.test(wish.id)) return { kind: 'refused', why: 'conversation' };
      }
      const after = isAsSeen ? composeEntry(book, before, wish) : null;
      if (typeof after === 'string') return { kind: 'refused', why: after };
      return judgeShop({ book, current, who, target: wish, before, after, isAsSeen });
    };

  async function reversal(who: Who, id: number): Promise<Judge | null> {
    const found = await ledger.findMappingChange(id);
    if (found === null || found.held === null || found.change.state === 'not-made') return null;
    const { change } = found;
    if (who.role !== 'admin' && !change.stores.some((code) => code !== null && mayManage(who, code))) return null;
    const held = JSON.parse(found.held) as Held;
    const target = targetOf(change, held);
    return (current) => {
      const before = itemOf(current, target);
      const after = held.before === null ? null : new Secret(held.before);
      const isAsSeen = (before?.entry.reveal() ?? null) === held.after;
      return judgeShop({ book, current, who, target, before, after, isAsSeen });
    };
  }

  function targetOf({ list, target, stores }: RecordedMappingChange, { after }: Held): ShopTarget {
    if (list === 'store') return { list, code: target };
    if (list === 'conversation') return { list, id: target };
    return { list, storeCode: stores[0], id: after === null ? null : book.robotView(new Secret(after)).id };
  }

  function toPlan(judged: ShopJudgement): ShopPlanned | NotMade {
    if (judged.kind === 'stale') return { ...judged, since: [] };
    if (judged.kind !== 'change') return judged;
    return shownOf(judged);
  }

  async function carryOut(who: Who, judge: Judge, undoes: number | null): Promise<ShopMade | NotMade> {
    if (book.isBroken()) return { kind: 'mapping-broken' };
    for (let tries = 1; tries <= TRIES; tries += 1) {
      const planned = judge(book.shops());
      if (planned.kind === 'stale') return { ...planned, since: await since(planned.target) };
      if (planned.kind !== 'change') return planned;
      const result = await attempt(who, planned, judge, undoes);
      if (result === 'failed') return { kind: 'mapping-broken' };
      if (result === 'overtaken') continue;
      const shown = shownOf(planned);
      log.info({ by: who.user, list: shown.target.list, target: shown.name }, 'mapping changed');
      return { ...shown, kind: 'made' };
    }
    throw new Error('the entry was edited again and again while it was to be changed');
  }

  async function attempt(
    who: Who,
    planned: Extract<ShopJudgement, { kind: 'change' }>,
    judge: Judge,
    undoes: number | null,
  ): Promise<'made' | 'overtaken' | 'failed'> {
    const { target, name, stores, before, after, held } = planned;
    const heldText: Held = { before: held.before?.reveal() ?? null, after: held.after?.reveal() ?? null };
    const id = await ledger.beginMappingChange({
      ...{ by: who.user, list: target.list, target: name, stores, before, after, undoes },
      held: JSON.stringify(heldText),
    });
    const decided: ('made' | 'overtaken')[] = [];
    try {
      await book.changeShops((current) => {
        const now = judge(current);
        const same = now.kind === 'change' && isSameEdit(now.edit, planned.edit) && now.before === before;
        decided.push(same ? 'made' : 'overtaken');
        return same ? now.edit : 'leave';
      });
    } catch (error) {
      log.warn({ err: error, by: who.user, list: target.list }, 'the mapping could not be changed');
      // A write that failed may have come through all the same: then the record stays open.
      if (decided.at(-1) !== 'made') await ledger.endMappingChange(id, false);
      return 'failed';
    }
    const result = decided.at(-1) ?? 'overtaken';
    await ledger.endMappingChange(id, result === 'made');
    return result;
  }

  /** What is on record of an entry, the newest first. */
  async function since(target: ShopTarget): Promise<readonly RecordedMappingChange[]> {
    const name = target.list === 'store' ? target.code : target.id;
    const changes = await ledger.listMappingChanges({ limit: SINCE });
    return changes.filter((change) => change.list === target.list && change.target === name).slice(0, 3);
  }

  return {
    isBroken: () => book.isBroken(),
    snapshot: () => book.shops(),
    maySee,
    plan: (who, wish) => (book.isBroken() ? { kind: 'mapping-broken' } : toPlan(judgeWish(who, wish)(book.shops()))),
    make: (who, wish) => carryOut(who, judgeWish(who, wish), null),
    changes: (who, { before, limit }) =>
      ledger.listMappingChanges({
        ...(who.role !== 'admin' && { storeCode: who.member?.store.code ?? '' }),
        ...(before !== undefined && { before }),
        limit,
      }),
    async planUndo(who, id) {
      const judge = await reversal(who, id);
      if (judge === null) return { kind: 'no-such-change' };
      if (book.isBroken()) return { kind: 'mapping-broken' };
      const judged = judge(book.shops());
      return judged.kind === 'stale' ? { ...judged, since: await since(judged.target) } : toPlan(judged);
    },
    async undo(who, id) {
      const judge = await reversal(who, id);
      return judge === null ? { kind: 'no-such-change' } : carryOut(who, judge, id);
    },
    async test(who, storeCode, robot) {
      if (!maySee(who, storeCode)) return null;
      const isThere = book
        .shops()
        .robots(storeCode)
        .some(({ id }) => id === robot);
      return isThere ? testRobot(robot, who.member?.name ?? who.user) : null;
    },
  };
}

/** A change without what is not to be shown of it. */
function shownOf({ kind, target, name, stores, before, after }: ShopPlanned): ShopPlanned {
  return { kind, target, name, stores, before, after };
}

function isSameEdit(one: ShopEdit, other: ShopEdit): boolean {
  return (
    one.list === other.list &&
    one.target === other.target &&
    (one.entry?.reveal() ?? null) === (other.entry?.reveal() ?? null)
  );
}

import {
  Secret,
  type ConversationItem,
  type EntryFault,
  type RobotItem,
  type RobotWish,
  type ShopBook,
  type ShopEdit,
  type ShopSnapshot,
  type StoreItem,
} from '../redemption/shops.ts';
import { mayManage, type Who } from './permissions.ts';

/** Which entry is meant. */
export type ShopTarget =
  | { readonly list: 'store'; readonly code: string }
  | { readonly list: 'conversation'; readonly id: string }
  /** `id` null: one that is to be added. `storeCode` null: one that hears of all stores. */
  | { readonly list: 'robot'; readonly storeCode: string | null; readonly id: string | null };

/** What is wanted of it; `wanted` null: it is to be taken out. `seen` is the version that was looked at, empty for none. */
export type ShopWish = { readonly seen: string } & (
  | { readonly list: 'store'; readonly code: string; readonly wanted: { readonly name: string | null } | null }
  | { readonly list: 'conversation'; readonly id: string; readonly wanted: { readonly storeCode: string } | null }
  | (Extract<ShopTarget, { list: 'robot' }> & { readonly wanted: RobotWish | null })
);

export type ShopRefusal =
  | EntryFault
  /** Of a conversation: no platform and id. */
  | 'conversation'
  /** It takes an admin, or a manager of that store. */
  | 'not-allowed'
  | 'no-such-store'
  /** It is not in the mapping any more. */
  | 'gone'
  /** Something still belongs to the store that is to be taken out. */
  | 'has-people'
  | 'has-conversations'
  | 'has-robots'
  /** There is such a store, or such a robot in that place. */
  | 'there-already';

export type ShopJudgement =
  | {
      readonly kind: 'change';
      readonly target: ShopTarget;
      /** By which it is on record. */
      readonly name: string;
      readonly stores: readonly [string | null, string | null];
      /** JSON, as they may be shown; null: none. */
      readonly before: string | null;
      readonly after: string | null;
      readonly held: { readonly before: Secret | null; readonly after: Secret | null };
      readonly edit: ShopEdit;
    }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'refused'; readonly why: ShopRefusal }
  | { readonly kind: 'stale'; readonly target: ShopTarget; readonly now: string | null };

type Item = StoreItem | ConversationItem | RobotItem;

/** The entry that is meant; null where there is none. */
export function itemOf(current: ShopSnapshot, target: ShopTarget): Item | null {
  switch (target.list) {
    case 'store':
      return current.store(target.code);
    case 'conversation':
      return current.conversation(target.id);
    case 'robot':
      return current.robots(target.storeCode).find(({ id }) => id === target.id) ?? null;
  }
}

/** The entry as it is to stand, null for none; or what is wrong with it. */
export function composeEntry(book: ShopBook, before: Item | null, wish: ShopWish): Secret | EntryFault | null {
  if (wish.wanted === null) return null;
  switch (wish.list) {
    case 'store':
      return book.storeEntry(before as StoreItem | null, { code: wish.code, ...wish.wanted });
    case 'conversation':
      return book.conversationEntry(before as ConversationItem | null, { id: wish.id, ...wish.wanted });
    case 'robot':
      return book.robotEntry(before as RobotItem | null, wish.wanted);
  }
}

export interface ShopQuestion {
  readonly book: ShopBook;
  readonly current: ShopSnapshot;
  readonly who: Who;
  readonly target: ShopTarget;
  readonly before: Item | null;
  readonly after: Secret | null;
  /** Whether the entry is what it was taken for. */
  readonly isAsSeen: boolean;
}

/**
 * Whether this entry may take the place of that one, and what comes of it. Stores, and robots that hear of all stores,
 * are for admins; the rest is for those who manage the store, both stores where there are two.
 */
export function judgeShop({ book, current, who, target, before, after, isAsSeen }: ShopQuestion): ShopJudgement {
  const shown = { before: shownOf(book, target, before?.entry ?? null), after: shownOf(book, target, after) };
  const stores = storesOf(book, target, before, after);
  if (!mayEdit(who, target, stores)) return refused('not-allowed');
  if (!isAsSeen) return { kind: 'stale', target, now: shown.before };
  if (before === null && after === null) return refused('gone');
  // The address of a robot counts too: its id is made of it.
  if (before !== null && shown.before === shown.after) return { kind: 'unchanged' };
  const why = obstacle(book, current, target, before, after);
  if (why !== null) return refused(why);
  const held = { before: before?.entry ?? null, after };
  return {
    kind: 'change',
    target,
    name: nameOf(book, target, before, after),
    stores,
    ...shown,
    held,
    edit: editOf(target, after),
  };
}

function mayEdit(who: Who, target: ShopTarget, stores: readonly (string | null)[]): boolean {
  if (who.role === 'admin') return true;
  if (target.list === 'store') return false;
  return stores.every((code) => code !== null && mayManage(who, code));
}

function obstacle(
  book: ShopBook,
  current: ShopSnapshot,
  target: ShopTarget,
  before: Item | null,
  after: Secret | null,
): ShopRefusal | null {
  const isStore = (code: string | null) => code === null || current.store(code) !== null;
  switch (target.list) {
    case 'store':
      if (after !== null) return null;
      if (current.people(target.code) > 0) return 'has-people';
      if (current.conversations(target.code).length > 0) return 'has-conversations';
      return current.robots(target.code).length > 0 ? 'has-robots' : null;
    case 'conversation':
      return after === null || isStore(book.conversationView(after).storeCode) ? null : 'no-such-store';
    case 'robot': {
      if (!isStore(target.storeCode)) return 'no-such-store';
      const id = after === null ? null : book.robotView(after).id;
      const others = current.robots(target.storeCode).filter((robot) => robot !== before && robot.id !== target.id);
      return others.some((robot) => robot.id === id) ? 'there-already' : null;
    }
  }
}

function storesOf(
  book: ShopBook,
  target: ShopTarget,
  before: Item | null,
  after: Secret | null,
): readonly [string | null, string | null] {
  switch (target.list) {
    case 'store':
      return [target.code, target.code];
    case 'robot':
      return [target.storeCode, target.storeCode];
    case 'conversation': {
      const was = before === null ? null : (before as ConversationItem).storeCode;
      const is = after === null ? null : book.conversationView(after).storeCode;
      return [was ?? is, is ?? was];
    }
  }
}

function nameOf(book: ShopBook, target: ShopTarget, before: Item | null, after: Secret | null): string {
  if (target.list === 'store') return target.code;
  if (target.list === 'conversation') return target.id;
  return after === null ? ((before as RobotItem | null)?.id ?? '') : book.robotView(after).id;
}

function editOf(target: ShopTarget, entry: Secret | null): ShopEdit {
  switch (target.list) {
    case 'store':
      return { list: 'store', target: target.code, entry };
    case 'conversation':
      return { list: 'conversation', target: target.id, entry };
    case 'robot':
      return { list: 'robot', storeCode: target.storeCode, target: target.id, entry };
  }
}

/** An entry as it may be shown, as JSON. */
function shownOf(book: ShopBook, { list }: ShopTarget, entry: Secret | null): string | null {
  if (entry === null) return null;
  switch (list) {
    case 'store':
      return JSON.stringify(book.storeView(entry));
    case 'conversation':
      return JSON.stringify(book.conversationView(entry));
    case 'robot':
      return JSON.stringify(book.robotView(entry));
  }
}

function refused(why: ShopRefusal): ShopJudgement {
  return { kind: 'refused', why };
}

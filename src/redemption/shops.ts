import type { NoticeKind, RobotTest } from './notices.ts';
import type { Store } from './redemption.ts';

/** What managers change besides people. */
export type ShopList = 'store' | 'conversation' | 'robot';

/**
 * A text that may be written into the mapping and held for an undo, and nowhere else: in a page, a log or JSON it is
 * only its last four characters.
 */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  reveal(): string {
    return this.#text;
  }

  get ends(): string {
    return this.#text.slice(-4);
  }

  toString(): string {
    return `••••${this.ends}`;
  }

  toJSON(): string {
    return this.toString();
  }
}

/** What all that managers change has in common. */
interface Item {
  /** Of exactly what an edit of it changes. */
  readonly version: string;
  /** The entry as it stands in the mapping, to be put back by an undo. */
  readonly entry: Secret;
}

export interface StoreItem extends Item {
  readonly code: string;
  /** Null where it goes by its code. */
  readonly name: string | null;
}

export interface ConversationItem extends Item {
  /** Platform and id. */
  readonly id: string;
  readonly storeCode: string;
}

export interface RobotItem extends Item, RobotView {
  /** Null: it hears of all stores. */
  readonly storeCode: string | null;
}

/** A robot as it may be shown: `ends` are the last characters of its address. */
export interface RobotView {
  /** By which the database and the log know it. */
  readonly id: string;
  readonly platform: RobotTest['robot'];
  readonly ends: string;
  /** The same of its signing secret; null where it has none. */
  readonly secretEnds: string | null;
  readonly kinds: readonly NoticeKind[];
  /** The people to mention when a result is unknown. */
  readonly mention: readonly string[];
}

/** A robot as it is wanted. */
export interface RobotWish extends Pick<RobotView, 'platform' | 'kinds' | 'mention'> {
  /** Null: as it is. */
  readonly url: Secret | null;
  /** Null: as it is; `none`: without. */
  readonly secret: Secret | 'none' | null;
}

/** Why an entry cannot stand in the mapping. */
export type EntryFault =
  /** Of a robot's address. */
  | 'not-an-address'
  | 'user-info'
  | 'another-host'
  | 'unencrypted'
  | 'no-key'
  /** Of the people it mentions, or of its secret. */
  | 'mention'
  | 'too-many-mentions'
  | 'secret'
  /** A code that is empty, or one that begins or ends with a blank. */
  | 'code';

/** The mapping at one moment, without its people. */
export interface ShopSnapshot {
  readonly stores: readonly Store[];
  store(code: string): StoreItem | null;
  conversation(id: string): ConversationItem | null;
  conversations(storeCode: string): readonly ConversationItem[];
  /** Of a store, and for null those that hear of all stores. */
  robots(storeCode: string | null): readonly RobotItem[];
  /** How many people work there. */
  people(storeCode: string): number;
}

/** An entry that is put in the place of another; null: there was none, or there is to be none. */
export type ShopEdit =
  | { readonly list: 'store' | 'conversation'; readonly target: string; readonly entry: Secret | null }
  /** `target` null adds one. */
  | {
      readonly list: 'robot';
      readonly storeCode: string | null;
      readonly target: string | null;
      readonly entry: Secret | null;
    };

/** Stores, conversations and group robots, to be asked and changed. */
export interface ShopBook {
  /** What is in force. Never waits. */
  shops(): ShopSnapshot;
  /** Whether what is stored can be read; where not, what is in force is the last good one. */
  isBroken(): boolean;
  /**
   * As `change` of the people: `decide` gets what is stored at that moment, everything else stays as it was edited.
   * Rejects, with nothing changed, when the mapping cannot be read or written, or would be none.
   */
  changeShops(decide: (current: ShopSnapshot) => ShopEdit | 'leave'): Promise<void>;
  /** Entries as they are to stand in the mapping: fields that are not known here stay as they are in `before`. */
  storeEntry(
    before: StoreItem | null,
    wanted: { readonly code: string; readonly name: string | null },
  ): Secret | EntryFault;
  conversationEntry(
    before: ConversationItem | null,
    wanted: { readonly id: string; readonly storeCode: string },
  ): Secret | EntryFault;
  robotEntry(before: RobotItem | null, wanted: RobotWish): Secret | EntryFault;
  /** What an entry says, as it may be shown. */
  storeView(entry: Secret): Pick<StoreItem, 'code' | 'name'>;
  conversationView(entry: Secret): Pick<ConversationItem, 'id' | 'storeCode'>;
  robotView(entry: Secret): RobotView;
}

import type { Place, StaffChange } from './people.ts';
import type { ShopList } from './shops.ts';

/** What is known of a change: `begun` that stays is one that may or may not have been made, because the service died. */
export type ChangeState = 'begun' | 'made' | 'not-made';

/** A change on record of who is who. */
export interface RecordedStaffChange {
  readonly id: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly by: string;
  readonly user: string;
  readonly before: Place | null;
  readonly after: Place | null;
  /** The request that it granted. */
  readonly request: number | null;
  /** The change that it took back. */
  readonly undoes: number | null;
  readonly state: ChangeState;
}

/** A change of a store, a conversation or a robot, as it is about to be made. */
export interface MappingChange {
  readonly by: string;
  readonly list: ShopList;
  /** The store's code, the conversation's id, the robot's. */
  readonly target: string;
  /** The stores that it concerns; null: all. */
  readonly stores: readonly [string | null, string | null];
  /** JSON, as it may be shown: without the address of a robot; null where there was or is no entry. */
  readonly before: string | null;
  readonly after: string | null;
  /** JSON: both entries as they stand in the mapping, which takes a robot's address. Only to undo the change. */
  readonly held: string;
  readonly undoes: number | null;
}

/** One on record, without what is held of it. */
export interface RecordedMappingChange extends Omit<MappingChange, 'held'> {
  readonly id: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly state: ChangeState;
  /** Whether what it takes to undo it is still held. */
  readonly canBeUndone: boolean;
}

/** Which changes are listed: of a person, of a store, or all. The newest come first, from below the id `before`. */
export interface ChangesAsked {
  readonly user?: string;
  readonly storeCode?: string;
  readonly before?: number;
  readonly limit: number;
}

/** What it takes to undo a change of a store, a conversation or a robot is kept for so long: it has robots' addresses in it. */
export const HELD_MS = 30 * 24 * 60 * 60 * 1000;

/** Who changed what of the mapping. */
export interface ChangeLedger {
  /** Records a change and who wants it, before it is made. Returns its id. */
  beginStaffChange(change: StaffChange): Promise<number>;
  /** Records whether it was made. */
  endStaffChange(id: number, made: boolean): Promise<void>;
  findStaffChange(id: number): Promise<RecordedStaffChange | null>;
  listStaffChanges(asked: ChangesAsked): Promise<readonly RecordedStaffChange[]>;

  /** The same of stores, conversations and robots. */
  beginMappingChange(change: MappingChange): Promise<number>;
  endMappingChange(id: number, made: boolean): Promise<void>;
  /** `held` is what it takes to undo the change; null where that is not kept any more. */
  findMappingChange(
    id: number,
  ): Promise<{ readonly change: RecordedMappingChange; readonly held: string | null } | null>;
  listMappingChanges(asked: Omit<ChangesAsked, 'user'>): Promise<readonly RecordedMappingChange[]>;
}

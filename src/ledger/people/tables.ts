import type { Generated } from 'kysely';
import type { ChangeState } from '../../redemption/changes.ts';
import type { BindingRequestState } from '../../redemption/people.ts';
import type { ShopList } from '../../redemption/shops.ts';

/** Who asked to be bound, and who changed whose entry in the mapping. */
export interface PeopleTables {
  binding_requests: {
    id: Generated<number>;
    user_id: string;
    employee_id: number;
    store_code: string;
    name: string | null;
    channel: string;
    return_address: string;
    asked_at: number;
    state: BindingRequestState;
    decided_by: string | null;
    decided_at: number | null;
    done_at: number | null;
    /** Where it was typed; null for in private. */
    conversation: string | null;
  };
  /** What people were called when they were last seen in the mapping. */
  known_names: {
    user_id: string;
    name: string;
  };
  /** `begun` that stays: the service died while it made the change, which may or may not be in the mapping. */
  staff_changes: {
    id: Generated<number>;
    at: number;
    by_user: string;
    user_id: string;
    /** JSON: where they worked before and after; null where they are in no store. */
    before: string | null;
    after: string | null;
    request: number | null;
    state: ChangeState;
    /** The stores of both, to be found by. */
    store_before: string | null;
    store_after: string | null;
    /** The change that it took back. */
    undoes: number | null;
  };
  /** Changes of stores, conversations and robots. */
  mapping_changes: {
    id: Generated<number>;
    at: number;
    by_user: string;
    list: ShopList;
    target: string;
    /** The stores that it concerns; null: all. */
    store_one: string | null;
    store_two: string | null;
    /** JSON, as it may be shown. */
    before: string | null;
    after: string | null;
    /** JSON: both entries as they stood in the mapping, robots' addresses included; null once it cannot be undone. */
    held: string | null;
    undoes: number | null;
    state: ChangeState;
  };
}

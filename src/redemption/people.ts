import type { StaffMember } from './ports.ts';
import type { Store } from './redemption.ts';

/** Where a person works, as the mapping has it. */
export interface Place {
  /** Null where they go by their user id. */
  readonly name: string | null;
  readonly employeeId: number | null;
  readonly storeCode: string;
  readonly role: StaffMember['role'];
}

export interface Person extends Place {
  /** Platform and id, such as `wecom:zhangsan`. */
  readonly user: string;
}

/** Which people are meant: those to whom all of it applies. */
export interface PeopleFilter {
  readonly storeCode?: string;
  readonly role?: StaffMember['role'];
  readonly employeeId?: number;
}

/** The mapping at one moment, in its own order. */
export interface StaffSnapshot {
  readonly stores: readonly Store[];
  /** The entry of this person, in whichever spelling it stands there. */
  person(user: string): Person | null;
  /** The people who are meant, in the order of the list: `atMost` of them, behind the first `from`. */
  people(filter: PeopleFilter, atMost?: number, from?: number): readonly Person[];
  /** How many people are meant. */
  count(filter: PeopleFilter): number;
  /** Those of them whose name or account has `wanted` in it, in upper or lower case, or whose employee id it is. */
  search(filter: PeopleFilter, wanted: string, atMost: number): Promise<readonly Person[]>;
}

/** Who is who, to be asked and changed. */
export interface StaffBook {
  /** What is in force. Never waits. */
  snapshot(): StaffSnapshot;
  /**
   * Changes one person's entry; null takes it out, `leave` changes nothing. `decide` gets what is stored at that moment,
   * and may be called again when it is edited meanwhile. Everything else stays as it was edited. In force when
   * this resolves; rejects, with nothing changed, when the mapping cannot be read or written.
   */
  change(user: string, decide: (current: StaffSnapshot) => Place | null | 'leave'): Promise<void>;
}

/** An unanswered request lapses after this time. */
export const REQUEST_LIFETIME_MS = 7 * 24 * 60 * 60 * 1000;
/** Requests that one person may make within a day: each of them is told to managers. */
export const REQUESTS_PER_DAY = 5;

/** A person's wish to be put into the mapping. */
export interface NewBindingRequest {
  readonly user: string;
  readonly employeeId: number;
  readonly storeCode: string;
  readonly name: string | null;
  /** Where it was typed, and so where the result is told. */
  readonly channel: string;
  /** The group in which it was typed; absent or null where that was in private. */
  readonly conversation?: string | null;
  readonly returnAddress: unknown;
}

/**
 * `open → agreed | rejected`, once. `expired` after `REQUEST_LIFETIME_MS`; `replaced` by a later one of the same person.
 */
export type BindingRequestState = 'open' | 'agreed' | 'rejected' | 'expired' | 'replaced';
export type Decision = 'agreed' | 'rejected';

export interface BindingRequest extends NewBindingRequest {
  /** Short, for people to type. */
  readonly number: number;
  /** Milliseconds since 1970. */
  readonly askedAt: number;
  readonly state: BindingRequestState;
  readonly decidedBy: string | null;
  /** Whether the decision was carried out and told. */
  readonly done: boolean;
}

/**
 * What a notice is about. It is looked up when the notice is told: by then it may be needless, or say something else.
 */
export type Topic =
  /** A request that waits for the answer of the person told. */
  | { readonly kind: 'request'; readonly number: number }
  /** The store that the person told is bound to; null: to none. */
  | { readonly kind: 'entry'; readonly storeCode: string | null }
  /** How a redemption stands. */
  | { readonly kind: 'redemption'; readonly id: number }
  /** One that only people can settle, for as long as it is not settled. */
  | { readonly kind: 'unsettled'; readonly id: number }
  /** The vendor refuses the merchant, since an instant (milliseconds since 1970). */
  | ({ readonly kind: 'trouble'; readonly since: number } & VendorTrouble);

/** What the vendor refuses the merchant for; `store` is a code where it is about that store alone. */
export interface VendorTrouble {
  readonly trouble: VendorTroubleKind;
  readonly store: string | null;
}

/** What a process knows of such a trouble; both in milliseconds, null where it knows nothing. */
export interface KnownOfTrouble {
  /** For how long it has been so. */
  readonly forMs: number | null;
  /** How long ago an answer last showed that it is not so. */
  readonly wellMsAgo: number | null;
  /** How long ago an answer last showed that it is so; null where it is not so now. */
  readonly refusedMsAgo: number | null;
}

export type VendorTroubleKind = 'signature' | 'app' | 'permission' | 'store' | 'address';

/** Something that the service tells a person of its own accord. */
export interface Telling {
  /** Telling the same thing again changes nothing: this says what is the same. */
  readonly key: string;
  readonly user: string;
  readonly channel: string;
  /** Null where the bot has no late way: then it goes with the person's next message. */
  readonly returnAddress: unknown;
  /** The group in which it may be told besides in private. Absent: none. */
  readonly conversation?: string | null;
  readonly text: string;
  /** Absent where it stays true for ever. */
  readonly topic?: Topic;
}

/** Where a person can be told something that they did not just ask for. */
export type Address = Pick<Telling, 'channel' | 'returnAddress'>;
export type AddressOf = (user: string) => Address;
/** Every way to write to a person first, the best one first; none where no bot of their platform can. */
export type FirstAddresses = (user: string) => readonly Address[];

/** A change of a person's entry, as it is about to be made. */
export interface StaffChange {
  /** Who makes it. */
  readonly by: string;
  /** Whose entry. */
  readonly user: string;
  readonly before: Place | null;
  readonly after: Place | null;
  /** The request that it grants. */
  readonly request: number | null;
  /** The change that it takes back; absent: none. */
  readonly undoes?: number | null;
}

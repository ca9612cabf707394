import type { CardLook } from './card.ts';
import type { Outcome, Store, UnsentReason } from './redemption.ts';

/** What one consume request says. `remark` is sent as it stands; an empty one is left out. */
export interface ConsumeRequest {
  readonly card: string;
  readonly count: number;
  readonly remark: string;
  readonly storeCode: string;
  readonly employeeId: number | null;
}

/** Who asks something of the vendor: where many wait, people take turns. */
export interface Asker {
  /** Platform and id, such as `wecom:zhangsan`; null where no person asks, or none is known. */
  readonly user: string | null;
  /** The message that asks, by its id in the ledger; null where there is none. */
  readonly message: number | null;
}

/** For whom a call is made, and what decides whether it may leave. */
export interface CallOptions {
  /** Absent: the service itself. */
  readonly asker?: Asker;
  /**
   * Asked when the call has a place, which may be long after it was asked for: why nothing may be sent; null where nothing
   * stands against it. Never rejects.
   */
  readonly obstacle?: () => Promise<UnsentReason | null> | null;
  /** Asked last of all, where no byte has left yet; where it says no, the call is *unsent*. */
  readonly mayLeave?: () => boolean;
}

/** The vendor. A redemption is sent to it once at most. */
export interface Vendor {
  /**
   * Makes one call and never repeats it. Always resolves: every failure is an outcome. It waits for a place for as long as
   * enough time for the call itself is left.
   */
  consume(request: ConsumeRequest, options?: CallOptions): Promise<Outcome>;
  /** Looks at a card, which changes nothing. Always resolves, in time. */
  detail(card: string, options: LookOptions): Promise<CardLook>;
  /** Takes no new calls, waits for the running ones, then closes the connections. */
  close(): Promise<void>;
}

export interface LookOptions {
  /** For the look as a whole. */
  readonly timeoutMs: number;
  /** Absent: the service itself. */
  readonly asker?: Asker;
  /** Ask even while looks are paused: a person wants to know. */
  readonly insist?: boolean;
}

export interface StaffMember {
  readonly name: string;
  readonly employeeId: number | null;
  readonly store: Store;
  readonly role: 'staff' | 'manager';
}

/** Who is who, read from memory. */
export interface Directory {
  /** `user` is platform and id as received, such as `wecom:zhangsan`. */
  findStaff(user: string): StaffMember | undefined;
  /** The store that a conversation is booked to, where the mapping names one. */
  findConversationStore(conversation: string): Store | undefined;
}

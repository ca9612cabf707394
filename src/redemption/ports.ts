import type { CardLook } from './card.ts';
import type { Outcome, Store } from './redemption.ts';

/** What one consume request says. `remark` is sent as it stands; an empty one is left out. */
export interface ConsumeRequest {
  readonly card: string;
  readonly count: number;
  readonly remark: string;
  readonly storeCode: string;
  readonly employeeId: number | null;
}

/** The vendor. A redemption is sent to it once at most. */
export interface Vendor {
  /**
   * Makes one call and never repeats it. Always resolves: every failure is an outcome. `mayLeave` is asked last of
   * all, where no byte has left yet; where it says no, the call is *unsent*.
   */
  consume(request: ConsumeRequest, mayLeave?: () => boolean): Promise<Outcome>;
  /** Looks at a card, which changes nothing. Always resolves, in time. */
  detail(card: string, options: LookOptions): Promise<CardLook>;
  /** Takes no new calls, waits for the running ones, then closes the connections. */
  close(): Promise<void>;
}

export interface LookOptions {
  /** For the look as a whole. */
  readonly timeoutMs: number;
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

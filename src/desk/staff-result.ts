import type { Binding } from '../command/command.ts';
import type { Store } from '../redemption/redemption.ts';
import type { NotAllowed } from './not-allowed.ts';
import type { Who } from './permissions.ts';
import type { BindingAsked, BindRequestView, HoldersView, MemberView } from './staff-views.ts';

/** What commands about who is who come to. */
export type StaffResult =
  /** The person who asks. */
  | { readonly kind: 'me'; readonly who: Who }
  | StaffList
  | WaitingRequests
  | Bound
  | { readonly kind: 'unbound'; readonly user: string; readonly name: string }
  /** A request is on record; `answeredBy` is who can agree to it. */
  | { readonly kind: 'requested'; readonly request: BindRequestView; readonly answeredBy: 'manager' | 'admin' }
  | RequestDecided
  | NotChanged
  | NotAllowed;

/** Requests that wait for an answer, listed in parts. */
export interface RequestsPage {
  readonly requests: readonly Pick<BindingAsked, 'request' | 'holders'>[];
  /** How many of them come behind those listed. */
  readonly moreRequests: number;
}

export interface WaitingRequests extends RequestsPage {
  readonly kind: 'waiting-requests';
}

export interface StaffList extends RequestsPage {
  readonly kind: 'staff-list';
  /** From 1: people and requests are listed in parts. */
  readonly page: number;
  readonly people: readonly MemberView[];
  /** How many people there are, and how many of them come behind those listed. */
  readonly total: number;
  readonly more: number;
}

/** An entry was made or changed. */
export interface Bound {
  readonly kind: 'bound';
  readonly member: MemberView;
  /** Whether the person was bound before. */
  readonly changed: boolean;
  readonly holders: HoldersView;
}

export interface RequestDecided {
  readonly kind: 'request-decided';
  readonly agreed: boolean;
  readonly request: BindRequestView;
  readonly holders: HoldersView;
  /** How the person is bound whose request was rejected, as far as the person who asks may know. */
  readonly bound: MemberView | null;
}

/** A binding was not asked for, answered or changed. */
export interface NotChanged {
  readonly kind: 'not-changed';
  readonly why: WhyNotChanged;
}

/** The rest of a line whose store is not clear; `user` is null where it asks to be bound oneself. */
export interface TypedBinding extends Pick<Binding, 'employeeId' | 'name'> {
  readonly user: string | null;
}

export type WhyNotChanged =
  /** `near` are the stores whose names come close; it may be empty. */
  | { readonly kind: 'unknown-store'; readonly near: readonly Store[]; readonly typed: TypedBinding | null }
  | { readonly kind: 'ambiguous-store'; readonly stores: readonly Store[]; readonly typed: TypedBinding | null }
  /** The person who asks is bound already. */
  | { readonly kind: 'bound-already'; readonly store: Store }
  /** `by` is a name. */
  | { readonly kind: 'answered-already'; readonly number: number; readonly agreed: boolean; readonly by: string }
  | {
      readonly kind:
        | ('too-many-requests' | 'no-manager' | 'no-such-request' | 'request-lapsed' | 'request-replaced')
        | ('request-in-hand' | 'not-bound' | 'elsewhere' | 'admin-entry' | 'last-manager');
    }
  /** It is so already. */
  | { readonly kind: 'unchanged'; readonly member: MemberView }
  /** The mapping is broken by hand at the moment, or could not be written. */
  | { readonly kind: 'mapping-broken' };

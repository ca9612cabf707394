import type { VendorTroubleKind } from '../redemption/people.ts';
import type { Redemption } from '../redemption/redemption.ts';
import type { Browser } from './browsers.ts';
import type { BindingAsked, BindRequestView, MemberView } from './staff-views.ts';

/** What people are told that they did not just ask for. */
export type Notice =
  | BindingAsked
  /** To a person that a manager has bound; `by` is the manager's name. */
  | { readonly kind: 'bound-by'; readonly member: MemberView; readonly by: string }
  /** To the person who asked to be bound; `by` is the name of the person who answered. */
  | {
      readonly kind: 'binding-answered';
      readonly agreed: boolean;
      readonly request: BindRequestView;
      readonly by: string;
    }
  /** How a redemption stands. */
  | { readonly kind: 'redemption'; readonly redemption: Redemption }
  /** To managers: only people can settle it now. `who` is the name of the person who typed it. */
  | { readonly kind: 'unsettled'; readonly redemption: Redemption; readonly who: string | null }
  /** To managers: the vendor refuses the merchant, or this store of it, since then. */
  | {
      readonly kind: 'vendor-trouble';
      readonly trouble: VendorTroubleKind;
      /** A name. */
      readonly store: string | null;
      /** Milliseconds since 1970. */
      readonly since: number;
    }
  /** To the person in whose name somebody has logged in to the console, in milliseconds since 1970. */
  | { readonly kind: 'logged-in'; readonly at: number; readonly browser: Browser };

/** The words of a notice, which are put on record with it. */
export type Say = (notice: Notice) => string;

import type { Readable } from 'node:stream';
import type { Who } from '../desk/permissions.ts';
import type { Fields } from '../pages/form.ts';
import type { Html } from '../pages/html.ts';
import type { Role } from '../redemption/role.ts';

/** Someone who is logged in, as the mapping has them at the moment of the request. */
export interface Visitor {
  readonly who: Who;
  /** What they are called. */
  readonly name: string;
  /** By which their session is known to themselves; with it nobody gets in. */
  readonly session: string;
  /** When they logged in, in milliseconds since 1970. */
  readonly since: number;
  /** Whether that was so short a time ago that they may do what needs it. */
  readonly isFresh: boolean;
  /** What each form has to send back in the field `token`. */
  readonly formToken: string;
}

/** A page that somebody who may see it asks for. */
export interface Visit {
  readonly visitor: Visitor;
  readonly query: URLSearchParams;
  /** What stands in the address, by the names in the page's path. */
  readonly params: Readonly<Record<string, string>>;
  /** The ledger's clock: milliseconds since 1970. */
  readonly now: number;
}

/** What comes of a visit. */
export type Shown =
  | {
      readonly kind: 'page';
      /** Absent: the page's own. */
      readonly title?: string;
      readonly main: Html;
      /** 200 unless something was wrong. */
      readonly status?: number;
    }
  /** There is none, or none that they may know of. */
  | { readonly kind: 'not-found' }
  | { readonly kind: 'forbidden' }
  | { readonly kind: 'see-other'; readonly to: string }
  | { readonly kind: 'file'; readonly name: string; readonly type: string; readonly body: string | Readable };

/** A file that was sent with a form. */
export interface Upload {
  readonly name: string;
  readonly bytes: Buffer;
}

/** What a form of a page does: `POST` of the page's path and, behind it, the action's name. */
export interface ConsoleAction {
  /** Absent: the page's. */
  readonly least?: Role;
  /** Whether it takes a login that is not older than ten minutes. */
  readonly needsFresh: boolean;
  /** The largest file, in bytes, that is sent with the form; absent: none is. */
  readonly maxFileBytes?: number;
  /** Fields that must not come back in a page, not even where the form waits for a login: they have to be typed again. */
  readonly secrets?: readonly string[];
  act(visit: Visit, fields: Fields, file: Upload | null): Promise<Shown>;
}

export interface ConsolePage {
  /** Such as `/console/records`; with names such as `:receipt` in it. */
  readonly path: string;
  readonly title: string;
  /** What the link in the navigation says; null: there is none. */
  readonly nav: string | null;
  /** Whoever is less does not see its link, and gets 403. */
  readonly least: Role;
  show(visit: Visit): Promise<Shown>;
  /** By name; that of an empty name is the page's own form. */
  readonly actions: Readonly<Record<string, ConsoleAction>>;
}

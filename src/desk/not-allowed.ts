/** A command is not carried out because of who gives it. */
export type NotForThem =
  /** The platform does not say who it is. */
  | { readonly kind: 'no-user' }
  /** The mapping does not know them. */
  | { readonly kind: 'stranger'; readonly user: string }
  | NotAllowed;

export interface NotAllowed {
  readonly kind: 'not-allowed';
  /** What they would have to be, or whose the store would have to be. */
  readonly needed: 'manager' | 'own-store';
}

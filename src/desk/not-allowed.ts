/** A command is not carried out because of who gives it. */
export type NotForThem =
  /** The platform does not say who it is. */
  | { readonly kind: 'no-user' }
  /** The mapping does not know them. */
  | { readonly kind: 'stranger'; readonly user: string }
  | NotAllowed;

export interface NotAllowed {
  readonly kind: 'not-allowed';
  /** The role that they lack, or the store that is not theirs. */
  readonly needed: 'manager' | 'own-store';
}

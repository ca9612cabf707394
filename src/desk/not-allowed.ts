/** A command is not carried out because of who gives it. */
export type NotForThem =
  /** The platform does not say who it is. */
  | { readonly kind: 'no-user' }
  /** The mapping does not know them; `request` is the number of theirs that waits for an answer, null where none does. */
  | { readonly kind: 'stranger'; readonly user: string; readonly request: number | null }
  | NotAllowed;

export interface NotAllowed {
  readonly kind: 'not-allowed';
  /** The role that they lack, or the store that is not theirs. */
  readonly needed: 'manager' | 'own-store';
}

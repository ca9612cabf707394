import type { NotAList } from '../redemption/vendor-list.ts';

/** A file cannot be read as a list. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
  readonly why: NotAList;

  constructor(why: NotAList, options?: ErrorOptions) {
    super(why, options);
    this.why = why;
  }
}

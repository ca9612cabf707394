/**
 * Something that an operator should look after although the service goes on. It is shown at `/readyz`, so it holds no
 * secret and no card number.
 */
export interface Problem {
  /** What it is about, in a word or two that stay the same: `ledger`, `mapping`, `clock`, `vendor`, `card looks`. */
  readonly what: string;
  /** When it was noticed, such as `2026-11-23T04:05:06.000Z`. */
  readonly since: string;
  /** What is wrong and what to do, in a sentence. */
  readonly detail: string;
}

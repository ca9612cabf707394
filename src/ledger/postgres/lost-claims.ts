import { CommitUncertain } from '../../postgres/errors.ts';
import type { Time } from '../../time/time.ts';
import type { MessageKey } from '../../redemption/ports.ts';
import { LedgerError } from '../errors.ts';
import type { Call } from '../verbs/index.ts';

/** A commit that the database has not finished after this time is not waited for. */
const KEPT_MS = 10 * 60_000;

/**
 * Claims whose caller was told that they failed, while the database may have stored them. Nobody works on such rows, so
 * they are settled as unsent when the database can be asked again. What cannot be settled here becomes unknown when
 * this service ends.
 */
export class LostClaims {
  readonly #time: Time;
  readonly #claims = new Map<string, { readonly message: MessageKey; readonly since: number }>();

  constructor(time: Time) {
    this.#time = time;
  }

  /** Keeps a failed claim in mind, if it may have been stored. */
  add(error: unknown, message: MessageKey, token: string): void {
    if (!(error instanceof LedgerError && error.cause instanceof CommitUncertain)) return;
    this.#claims.set(token, { message, since: this.#time.monotonic() });
  }

  /** Settles those that are found; returns the ids of their lines. */
  async settle(call: Call): Promise<number[]> {
    const settled: number[] = [];
    for (const [token, { message, since }] of [...this.#claims]) {
      const ids = await call('abandonClaim', message, token);
      if (ids !== null || this.#time.monotonic() - since > KEPT_MS) this.#claims.delete(token);
      settled.push(...(ids ?? []));
    }
    return settled;
  }
}

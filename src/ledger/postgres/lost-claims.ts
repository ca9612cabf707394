import type { Log } from '../../log.ts';
import type { MessageKey } from '../../redemption/message.ts';
import type { Time } from '../../time/time.ts';
import { LedgerError } from '../errors.ts';
import type { Call } from '../verbs.ts';

/** Until this age a claim is asked for every time, then only now and then: its commit may be stuck for hours. */
const SOON_MS = 10 * 60_000;
const LATER_EVERY_MS = 60_000;
/** Above it, the oldest are given up: they are the ones that most likely were never stored. */
const MOST = 1_000;
/** After so many failures the rest waits for the next time: it is the database, not the claims. */
const FAILURES = 3;

export interface LostClaimsParts {
  readonly call: Call;
  readonly time: Time;
  readonly log: Log;
}

interface LostClaim {
  readonly message: MessageKey;
  readonly since: number;
  askedAt: number;
}

/**
 * Claims whose caller was told that they failed, while the database may have stored them. No service works on such rows, so
 * they are settled as unsent when the database can be asked again. A commit may come out at any time, for example when a
 * synchronous standby is back at last, so a claim is kept until it is found or another has won its message. What cannot
 * be settled here becomes unknown when this service ends.
 */
export class LostClaims {
  readonly #parts: LostClaimsParts;
  /** By token, in the order in which they are asked for. */
  readonly #claims = new Map<string, LostClaim>();
  #failing = false;
  #tooMany = false;
  #stopped = false;
  /** Which one is being settled. */
  #asking: string | null = null;

  constructor(parts: LostClaimsParts) {
    this.#parts = parts;
  }

  /** Remembers a failed claim, if it may have been stored now, or before. */
  add(error: unknown, message: MessageKey, token: string, wasLost = false): void {
    if (!wasLost && !(error instanceof LedgerError && error.code === 'uncertain')) return;
    const { time, log } = this.#parts;
    this.#claims.set(token, { message, since: time.monotonic(), askedAt: Number.NEGATIVE_INFINITY });
    if (this.#claims.size <= MOST) return;
    let oldest: readonly [string, LostClaim] | null = null;
    for (const claim of this.#claims) if (oldest === null || claim[1].since < oldest[1].since) oldest = claim;
    if (oldest !== null) this.#claims.delete(oldest[0]);
    if (!this.#tooMany)
      log.error({ most: MOST }, 'too many claims may have been stored without an answer: the oldest are given up');
    this.#tooMany = true;
  }

  /** The token of one of that message, which is the caller's from now on; null where there is none. */
  take({ channel, account, messageId }: MessageKey): string | null {
    for (const [token, { message }] of this.#claims) {
      const isIt = message.messageId === messageId && message.channel === channel && message.account === account;
      if (!isIt || token === this.#asking) continue;
      this.#claims.delete(token);
      return token;
    }
    return null;
  }

  /** Settles those that are found; returns the ids of their lines. Never rejects. */
  async settle(): Promise<number[]> {
    const { time, log } = this.#parts;
    const settled: number[] = [];
    let failures = 0;
    for (const [token, claim] of [...this.#claims]) {
      if (this.#stopped) break;
      const now = time.monotonic();
      if (now - claim.since > SOON_MS && now - claim.askedAt < LATER_EVERY_MS) continue;
      claim.askedAt = now;
      // Its caller may have taken it back meanwhile.
      if (!this.#claims.has(token)) continue;
      this.#asking = token;
      try {
        settled.push(...(await this.#ask(token, claim)));
      } catch (error) {
        // Behind the others, so that one claim that always fails does not block them.
        if (this.#claims.delete(token)) this.#claims.set(token, claim);
        if (!this.#failing)
          log.error({ err: error }, 'a claim that may have been stored cannot be looked for; trying again');
        this.#failing = true;
        failures += 1;
        if (failures === FAILURES) break;
      } finally {
        this.#asking = null;
      }
    }
    if (failures === 0) this.#failing = false;
    if (this.#claims.size < MOST) this.#tooMany = false;
    return settled;
  }

  /** Asks for no other one, so that a service can end while its database is away. */
  stop(): void {
    this.#stopped = true;
  }

  async #ask(token: string, { message }: LostClaim): Promise<number[]> {
    const { call } = this.#parts;
    if ((await call('findMessage', message)) === null) return [];
    // By now it is final who has the message, so if another claim has it, this one was never stored.
    const ids = await call('abandonClaim', message, token);
    this.#claims.delete(token);
    return ids ?? [];
  }
}

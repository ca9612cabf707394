import { randomUUID } from 'node:crypto';
import type { Log } from '../../log.ts';
import { keyOf, type MessageKey, type MessageRecord, type NewLine, type NewMessage } from '../../redemption/message.ts';
import { NOT_ASKING } from '../../redemption/questions.ts';
import { repeat, type Repeating } from '../../time/repeat.ts';
import type { Time } from '../../time/time.ts';
import { LedgerError } from '../errors.ts';
import type { Call } from '../verbs.ts';

const LOOK_EVERY_MS = 250;
/** Beyond this number a message is not told to be unsent: it could not be remembered. */
const MOST = 10_000;
/** After so many failures the rest waits for the next time. */
const FAILURES = 3;

export interface RefusalsParts {
  readonly call: Call;
  readonly time: Time;
  readonly log?: Log | undefined;
  /** The token of a claim of that message which may have been stored, and which is the caller's from now on. */
  readonly takeLostClaim?: ((message: MessageKey) => string | null) | undefined;
  /** Told about every message that has been recorded as refused. */
  readonly onRecorded: (message: MessageRecord) => void;
}

interface Refusal {
  readonly message: NewMessage;
  readonly lines: readonly NewLine[];
  /** Of claims that were stored after all, but too late. */
  readonly tokens: string[];
  readonly recorded: PromiseWithResolvers<MessageRecord | null>;
}

/**
 * Messages that people were told were not submitted, because storage did not take them in time. They stay so: as long as
 * this is not on record, every claim of theirs is given back, and it is recorded as soon as storage takes it.
 */
export class Refusals {
  readonly #parts: RefusalsParts;
  readonly #refusals = new Map<string, Refusal>();
  /** How many claims of a message are under way. */
  readonly #claiming = new Map<string, number>();
  #recording: Repeating | null = null;
  #closed = false;
  #lastFailure: unknown = null;

  constructor(parts: RefusalsParts) {
    this.#parts = parts;
  }

  /** Whether all of them are on record. */
  get isClear(): boolean {
    return this.#refusals.size === 0;
  }

  /** Resolves when it is on record, with null when that could not be done; null where it cannot be remembered. */
  add(message: NewMessage, lines: readonly NewLine[]): Promise<MessageRecord | null> | null {
    const key = keyOf(message);
    const known = this.#refusals.get(key);
    if (known !== undefined) return known.recorded.promise;
    if (this.#closed || this.#refusals.size >= MOST) return null;
    const unsent = lines.map((line) => ({ ...line, unsent: line.unsent ?? ('storage' as const) }));
    const refusal = { message, lines: unsent, tokens: [], recorded: Promise.withResolvers<MessageRecord | null>() };
    this.#refusals.set(key, refusal);
    this.#recording ??= repeat(this.#parts.time, LOOK_EVERY_MS, () => this.#recordAll(), { atOnce: false });
    return refusal.recorded.promise;
  }

  /** A claim of the message begins; what is returned ends it. */
  beginClaim(message: MessageKey): () => void {
    const key = keyOf(message);
    const change = (by: number) => {
      const count = (this.#claiming.get(key) ?? 0) + by;
      if (count === 0) this.#claiming.delete(key);
      else this.#claiming.set(key, count);
    };
    change(1);
    return () => change(-1);
  }

  find(message: MessageKey): Promise<MessageRecord | null> | null {
    return this.#refusals.get(keyOf(message))?.recorded.promise ?? null;
  }

  /** Whether the message is refused: then a claim of it, under that token, is given back. */
  takesBack(message: MessageKey, token: string): boolean {
    const refusal = this.#refusals.get(keyOf(message));
    refusal?.tokens.push(token);
    return refusal !== undefined;
  }

  /** Tries once more and takes no new ones. */
  async stop(): Promise<void> {
    this.#closed = true;
    await this.#recording?.stop();
    if (!this.isClear) await this.#recordAll();
    const left = this.#refusals.size;
    if (left > 0) {
      // Once for all of them, and nothing but the kind: what storage says of a row may name a card.
      const why = this.#lastFailure instanceof LedgerError ? this.#lastFailure.code : 'other';
      this.#parts.log?.error(
        { left, ...(this.#lastFailure === null ? {} : { why }) },
        'messages that were refused could not be recorded: delivered again, they would run',
      );
    }
    for (const { recorded } of this.#refusals.values()) recorded.resolve(null);
  }

  async #recordAll(): Promise<void> {
    let failures = 0;
    this.#lastFailure = null;
    for (const [key, refusal] of [...this.#refusals]) {
      // It may turn out to be stored, and would then not be given back any more.
      if (this.#claiming.has(key)) continue;
      try {
        const record = await this.#record(refusal);
        // One that has begun meanwhile may be stored.
        if (record === null || this.#claiming.has(key)) continue;
        this.#refusals.delete(key);
        refusal.recorded.resolve(record);
        this.#tellRecorded(record);
      } catch (error) {
        this.#lastFailure = error;
        // Behind the others, so that one refusal that always fails does not block them.
        if (this.#refusals.delete(key)) this.#refusals.set(key, refusal);
        failures += 1;
        // Storage is in trouble, not the refusals; other users of storage log that.
        if (failures === FAILURES) return;
      }
    }
    if (!this.isClear || this.#closed) return;
    void this.#recording?.stop();
    this.#recording = null;
  }

  /** Reports that it is on record; the listener's failure changes nothing of that. */
  #tellRecorded(record: MessageRecord): void {
    try {
      this.#parts.onRecorded(record);
    } catch {
      this.#parts.log?.error({ message: record.id }, 'a caller that waits for a message that was refused was not told');
    }
  }

  /** Null while it may still be worked on. */
  async #record({ message, lines, tokens }: Refusal): Promise<MessageRecord | null> {
    const { call, log, takeLostClaim } = this.#parts;
    for (let lost = takeLostClaim?.(message); lost != null; lost = takeLostClaim?.(message)) tokens.push(lost);
    const { won, message: record } = await call('claim', message, lines, randomUUID(), NOT_ASKING);
    if (won) return record;
    for (const token of tokens) await call('abandonClaim', message, token);
    const now = (await call('findMessage', message)) ?? record;
    const states = now.redemptions.map(({ state }) => state);
    if (states.includes('pending') || states.includes('asked')) return null;
    if (states.some((state) => state !== 'unsent'))
      log?.error({ message: now.id }, 'a message that was refused has been carried out by another service');
    return now;
  }
}

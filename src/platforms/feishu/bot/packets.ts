/** How long the parts of a payload are kept, in milliseconds: as the platform's own Node client does. */
const KEPT_MS = 10_000;
const MAX_PARTS = 64;
/** Payloads that wait for their other parts. */
const MAX_WAITING = 64;
const MAX_BYTES = 1024 * 1024;

/** One part of a payload, as the headers of its frame have it. */
export interface Part {
  readonly messageId: string;
  /** How many parts there are. */
  readonly sum: string;
  /** Which one it is, from 0. */
  readonly seq: string;
}

export interface Packets {
  /** Takes one part. The whole payload where that was the last one that was missing; `wait` for more; `odd` where it fits to none. */
  take(part: Part, payload: Buffer): Buffer | 'wait' | 'odd';
}

/** Puts payloads together that come in several frames, in any order. `now`: milliseconds since 1970. */
export function createPackets(now: () => number): Packets {
  const waiting = new Map<string, { readonly parts: (Buffer | undefined)[]; readonly since: number }>();

  function forgetOld(): void {
    for (const [messageId, { since }] of waiting) if (now() - since >= KEPT_MS) waiting.delete(messageId);
  }

  return {
    take({ messageId, sum, seq }, payload) {
      const [count, place] = [toNumber(sum), toNumber(seq)];
      if (count < 1 || count > MAX_PARTS || !(place < count)) return 'odd';
      if (count === 1) return payload;
      forgetOld();
      const begun = waiting.get(messageId) ?? { parts: Array<Buffer | undefined>(count).fill(undefined), since: now() };
      if (begun.parts.length !== count || (!waiting.has(messageId) && waiting.size >= MAX_WAITING)) return 'odd';
      waiting.set(messageId, begun);
      begun.parts[place] = payload;
      const parts = begun.parts.filter((part) => part !== undefined);
      const size = parts.reduce((bytes, part) => bytes + part.length, 0);
      if (size <= MAX_BYTES && parts.length < count) return 'wait';
      waiting.delete(messageId);
      return size > MAX_BYTES ? 'odd' : Buffer.concat(parts, size);
    },
  };
}

/** NaN where it is no whole number. */
function toNumber(text: string): number {
  return /^\d{1,9}$/u.test(text) ? Number(text) : NaN;
}

import { repeat } from '../time/repeat.ts';
import type { Time } from '../time/time.ts';
import { cardToSpend, sightOf } from './card-care.ts';
import { LOOK_AFTER_MS, nextLook, type DueLook } from './looks.ts';
import { FURTHEST_MS, isTooFarAhead } from './instants.ts';
import type { Telling } from './people.ts';
import type { Ledger } from './ledger.ts';
import type { Vendor } from './ports.ts';
import type { Redemption } from './redemption.ts';

const AT_ONCE = 4;
/** For one look. */
const TIMEOUT_MS = 3_000;
const LEASE_MS = 30_000;
const EVERY_MS = 1_000;

export interface UnknownsParts {
  readonly ledger: Pick<Ledger, 'takeDueLooks' | 'scheduleLook' | 'endLooks' | 'settleByLook' | 'expireQuestions'>;
  readonly vendor: Pick<Vendor, 'detail'>;
  /** When to look, in milliseconds after a redemption became unknown; ascending. */
  readonly lookAfterMs?: readonly number[];
  /** The ledger's clock: milliseconds since 1970. */
  readonly now: () => number;
  readonly time: Time;
  /** Told about every unknown that was settled here. */
  readonly onSettled: (redemption: Redemption) => void;
  /** What others than the person who typed it (`user`) are told of an unknown that the last look did not settle. */
  readonly tellUnsettled: (redemption: Redemption, user: string | null) => readonly Telling[];
  /** Told when storage failed; what was not done is due again. */
  readonly onTrouble: (error: unknown) => void;
}

/**
 * Looks at the cards of unknown redemptions until they are known, or the last look is over, which people then hear; and ends questions that
 * are not answered. Any instance may do it; none of a ledger's rows is looked at by two at once.
 */
export function startUnknowns(parts: UnknownsParts): { stop(): Promise<void> } {
  const { ledger, vendor, lookAfterMs = LOOK_AFTER_MS, now, time, onSettled, tellUnsettled, onTrouble } = parts;

  async function look(redemption: DueLook): Promise<void> {
    const lookedAt = now();
    const since = redemption.settledAt ?? redemption.claimedAt;
    // Where the clock was set back, it is unknown how long ago that was, so looks prove nothing.
    const elapsedMs = isTooFarAhead(since, lookedAt, FURTHEST_MS.past) ? Infinity : lookedAt - since;
    const next = nextLook(redemption.looks, elapsedMs, lookAfterMs);
    const seen = await vendor.detail(cardToSpend(redemption), { timeoutMs: TIMEOUT_MS });
    const sight = sightOf(redemption, seen);
    const settled = await ledger.settleByLook(redemption.id, sight, next === null);
    if (settled.state !== 'unknown') {
      if (sight !== null && settled.settledBy?.how === 'look') onSettled(settled);
      return;
    }
    if (next !== null) await ledger.scheduleLook(redemption.id, lookedAt + next);
    else await ledger.endLooks(redemption.id, tellUnsettled({ ...settled, checking: false }, redemption.user));
  }

  async function round(): Promise<void> {
    await ledger.expireQuestions();
    const due = await ledger.takeDueLooks(AT_ONCE, LEASE_MS, lookAfterMs[0] ?? 0);
    await Promise.all(due.map(look));
  }

  const rounds = repeat(time, EVERY_MS, () => round().catch(onTrouble));
  return { stop: () => rounds.stop() };
}

import { ASK_OPEN_MS } from './questions.ts';
import { LOOK_AFTER_MS } from './looks.ts';
import { LOGIN_LASTS_MS, SESSION_IDLE_MS } from './sessions.ts';

const MINUTE_MS = 60_000;

/** What could not be told to people or groups within this time is given up: it is too old to help them. */
export const TELL_WITHIN_MS = 24 * 60 * MINUTE_MS;

/**
 * The furthest that a stored instant can lie ahead of the clock that wrote it, in milliseconds. One that lies further
 * ahead was written before the clock was set back, at an unknown instant. So it no longer counts: what was to wait
 * for it is due, and what was valid until then has lapsed.
 */
export const FURTHEST_MS = {
  /** The next try of a late reply, and the lease of the service that sends it. */
  reply: 10 * MINUTE_MS,
  /** Until a held reply is given up. */
  heldReply: TELL_WITHIN_MS,
  /** The next look at an unknown's card, and the lease of the service that looks. */
  look: Math.max(...LOOK_AFTER_MS),
  /** Until a question lapses. */
  question: ASK_OPEN_MS,
  /** The rest of a group robot, and the lease of the service that speaks to it. */
  robot: 10 * MINUTE_MS,
  /** The rest of one that does not work. */
  parkedRobot: 60 * MINUTE_MS,
  /** The end of a lease that has a name. */
  lease: 2 * MINUTE_MS,
  /** Until a login link lapses. */
  login: LOGIN_LASTS_MS,
  /** Until a session lapses in which nothing is asked for. */
  session: SESSION_IDLE_MS,
  /** An instant at which something has happened already. */
  past: 0,
} as const;

/** Services that share a ledger agree on the time within this. */
export const SKEW_MS = 10_000;

/** Whether an instant lies too far ahead of `now` to be believed. All in milliseconds, the first two since 1970. */
export function isTooFarAhead(instant: number, now: number, furthestMs: number): boolean {
  return instant > now + furthestMs + SKEW_MS;
}

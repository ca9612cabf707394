import type { PaceLimit } from '../pace.ts';

/** Of a whole message of a group robot, the JSON around its text included: 20 KB, for the smaller meaning of KB. */
export const MAX_BODY_BYTES = 20_000;

/** Of a text that a bot sends, the JSON around it included: 150 KB. */
export const MAX_TEXT_BYTES = 150_000;

/** Of a card, as JSON: 30 KB. */
export const MAX_CARD_BYTES = 30_000;

/**
 * Messages in a second to one person, or to one group from all of its bots: 5. One less, because what leaves evenly may
 * arrive in a bunch.
 */
export const RECEIVER_LIMITS: readonly PaceLimit[] = [{ most: 4, withinMs: 1_000 }];

/** Of the `uuid` by which the same message is sent once within an hour. */
export const MAX_UUID = 50;

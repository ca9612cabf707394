import { errors } from 'undici';
import { z } from 'zod';
import type { Outcome, UnknownReason, UnsentReason } from '../redemption/redemption.ts';

/** What became of one call. `cause` is a short code for logs and metrics; null when the vendor answered clearly. */
export interface CallResult {
  readonly outcome: Outcome;
  readonly cause: string | null;
}

/** In characters: more than any sentence for a cashier, and little enough to keep in every row. */
const MAX_MSG = 500;

/** The vendor's own sentence; null where it is none. */
export const Message = z
  .string()
  .transform((msg) => msg.slice(0, MAX_MSG).toWellFormed())
  .nullable()
  .catch(null);

const VendorResponse = z.object({ code: z.enum(['SUCCESS', 'FAILED']), msg: Message });
/** Times left, as the vendor spells them: what tells of a card answers something else. */
const AboutACard = z.object({ suplusTimes: z.union([z.number(), z.string().min(1)]) });

export const unsent = (reason: UnsentReason, cause: string): CallResult => ({
  outcome: { state: 'unsent', reason },
  cause,
});

export const unknown = (reason: UnknownReason, cause: string): CallResult => ({
  outcome: { state: 'unknown', reason },
  cause,
});

/** Reads a complete answer. An answer that does not plainly say SUCCESS or FAILED, with status 200, says nothing. */
export function readResponse(status: number, body: Uint8Array): CallResult {
  if (status !== 200) return unknown('unclear-answer', `http-${status}`);
  const json = parseJson(body);
  if (json === undefined) return unknown('unclear-answer', 'not-json');
  if (AboutACard.safeParse(json).success) return unknown('unclear-answer', 'about-a-card');
  const response = VendorResponse.safeParse(json);
  if (!response.success) return unknown('unclear-answer', 'unexpected-json');
  const { code, msg } = response.data;
  return { outcome: { state: code === 'SUCCESS' ? 'succeeded' : 'refused', vendorMsg: msg }, cause: null };
}

/** Sorts a broken call by one fact: whether its request may have left. */
export function readFailure(mayHaveLeft: boolean, error: unknown): CallResult {
  const cause = codeOf(error);
  if (!mayHaveLeft) return unsent('no-connection', cause);
  return unknown(isUnreadableResponse(error) ? 'unclear-answer' : 'connection-lost', cause);
}

/** The vendor did answer, but not in HTTP, or at greater length than is read. */
function isUnreadableResponse(error: unknown): boolean {
  return (
    error instanceof errors.HTTPParserError ||
    error instanceof errors.HeadersOverflowError ||
    error instanceof errors.ResponseExceededMaxSizeError
  );
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'not-an-error';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

/** Reads a body as JSON, with any content type; undefined when it is none. */
export function parseJson(body: Uint8Array): unknown {
  try {
    // TextDecoder drops a byte order mark.
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
}

import { NotAuthentic } from '../../transports/webhook/webhook.ts';

/** The parts of a callback's query that every WeCom signature covers. */
export interface SignedQuery {
  readonly signature: string;
  /** Seconds since 1970, as received. */
  readonly timestamp: string;
  readonly nonce: string;
}

// The signature joins its parts with nothing in between, so only their shapes keep characters from wandering from one part to
// the next. Base64 can lose whole 32-byte blocks only in pieces of 128 characters: a nonce of 64 has no room for them.
const TIMESTAMP = /^\d{10}$/;
const NONCE = /^[!-~]{1,64}$/;

/** Reads signature, timestamp and nonce. Throws NotAuthentic when one is missing, repeated or oddly shaped. */
export function readSignedQuery(query: URLSearchParams): SignedQuery {
  const signature = readOne(query, 'msg_signature');
  const timestamp = readOne(query, 'timestamp');
  const nonce = readOne(query, 'nonce');
  if (!TIMESTAMP.test(timestamp)) throw new NotAuthentic('timestamp is not in seconds');
  if (!NONCE.test(nonce)) throw new NotAuthentic('nonce has an odd shape');
  return { signature, timestamp, nonce };
}

/** The one value of a parameter. Throws NotAuthentic when there is none or more than one. */
export function readOne(query: URLSearchParams, name: string): string {
  const [value, ...more] = query.getAll(name);
  if (value === undefined) throw new NotAuthentic(`${name} is missing`);
  if (more.length > 0) throw new NotAuthentic(`${name} is given more than once`);
  return value;
}

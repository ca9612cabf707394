import { NotAuthentic } from '../../transports/webhook/webhook.ts';
import { createCipher, type CipherOptions } from './cipher.ts';
import { readOne, readSignedQuery } from './query.ts';
import { computeSignature, signaturesMatch } from './signature.ts';

export interface EnvelopeOptions extends CipherOptions {
  readonly token: string;
}

export interface Opened {
  readonly plaintext: string;
  /** Milliseconds since 1970. */
  readonly signedAt: number;
  /** The callback's own nonce, which an AI bot's answer has to carry. */
  readonly nonce: string;
}

export interface Sealed {
  readonly encrypted: string;
  readonly signature: string;
}

/** What app and AI bot share: signed, encrypted text in both directions. */
export interface Envelope {
  /** Verifies, then decrypts the text that the body carried. Throws NotAuthentic. */
  open(query: URLSearchParams, encrypted: string): Opened;
  /**
   * The same for the console's URL check, where the text is the parameter `echostr`. Its signature is made as a
   * message's is, so only an echo is ever given back: an attacker cannot have captured messages decrypted here. Throws
   * NotAuthentic.
   */
  openEcho(query: URLSearchParams): string;
  /** Encrypts and signs an answer; `timestamp` in seconds. */
  seal(plaintext: string, timestamp: number, nonce: string): Sealed;
}

/** 19 digits in most samples, 23 in a capture (document 90968). */
const ECHO = /^\d{1,32}$/;

/** Throws TypeError on an EncodingAESKey that cannot be one. */
export function createEnvelope({ token, ...cipherOptions }: EnvelopeOptions): Envelope {
  const cipher = createCipher(cipherOptions);

  function open(query: URLSearchParams, encrypted: string): Opened {
    const { signature, timestamp, nonce } = readSignedQuery(query);
    if (!signaturesMatch(computeSignature(token, timestamp, nonce, encrypted), signature)) {
      throw new NotAuthentic('signature does not match');
    }
    return { plaintext: cipher.decrypt(encrypted), signedAt: Number(timestamp) * 1000, nonce };
  }

  return {
    open,
    openEcho(query) {
      const { plaintext } = open(query, readOne(query, 'echostr'));
      if (!ECHO.test(plaintext)) throw new NotAuthentic('echostr is no echo');
      return plaintext;
    },
    seal(plaintext, timestamp, nonce) {
      const encrypted = cipher.encrypt(plaintext);
      return { encrypted, signature: computeSignature(token, String(timestamp), nonce, encrypted) };
    },
  };
}

import { createCipheriv, randomUUID } from 'node:crypto';

const FOLDER = '/aibot-img/';
const LIFETIME_MS = 5 * 60 * 1000;
const BLOCK = 32;

/** The addresses of pictures that WeCom gives to a bot: encrypted, for five minutes (document 100719). */
export interface Media {
  /** Offers a picture, and returns the path of its address. */
  offer(picture: Uint8Array): string;
  /** What is at a path, encrypted for the bot with this EncodingAESKey; null where nothing is, or is any more. */
  take(path: string, aesKey: string): Buffer | null;
}

export interface MediaOptions {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** How many are on offer at once; the oldest goes first. Default: 50. */
  readonly limit?: number;
}

export function createMedia({ now, limit = 50 }: MediaOptions): Media {
  const offers = new Map<string, { readonly picture: Uint8Array; readonly until: number }>();

  function forget(): void {
    for (const [path, { until }] of offers) if (until <= now() || offers.size > limit) offers.delete(path);
  }

  return {
    offer(picture) {
      const path = FOLDER + randomUUID();
      offers.set(path, { picture, until: now() + LIFETIME_MS });
      forget();
      return path;
    },
    take(path, aesKey) {
      forget();
      const offered = offers.get(path);
      return offered === undefined ? null : encryptPicture(offered.picture, aesKey);
    },
  };
}

/** Other than a message, a picture has no header: what is encrypted is its bytes and a padding to whole blocks of 32. */
function encryptPicture(picture: Uint8Array, aesKey: string): Buffer {
  const key = Buffer.from(aesKey, 'base64');
  const padding = BLOCK - (picture.length % BLOCK);
  const aes = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([aes.update(picture), aes.update(Buffer.alloc(padding, padding)), aes.final()]);
}

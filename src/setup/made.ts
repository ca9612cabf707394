import type { SettingName } from '../config/settings.ts';

const SIGNS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Signs of Base64 whose last two bits are 0. */
const LAST = 'AEIMQUYcgkosw048';

/** What WeCom takes: 43 letters and digits for the key (they are 32 bytes in Base64 without the sign at the end), up to 32 for a Token. */
const LENGTHS = { key: 43, token: 32 };

/** A value that is made here and pasted into the platform's console. */
export function makeValue(name: SettingName, randomBytes: (count: number) => Uint8Array): string {
  const length = name.endsWith('_KEY') ? LENGTHS.key : LENGTHS.token;
  let made = '';
  while (made.length < length)
    for (const byte of randomBytes(64)) {
      // Bytes beyond a multiple of 62 would make some signs likelier than others.
      if (byte >= 248 || made.length === length) continue;
      made += SIGNS.charAt(byte % SIGNS.length);
    }
  // A key is 256 bits and 43 signs are 258: strict readers want the last two to be 0.
  return name.endsWith('_KEY') ? made.slice(0, -1) + LAST.charAt(SIGNS.indexOf(made.slice(-1)) % LAST.length) : made;
}

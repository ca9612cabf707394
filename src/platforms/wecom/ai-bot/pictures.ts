import { z } from 'zod';
import type { FetchPicture } from '../../../redemption/shown.ts';
import type { Download } from '../../download.ts';
import { notFetched } from '../../not-fetched.ts';
import { decryptFile } from '../cipher.ts';

const At = z.object({ url: z.string(), aesKey: z.string().nullable() });

/** Where a picture is, for five minutes, and the key that it is encrypted with; null where that of the callbacks is. */
export type PictureAddress = z.infer<typeof At>;

/** Fetches pictures of the AI bot, which are encrypted; `aesKey` is the EncodingAESKey, null by the long connection. */
export function createFetchPicture(download: Download, aesKey: string | null): FetchPicture {
  return async (at, signal) => {
    const address = At.safeParse(at);
    if (!address.success) return notFetched('gone');
    const key = address.data.aesKey ?? aesKey;
    if (key === null) return notFetched('damaged');
    const file = await download(address.data.url, { signal });
    if (file.kind === 'not-fetched') return notFetched(file.why);
    try {
      return { kind: 'fetched', bytes: decryptFile(file.bytes, key) };
    } catch {
      return notFetched('damaged');
    }
  };
}

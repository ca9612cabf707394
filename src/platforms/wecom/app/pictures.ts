import { z } from 'zod';
import type { Log } from '../../../log.ts';
import type { Fetched, FetchPicture } from '../../../redemption/shown.ts';
import type { Download } from '../../download.ts';
import { byHttps } from '../../hosts.ts';
import { notFetched, whyNotFetched } from '../../not-fetched.ts';
import type { WecomApi } from '../api.ts';
import { ERRORS } from '../errors.ts';

const At = z.object({ mediaId: z.string().nullable(), picUrl: z.string().nullable() });

/** The two ways to a picture: by the server API for three days, and by an address that needs no token. */
export type PictureAddress = z.infer<typeof At>;

export interface PicturesParts {
  /** Null where the app has no secret: then only the address is left. */
  readonly api: WecomApi | null;
  readonly download: Download;
  readonly log: Pick<Log, 'warn'>;
}

/** Fetches pictures of a self-built app: by `media/get` (document 90254), or by the picture's own address where that does not give it. */
export function createFetchPicture({ api, download, log }: PicturesParts): FetchPicture {
  async function fromApi(mediaId: string, signal: AbortSignal): Promise<Fetched | null> {
    if (api === null) return null;
    if (signal.aborted) return notFetched('unreachable');
    // The access token is fetched for all, and does not end with this one.
    const file = await Promise.race([api.download('/cgi-bin/media/get', { media_id: mediaId }, signal), ended(signal)]);
    if (file.kind === 'fetched') return file;
    if (file.kind === 'not-fetched') return notFetched(file.why);
    if (file.kind === 'silence') return notFetched('unreachable');
    const { errcode, errmsg } = file;
    const { means, remedy } = ERRORS[errcode] ?? {};
    log.warn({ errcode, errmsg, remedy }, 'picture refused by WeCom');
    return notFetched(whyNotFetched(means));
  }

  return async (at, signal) => {
    const { mediaId = null, picUrl = null } = At.safeParse(at).data ?? {};
    const file = mediaId === null ? null : await fromApi(mediaId, signal);
    const isEnough = file?.kind === 'fetched' || file?.why === 'too-large';
    if (picUrl === null || (file !== null && isEnough)) return file ?? notFetched('forbidden');
    // WeCom writes some of these addresses with http, and serves them by https as well.
    const other = await download(byHttps(picUrl), { signal });
    return other.kind === 'fetched' ? other : (file ?? notFetched(other.why));
  };
}

function ended(signal: AbortSignal): Promise<Fetched> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(notFetched('unreachable')), { once: true });
  });
}

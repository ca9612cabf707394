import { createDownload, type Download } from '../../src/platforms/download.ts';
import type { FetchPicture } from '../../src/redemption/shown.ts';

/** Of tests in which nothing is to be fetched: all is refused. */
export const NO_DOWNLOAD: Download = createDownload({ mediaHosts: [], apiHosts: [] });

/** Of a bot that is only asked to read and to answer. */
export const NO_PICTURES: FetchPicture = async () => ({ kind: 'not-fetched', why: 'unreachable' });

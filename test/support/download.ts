import { createDownload, type Download } from '../../src/platforms/download.ts';

/** Of tests in which nothing is to be fetched: all is refused. */
export const NO_DOWNLOAD: Download = createDownload({ mediaHosts: [], apiHosts: [] });

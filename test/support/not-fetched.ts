import type { Downloaded } from '../../src/platforms/download.ts';

/** Fetches no picture: for a bot that is only asked to read and to answer. */
export const nothingFetched = async (): Promise<Downloaded> => ({ kind: 'not-fetched', why: 'unreachable' });

import type { ErrorTable } from '../errors.ts';

/** Of a message's `sessionWebhook` and of groups' custom robots, which have the same codes. */
export const ERRORS: ErrorTable = {
  [-1]: { means: 'busy' },
  // The second is that of today's documents, the last two are those of the older API.
  130101: { means: 'throttled' },
  410100: { means: 'throttled' },
  90002: { means: 'throttled' },
  90018: { means: 'throttled' },
  // The JSON is wrong.
  40035: { means: 'content' },
  // DingTalk's content check found it unsafe: a link, a text, a picture, a file.
  430101: { means: 'content' },
  430102: { means: 'content' },
  430103: { means: 'content' },
  430104: { means: 'content' },
  // Too long.
  460101: { means: 'content' },
  101002: { means: 'content' },
};

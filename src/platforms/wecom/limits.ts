import type { PaceLimit } from '../pace.ts';

/**
 * Of a text, in UTF-8. WeCom cuts a longer one itself, in the middle of a line and without a word. For the AI bot none is
 * documented; this is the one that WeCom has everywhere else.
 */
export const MAX_TEXT_BYTES = 2048;

/** Of the AI bot's markdown, in a stream and by `response_url`. */
export const MAX_MARKDOWN_BYTES = 20_480;

/** Of the content of a group robot's message. */
export const MAX_ROBOT_BYTES = 4096;

const MINUTE_MS = 60_000;
/** Frames take their time to the place where they are counted. */
const SLACK_MS = 1_000;

/** Messages of the AI bot to one chat by its connection, answers and pushes together (document 101463). */
export const CHAT_LIMITS: readonly PaceLimit[] = [
  { most: 30, withinMs: MINUTE_MS + SLACK_MS },
  { most: 1_000, withinMs: 60 * MINUTE_MS + SLACK_MS },
];

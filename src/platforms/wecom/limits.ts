/**
 * Of a text, in UTF-8. WeCom cuts a longer one itself, in the middle of a line and without a word. For the AI bot none is
 * documented; this is the one that WeCom has everywhere else.
 */
export const MAX_TEXT_BYTES = 2048;

/** Of the AI bot's markdown, in a stream and by `response_url`. */
export const MAX_MARKDOWN_BYTES = 20_480;

/** Of the content of a group robot's message. */
export const MAX_ROBOT_BYTES = 4096;

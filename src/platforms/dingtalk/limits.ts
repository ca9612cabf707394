/** Of a whole message, the JSON around its text included. DingTalk refuses a longer one, of its bots and its robots alike. */
export const MAX_BODY_BYTES = 20_000;

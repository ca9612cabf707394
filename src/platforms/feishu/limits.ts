/** Of a whole message, the JSON around its text included: 20 KB, whichever kind of KB that is. */
export const MAX_BODY_BYTES = 20_000;

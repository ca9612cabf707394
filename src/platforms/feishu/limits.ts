/** Of a whole message, the JSON around its text included: 20 KB, for the smaller meaning of KB. */
export const MAX_BODY_BYTES = 20_000;

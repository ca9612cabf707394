/** Of a whole message, the JSON around its text included. DingTalk refuses a longer one, of its bots and its robots alike. */
export const MAX_BODY_BYTES = 20_000;

/** Of the parameters of a message that goes by the OpenAPI, as JSON. */
export const MAX_PARAM_BYTES = 15_000;

/** What the standard edition allows a company in a month: calls of the OpenAPI, and pushes by webhook and stream together. */
export const MONTHLY_QUOTA = { api: 5_000, push: 3_000 } as const;

import type { ErrorTable } from '../errors.ts';

/** Of groups' custom robots. 19001, 19021, 19022 and 19024, which are no rows, refuse address, signature, IP and keyword. */
export const ERRORS: ErrorTable = {
  11232: { means: 'throttled' },
  99991400: { means: 'throttled' },
  // The request is bad, or by its words there are too many.
  9499: { means: 'content' },
};

/** How an error stands in the log: what it is and why, without the stack. */
export interface ErrorDescription {
  readonly type: string;
  readonly code?: string | number;
  readonly message: string;
  readonly cause?: ErrorDescription;
  /** The parts of an AggregateError, for example one per address that was tried. */
  readonly errors?: readonly ErrorDescription[];
}

const MAX_DEPTH = 5;
const MAX_PARTS = 5;

/** Describes a thrown value of any type, and its causes. */
export function describeError(error: unknown): ErrorDescription {
  return describe(error, 0);
}

/** As describeError, with the stack: for what should never have happened. */
export function describeCrash(error: unknown): ErrorDescription & { readonly stack?: string } {
  const description = describeError(error);
  return error instanceof Error && error.stack !== undefined ? { ...description, stack: error.stack } : description;
}

function describe(error: unknown, depth: number): ErrorDescription {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) };
  const code =
    'code' in error && (typeof error.code === 'string' || typeof error.code === 'number') ? error.code : null;
  const deeper = depth < MAX_DEPTH;
  return {
    type: error.name,
    ...(code !== null && { code }),
    message: error.message,
    ...(deeper && error.cause !== undefined && { cause: describe(error.cause, depth + 1) }),
    ...(deeper &&
      error instanceof AggregateError && {
        errors: error.errors.slice(0, MAX_PARTS).map((part: unknown) => describe(part, depth + 1)),
      }),
  };
}

/** The code of an error or of what caused it; the message may hold a URL with a secret and is left out. */
export function codeOf(error: unknown): string {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'string') return cause.code;
  }
  return error instanceof Error ? error.name : 'unknown';
}

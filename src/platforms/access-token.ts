const RENEW_EARLY_MS = 5 * 60_000;

/** What came of fetching a token. */
export type FetchedToken<Failure> =
  | { readonly kind: 'token'; readonly value: string; readonly lifetimeMs: number }
  | { readonly kind: 'failed'; readonly failure: Failure };

export interface AccessTokenOptions<Failure> {
  /** Never rejects. */
  readonly fetch: () => Promise<FetchedToken<Failure>>;
  /** How long before its end a token is replaced, in milliseconds. Default: five minutes. */
  readonly renewEarlyMs?: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** The access token of one app, which all calls of a platform's server API share. */
export interface AccessToken<Failure> {
  /**
   * Makes a call with a valid token, and once more with a new one where the platform refuses the old one. Resolves with what
   * came of the call, or why there is no token.
   */
  use<Result>(
    call: (token: string) => Promise<Result>,
    isRefused: (result: Result) => boolean,
  ): Promise<Result | Failure>;
}

/** Fetches the token when it is needed, for all callers together, and keeps it until some minutes before its end. */
export function createAccessToken<Failure>({
  fetch,
  renewEarlyMs = RENEW_EARLY_MS,
  now,
}: AccessTokenOptions<Failure>): AccessToken<Failure> {
  interface Token {
    readonly value: string;
    readonly renewAt: number;
  }
  type Current = { readonly token: Token } | { readonly failure: Failure };
  let kept: Token | null = null;
  let fetching: Promise<Current> | null = null;

  async function fetchToken(): Promise<Current> {
    const fetched = await fetch();
    if (fetched.kind === 'failed') return fetched;
    const { value, lifetimeMs } = fetched;
    // Early, but never so early that every call fetches a token of its own.
    kept = { value, renewAt: now() + Math.max(lifetimeMs - renewEarlyMs, lifetimeMs / 2) };
    return { token: kept };
  }

  function current(): Promise<Current> {
    if (kept !== null && now() < kept.renewAt) return Promise.resolve({ token: kept });
    fetching ??= fetchToken().finally(() => {
      fetching = null;
    });
    return fetching;
  }

  return {
    async use(call, isRefused) {
      for (let again = true; ; again = false) {
        const found = await current();
        if ('failure' in found) return found.failure;
        const result = await call(found.token.value);
        if (!again || !isRefused(result)) return result;
        // Another caller may have fetched a new one meanwhile.
        if (kept === found.token) kept = null;
      }
    },
  };
}

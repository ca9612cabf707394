/**
 * What a result code of a platform says. `busy`: it may work in a moment. `throttled`: too many messages. `content`: the
 * platform does not like what was said. `token`: it does not take the access token. `settings`: one of ours is wrong, and
 * nothing changes before a start with others. `console`: an operator has to change something there. `receiver`: this
 * person cannot be written to. `over`: what was to be answered, or changed, cannot be any more.
 */
export type Meaning = 'busy' | 'throttled' | 'content' | 'token' | 'settings' | 'console' | 'receiver' | 'over';

export interface KnownError {
  readonly means: Meaning;
  /** What an operator has to do; absent where it passes by itself. */
  readonly remedy?: string;
  /** The same in Chinese, as pages and checks show it. */
  readonly zh?: string;
}

/**
 * A platform's result codes, numbers or names. 0 is yes on all of them; a code without a row is a no of which nothing more is
 * known.
 */
export type ErrorTable = Readonly<Record<number | string, KnownError>>;

/** A remedy of the table in both languages. */
export function remedyOf(
  errors: ErrorTable,
  code: number | string,
): { readonly zh: string; readonly en: string } | null {
  const { remedy, zh = remedy } = errors[code] ?? {};
  return remedy === undefined || zh === undefined ? null : { zh, en: remedy };
}

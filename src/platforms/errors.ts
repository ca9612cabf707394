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
}

/**
 * A platform's result codes, numbers or names. 0 is yes on all of them; a code without a row is a no of which nothing more is
 * known.
 */
export type ErrorTable = Readonly<Record<number | string, KnownError>>;

import type { Who } from './permissions.ts';

/** The logins of people at the console. */
export interface Logins {
  /**
   * Makes a token by which this person can log in, once; those before are void. `too-many`: this person has had as many as one
   * may have for now, and there is none. Rejects when storage fails.
   */
  offer(
    user: string,
  ): Promise<
    { readonly kind: 'offered'; readonly token: string; readonly lastsMs: number } | { readonly kind: 'too-many' }
  >;
  /** Ends all sessions of this person, and what was offered; resolves with how many sessions there were. */
  endAll(user: string): Promise<number>;
}

export type ConsoleResult =
  /** `url` lets whoever has it in: it is told to this person alone, and is on no disk and in no log. */
  | { readonly kind: 'console-offered'; readonly url: string; readonly lastsMs: number }
  /** `in-group`: everybody there would have the link. `no-address`: people cannot reach the console. */
  | { readonly kind: 'console-not-offered'; readonly why: 'in-group' | 'too-many' | 'no-address' }
  | { readonly kind: 'signed-out'; readonly sessions: number };

export interface ConsoleLink {
  /** A link for this person, where nobody else reads the answer. */
  offer(who: Who, conversation: string | null): Promise<ConsoleResult>;
  signOut(who: Who): Promise<ConsoleResult>;
}

export interface ConsoleLinkParts {
  readonly logins: Logins;
  /** The address under which people reach the console, without a slash at its end; null where they cannot. */
  readonly address: () => string | null;
}

export function createConsoleLink({ logins, address }: ConsoleLinkParts): ConsoleLink {
  return {
    async offer({ user }, conversation) {
      const kind = 'console-not-offered';
      if (conversation !== null) return { kind, why: 'in-group' };
      const base = address();
      if (base === null) return { kind, why: 'no-address' };
      const offered = await logins.offer(user);
      if (offered.kind === 'too-many') return { kind, why: 'too-many' };
      const { token, lastsMs } = offered;
      return { kind: 'console-offered', url: `${base}/console/login/${token}`, lastsMs };
    },
    async signOut({ user }) {
      return { kind: 'signed-out', sessions: await logins.endAll(user) };
    },
  };
}

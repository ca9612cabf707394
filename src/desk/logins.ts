import type { SessionLedger } from '../redemption/sessions.ts';
import type { AddressOf, Telling } from '../redemption/people.ts';
import { LOGIN_LASTS_MS, type Session } from '../redemption/sessions.ts';
import { browserOf, cleanAgent } from './browsers.ts';
import type { Say } from './notice.ts';

/** What `offer` comes to; `lastsMs` is how long the link counts. */
export type OfferedLogin =
  { readonly kind: 'offered'; readonly token: string; readonly lastsMs: number } | { readonly kind: 'too-many' };

/** A browser that is logged in from now on. */
export interface Entered {
  readonly session: Session;
  /** What the browser has to show from now on; nothing else is kept of it than a hash. */
  readonly secret: string;
}

/** Who is logged in to the console, and how they come in. What a person may see there is their role's matter. */
export interface Logins {
  /** Makes a login link's token for this person; their earlier ones count no more. It is for their eyes only. */
  offer(user: string): Promise<OfferedLogin>;
  /** Logs this person out everywhere; returns in how many browsers they were logged in. Links that wait count no more either. */
  endAll(user: string): Promise<number>;

  /** Whom a link is for; null: it does not count. Uses nothing up. */
  find(token: string): Promise<string | null>;
  /**
   * Uses a link up and logs its person in, who is told so in the chat; one caller. `former` is the secret that the browser has
   * shown until now. Null where the link does not count.
   */
  enter(token: string, agent: string, former: string | null): Promise<Entered | null>;
  /** By which `npm run console` knows that its link has come to the right service; null: no link of it waits. */
  waiting(): string | null;

  /** The session of the browser that shows this secret; null: none that lasts. */
  session(secret: string): Promise<Session | null>;
  /** The same by its id. */
  findSession(id: string): Promise<Session | null>;
  /** Something was asked for in it. To be called every few minutes at most. */
  touch(session: string): Promise<void>;
  /** This person's sessions, the newest first. */
  sessionsOf(user: string): Promise<readonly Session[]>;
  /** Ends one session of this person; returns whether there was one. */
  end(user: string, session: string): Promise<boolean>;
  /** Ends all others of this person, and links that wait; returns how many sessions. */
  endOthers(user: string, session: string): Promise<number>;
}

/** A link that was made at the machine itself, such as by `npm run console`, and waits beside the ledger. */
export interface LeftLogin {
  /** Its id, which opens nothing; null: none waits. */
  waiting(): string | null;
  /** Whom the one that waits lets in, where it has this hash; else null. */
  whom(hash: string): string | null;
  /** Takes it away, if it has this hash; returns whether it had. Throws where it cannot be taken away. */
  take(hash: string): boolean;
}

export interface LoginsParts {
  readonly sessions: SessionLedger;
  readonly left: LeftLogin;
  readonly addressOf: AddressOf;
  readonly say: Say;
  /** The ledger's clock: milliseconds since 1970. */
  readonly now: () => number;
  /** Makes something that nobody can guess. */
  readonly newSecret: () => string;
  readonly hashOf: (secret: string) => string;
}

export function createLogins({ sessions, left, addressOf, say, now, newSecret, hashOf }: LoginsParts): Logins {
  async function whom(hash: string): Promise<string | null> {
    return left.whom(hash) ?? sessions.findLogin(hash);
  }

  function tellingsOf(user: string, session: string, agent: string): Telling[] {
    const text = say({ kind: 'logged-in', at: now(), browser: browserOf(agent) });
    return [{ key: `logged-in-${session}`, user, ...addressOf(user), text }];
  }

  return {
    async offer(user) {
      const token = newSecret();
      const offered = await sessions.offerLogin(hashOf(token), user);
      return offered ? { kind: 'offered', token, lastsMs: LOGIN_LASTS_MS } : { kind: 'too-many' };
    },
    endAll: (user) => sessions.endSessions(user, null),

    find: (token) => whom(hashOf(token)),
    async enter(token, agent, former) {
      const hash = hashOf(token);
      const user = await whom(hash);
      if (user === null) return null;
      const secret = newSecret();
      const id = hashOf(secret);
      const session = { id, user, agent: cleanAgent(agent), former: former === null ? null : hashOf(former) };
      // One that was left is taken away first: should storage fail then, another one has to be made. Whoever is at the machine
      // made it, and no chat is told.
      const isLeft = left.take(hash);
      const tellings = isLeft ? [] : tellingsOf(user, id, session.agent);
      const begun = await sessions.beginSession(isLeft ? null : hash, session, tellings);
      return begun === null ? null : { session: begun, secret };
    },
    waiting: () => left.waiting(),

    session: (secret) => sessions.findSession(hashOf(secret)),
    findSession: (id) => sessions.findSession(id),
    touch: (session) => sessions.touchSession(session),
    sessionsOf: (user) => sessions.sessionsOf(user),
    end: (user, session) => sessions.endSession(user, session),
    endOthers: (user, session) => sessions.endSessions(user, session),
  };
}

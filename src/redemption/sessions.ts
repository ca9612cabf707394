import type { Telling } from './people.ts';

/** How long a login link counts. */
export const LOGIN_LASTS_MS = 5 * 60_000;
/** Links that one person may have within an hour. */
export const LOGINS_PER_HOUR = 5;
/** How long a session lasts in which nothing is asked for. */
export const SESSION_IDLE_MS = 12 * 60 * 60_000;
/** How long any session lasts at the most. */
export const SESSION_LASTS_MS = 7 * 24 * 60 * 60_000;
/** Within this time after a login the person may do what needs one that is new. */
export const FRESH_MS = 10 * 60_000;
/** Sessions that one person may have at once; with another one the oldest ends. */
export const MAX_SESSIONS = 20;

/** A session that is about to begin. */
export interface NewSession {
  /** What is kept of the secret that the browser has; with it nobody gets in. */
  readonly id: string;
  /** Platform and id, such as `wecom:zhangsan`. */
  readonly user: string;
  /** What the browser calls itself, without anything secret in it. */
  readonly agent: string;
  /** The session that this browser has had until now, which ends; null: none. */
  readonly former: string | null;
}

/** A browser in which somebody is logged in. Instants are milliseconds since 1970. */
export interface Session extends Omit<NewSession, 'former'> {
  readonly beganAt: number;
  /** When something was last asked for in it, give or take some minutes. */
  readonly seenAt: number;
  /** The first of the sessions that the same person has had in the same browser, one straight after the other. */
  readonly root: string;
}

/** Who is logged in to the console. Secrets are known here by their hashes only. */
export interface SessionLedger {
  /** Keeps a login link for this person; their earlier ones count no more. False where they have had too many within the hour. */
  offerLogin(hash: string, user: string): Promise<boolean>;
  /** Whom a link is for that counts; null: there is none. Changes nothing. */
  findLogin(hash: string): Promise<string | null>;
  /**
   * Begins a session, by a link that is used up with it: of several callers one gets it. Null where the link does not count. Without
   * a link (null) something else has shown who it is. What is to be told of it is on record with it.
   */
  beginSession(login: string | null, session: NewSession, tellings: readonly Telling[]): Promise<Session | null>;
  /** A session that lasts; null: none. */
  findSession(id: string): Promise<Session | null>;
  /** This person's sessions, the newest first. */
  sessionsOf(user: string): Promise<readonly Session[]>;
  /** Something was asked for in it just now. It is written at once, so not for every request. */
  touchSession(id: string): Promise<void>;
  /** Ends one session of this person; returns whether there was one. */
  endSession(user: string, id: string): Promise<boolean>;
  /** Ends all of this person's but `except`, and their links that were not used; returns how many sessions there were. */
  endSessions(user: string, except: string | null): Promise<number>;
}

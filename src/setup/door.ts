import { createHash, randomBytes } from 'node:crypto';
import type { Context } from 'koa';
import { hashOf, isSameHash, newCode, readCode, removeCode } from './code.ts';

/** Wrong codes that are looked at within a minute, from all browsers. */
const WRONG_A_MINUTE = 10;
const MINUTE_MS = 60_000;
/** How long a session lasts that nothing is asked with, in milliseconds. */
const IDLE_MS = 2 * 60 * 60_000;
const MAX_SESSIONS = 20;
const TOKEN_BYTES = 32;

export type Entered = 'entered' | 'wrong' | 'too-many';

/** Who may open the setup: browsers that were given a code which the program has told its operator. */
export interface Door {
  /** Whether this request comes from a browser that has entered. */
  isInside(ctx: Context): boolean;
  /** Takes a code, which counts once, and lets the browser in that sent it. A code is taken by a POST only. */
  enter(ctx: Context, code: string): Entered;
  /** Whether a browser could enter now, or has. */
  isInUse(): boolean;
  /** Makes a code that counts until it is used, in place of the one before. */
  offer(): string;
  /** Takes that one back: only codes of the file count. */
  withdraw(): void;
  /** Which code of the file waits; null: none. */
  waiting(): string | null;
}

export interface DoorOptions {
  /** Where the file of the code is. */
  readonly dataDir: () => string;
  /** The port of the address: cookies of a host belong to all its ports. */
  readonly port: () => number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Told when the code that was offered has been used. */
  readonly onUsed: () => void;
}

export function createDoor({ dataDir, port, now, onUsed }: DoorOptions): Door {
  /** Hashes of tokens, with the time of their last request. */
  const sessions = new Map<string, number>();
  let offered: string | null = null;
  let wrong: number[] = [];

  const cookie = () => `setup_${port()}`;
  const forgetIdle = () => {
    for (const [session, seen] of sessions) if (now() - seen >= IDLE_MS) sessions.delete(session);
  };

  /** Takes it, so that it does not count again. */
  function take(hash: string): boolean {
    const inFile = readCode(dataDir(), now());
    if (inFile !== null && isSameHash(inFile.hash, hash)) {
      removeCode(dataDir());
      return true;
    }
    if (offered === null || !isSameHash(offered, hash)) return false;
    offered = null;
    onUsed();
    return true;
  }

  return {
    isInside(ctx) {
      forgetIdle();
      const token = ctx.cookies.get(cookie());
      const session = token === undefined ? '' : digest(token);
      if (!sessions.has(session)) return false;
      sessions.set(session, now());
      return true;
    },
    enter(ctx, code) {
      wrong = wrong.filter((at) => now() - at < MINUTE_MS);
      // A right one is not looked at either: else guessing went on.
      if (wrong.length >= WRONG_A_MINUTE) return 'too-many';
      if (!take(hashOf(code))) {
        wrong.push(now());
        return 'wrong';
      }
      const token = randomBytes(TOKEN_BYTES).toString('base64url');
      forgetIdle();
      if (sessions.size >= MAX_SESSIONS) sessions.delete(sessions.keys().next().value ?? '');
      sessions.set(digest(token), now());
      ctx.cookies.set(cookie(), token, { httpOnly: true, sameSite: 'strict', path: '/setup', overwrite: true });
      return 'entered';
    },
    isInUse() {
      forgetIdle();
      return sessions.size > 0 || offered !== null || readCode(dataDir(), now()) !== null;
    },
    offer() {
      const code = newCode();
      offered = hashOf(code);
      return code;
    },
    withdraw() {
      offered = null;
    },
    waiting: () => readCode(dataDir(), now())?.id ?? null,
  };
}

const digest = (token: string) => createHash('sha256').update(token).digest('hex');

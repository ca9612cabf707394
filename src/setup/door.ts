import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isAtThisMachine } from '../pages/this-machine.ts';
import type { Text } from '../pages/text.ts';
import { isSameHash } from '../code-in-file.ts';
import { hashOf, newCode, readCode, removeCode } from './code.ts';
import type { Access } from './ports.ts';

/** Wrong codes that are looked at within a minute, from all browsers together. */
const WRONG_A_MINUTE = 10;
const MINUTE_MS = 60_000;
/** How long a session lasts without a request, in milliseconds. */
const IDLE_MS = 2 * 60 * 60_000;
const MAX_SESSIONS = 20;
const TOKEN_BYTES = 32;

const WRONG: Text = {
  zh: '这个代码不对，或者已经用过、过期了。请看终端里最新的代码；没有的话，另开一个终端，在同一个文件夹里运行 npm run setup。',
  en: 'This code is wrong, used or out of date. Take the newest one of the terminal; if there is none, run npm run setup in another terminal in the same folder.',
};
const TOO_MANY: Text = {
  zh: '输错的次数太多了，请等一分钟再试。',
  en: 'Too many wrong codes. Wait a minute, then try again.',
};

/** Who may open the setup: browsers on this machine whose person was told a code by the program. */
export interface Door extends Access {
  /** Whether a browser has entered, or could with a code that waits. */
  isInUse(): boolean;
  /** Makes a code that counts until it is used or another one is made. */
  offer(): string;
  /** Takes that one back, if it was not used. */
  withdraw(): void;
  /** Which code of `npm run setup` waits; null: none. */
  waiting(): string | null;
}

export interface DoorOptions {
  /** Where `npm run setup` leaves its code. */
  readonly dataDir: () => string;
  /** The port of the address: the cookies of a host belong to all its ports. */
  readonly port: () => number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Told when the code that was offered has been used. */
  readonly onUsed: () => void;
}

/** Keeps the sessions in memory: they end with the program, and not when another world begins in it. */
export function createDoor({ dataDir, port, now, onUsed }: DoorOptions): Door {
  /** Hashes of tokens, with the time of their last request. */
  const sessions = new Map<string, number>();
  let offered: string | null = null;
  let wrong: number[] = [];

  const cookie = () => `setup_${port()}`;
  const forgetIdle = () => {
    for (const [session, seen] of sessions) if (now() - seen >= IDLE_MS) sessions.delete(session);
  };

  /** Whether it is a code that waits; it does not count again. */
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

  function begin(): string {
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    forgetIdle();
    const [first] = sessions.keys();
    if (sessions.size >= MAX_SESSIONS && first !== undefined) sessions.delete(first);
    sessions.set(digest(token), now());
    return token;
  }

  return {
    isHere: isAtThisMachine,
    isIn(request) {
      forgetIdle();
      const session = tokensIn(request, cookie())
        .map(digest)
        .find((each) => sessions.has(each));
      if (session === undefined) return false;
      sessions.set(session, now());
      return true;
    },
    enter(code) {
      wrong = wrong.filter((at) => now() - at < MINUTE_MS);
      // The right one is not taken either: else guessing could go on.
      if (wrong.length >= WRONG_A_MINUTE) return { kind: 'refused', why: TOO_MANY };
      if (!take(hashOf(code))) {
        wrong.push(now());
        return { kind: 'refused', why: WRONG };
      }
      return { kind: 'in', cookie: `${cookie()}=${begin()}; Path=/setup; HttpOnly; SameSite=Strict` };
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

/** The values of all cookies of this name: browsers may send several. */
function tokensIn({ headers }: IncomingMessage, name: string): string[] {
  return (headers.cookie ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
}

const digest = (token: string) => createHash('sha256').update(token).digest('hex');

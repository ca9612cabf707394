import { createHash, randomBytes } from 'node:crypto';
import { codeFile, isSameHash } from '../code-in-file.ts';
import { createLogins, type LeftLogin, type Logins, type LoginsParts } from '../desk/logins.ts';
import { OPERATOR } from '../desk/operator.ts';
import { LOGIN_LASTS_MS } from '../redemption/sessions.ts';

const SECRET_BYTES = 32;

/** What opens the console, or goes on opening it: 43 letters, digits, `-` and `_`. */
export const newSecret = () => randomBytes(SECRET_BYTES).toString('base64url');
/** What is kept of it. */
export const hashOf = (secret: string) => createHash('sha256').update(secret).digest('base64url');

/** Where `npm run console` leaves its link for the service of its folder. */
export const leftLogins = codeFile('console-login.json', LOGIN_LASTS_MS);

export interface LoginsWiring extends Pick<LoginsParts, 'sessions' | 'addressOf' | 'say' | 'now'> {
  readonly dataDir: string;
  readonly machineNow: () => number;
}

/** Logins to the console. `machineNow` is the clock by which `npm run console` goes. */
export function wireLogins({ dataDir, machineNow, ...parts }: LoginsWiring): Logins {
  return createLogins({ ...parts, left: leftLoginIn(dataDir, machineNow), newSecret, hashOf });
}

function leftLoginIn(dataDir: string, now: () => number): LeftLogin {
  function whom(hash: string): string | null {
    const left = leftLogins.read(dataDir, now());
    return left !== null && isSameHash(left.hash, hash) ? (left.user ?? OPERATOR) : null;
  }
  return {
    waiting: () => leftLogins.read(dataDir, now())?.id ?? null,
    whom,
    take(hash) {
      // One step for this process, and no other has the folder.
      if (whom(hash) === null) return false;
      leftLogins.remove(dataDir);
      return true;
    },
  };
}

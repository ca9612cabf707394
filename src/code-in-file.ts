import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { timingSafeEqual } from 'node:crypto';
import { join } from 'node:path';
import { closeToOthers, PRIVATE_FILE } from './private-files.ts';

/** A code that a command has made for a service of the same folder that runs: how it is told to it. */
export interface CodeInFile {
  readonly hash: string;
  /** By which the two know that they speak of the same folder. It opens nothing. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly madeAt: number;
  /** Whom it lets in: platform and id; absent: whoever is at the machine. */
  readonly user?: string;
}

/** Where one kind of code waits in `DATA_DIR`. */
export interface CodeFile {
  /** Puts a code where the service of this folder finds it; one that was there counts no more. Throws what the file system does. */
  readonly write: (dataDir: string, code: CodeInFile) => void;
  /** The code that waits, or null: there is none, or it is too old. One that others could see is thrown away. */
  readonly read: (dataDir: string, now: number) => CodeInFile | null;
  /** Forgets it. Throws what the file system does: a code that cannot be taken away must not open anything. */
  readonly remove: (dataDir: string) => void;
}

/** `lastsMs` is how long a code in the file counts. */
export function codeFile(name: string, lastsMs: number): CodeFile {
  const path = (dataDir: string) => join(dataDir, name);
  const remove = (dataDir: string) => rmSync(path(dataDir), { force: true });
  return {
    write(dataDir, code) {
      // Whatever stands there, perhaps a link, is not written through.
      remove(dataDir);
      writeFileSync(path(dataDir), `${JSON.stringify(code)}\n`, { mode: PRIVATE_FILE, flag: 'wx' });
    },
    read(dataDir, now) {
      let read: unknown;
      try {
        if (closeToOthers(path(dataDir)) !== 'closed') remove(dataDir);
        read = JSON.parse(readFileSync(path(dataDir), 'utf8'));
      } catch {
        return null;
      }
      const { hash, id, madeAt, user } = Object(read) as Partial<Record<keyof CodeInFile, unknown>>;
      if (typeof hash !== 'string' || typeof id !== 'string' || typeof madeAt !== 'number') return null;
      // One of the future is the work of a clock that was wrong.
      if (madeAt > now || now >= madeAt + lastsMs) return null;
      return { hash, id, madeAt, ...(typeof user === 'string' && { user }) };
    },
    remove,
  };
}

export function isSameHash(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

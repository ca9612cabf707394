import { consoleLinkGone } from '../command/sentences.ts';

/** What stands for such an answer where answers are kept. No other answer is nothing but this. */
const STANDS_FOR = /^\{console-link:([\w-]+)\}$/u;
/** Each takes about 500 bytes. */
const AT_MOST = 2_000;

/**
 * Answers with a link that lets whoever has it in. They are remembered in memory, so that a repeated delivery is told the same,
 * and are never on disk: another process, or this one when the link's time is up, says to ask again.
 */
export interface ToldLinks {
  /** Remembers what this person is told for `lastsMs`, instead of what they were told before; returns what is kept of it. */
  keep(user: string, said: string, lastsMs: number): string;
  /** An answer as it was kept, as it is to be told now. */
  told(kept: string): string;
}

export interface ToldLinksParts {
  /** The ledger's clock: milliseconds since 1970. */
  readonly now: () => number;
  /** Nobody can guess it. */
  readonly newId: () => string;
}

export function createToldLinks({ now, newId }: ToldLinksParts): ToldLinks {
  /** By person: a new link voids the one before. Oldest first. */
  const links = new Map<string, { readonly id: string; readonly said: string; readonly until: number }>();

  function forgetOld(): void {
    for (const [user, { until }] of links) {
      if (until > now() && links.size <= AT_MOST) break;
      links.delete(user);
    }
  }

  return {
    keep(user, said, lastsMs) {
      const id = newId();
      links.delete(user);
      links.set(user, { id, said, until: now() + lastsMs });
      forgetOld();
      return `{console-link:${id}}`;
    },
    told(kept) {
      const [, id] = STANDS_FOR.exec(kept) ?? [];
      if (id === undefined) return kept;
      forgetOld();
      return [...links.values()].find((link) => link.id === id)?.said ?? consoleLinkGone();
    },
  };
}

import { randomUUID } from 'node:crypto';
import type { Bubble } from './wecom.ts';
import type { ShownCard } from './wecom-cards.ts';

export interface ShownPicture {
  readonly id: string;
  readonly alt: string;
}

export interface ChatEntry {
  readonly id: string;
  /** User id; null for the bot. */
  readonly author: string | null;
  readonly text: string;
  readonly picture: ShownPicture | null;
  /** Id of the message that the bot answers, or that a person quotes. */
  readonly inReplyTo: string | null;
  readonly finished: boolean;
  /** With buttons to tap; null where there is none. */
  readonly card: ShownCard | null;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Grows with every change in the chat. */
  readonly revision: number;
}

export interface ChatChanges {
  /** A different id means a different chat: drop all entries that were fetched before. */
  readonly session: string;
  readonly revision: number;
  /** In the order of the chat, in their latest versions. */
  readonly entries: readonly ChatEntry[];
}

/** What a message has beside its text. */
export type Beside = Partial<Pick<ChatEntry, 'picture' | 'inReplyTo'>>;

/** What all in the group see. Only the newest entries are kept. */
export interface GroupChat {
  readonly addMessage: (id: string, author: string, text: string, beside?: Beside) => void;
  /** Undefined where it is not kept any more. */
  readonly find: (id: string) => ChatEntry | undefined;
  readonly showBubble: (bubble: Bubble) => void;
  readonly changesAfter: (revision: number) => ChatChanges;
}

export interface GroupChatOptions {
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** How many entries are kept. Default: 500. */
  readonly limit?: number;
}

export function createGroupChat({ now = Date.now, limit = 500 }: GroupChatOptions = {}): GroupChat {
  const session = randomUUID();
  const entries: ChatEntry[] = [];
  let revision = 0;

  function put(entry: Omit<ChatEntry, 'at' | 'revision'>): void {
    revision += 1;
    const index = entries.findLastIndex(({ id }) => id === entry.id);
    const at = entries[index]?.at ?? now();
    entries.splice(index === -1 ? entries.length : index, 1, { ...entry, at, revision });
    if (entries.length > limit) entries.shift();
  }

  return {
    addMessage: (id, author, text, { picture = null, inReplyTo = null } = {}) =>
      put({ id, author, text, picture, inReplyTo, finished: true, card: null }),
    find: (wanted) => entries.find(({ id }) => id === wanted),
    showBubble: ({ id, text, inReplyTo, finished, card }) =>
      put({ id: `bot-${id}`, author: null, text, picture: null, inReplyTo, finished, card }),
    changesAfter: (after) => ({
      session,
      revision,
      entries: entries.filter((entry) => entry.revision > after),
    }),
  };
}

import { randomUUID } from 'node:crypto';

/** A picture that was sent, or can be sent, into the chat. */
export interface Picture {
  readonly bytes: Uint8Array;
  /** Says in words what is on it. */
  readonly alt: string;
}

/** The pictures of the page, by their ids: the samples, and the newest of those that people have chosen. In memory only. */
export interface Pictures {
  /** Returns the id. */
  add(picture: Picture): string;
  /** Undefined where it is not kept any more. */
  find(id: string): Picture | undefined;
}

export interface PicturesOptions {
  readonly samples: ReadonlyMap<string, Picture>;
  /** How many pictures of people's own are kept. Default: 30. */
  readonly limit?: number;
  /** How many bytes those may have together. Default: 60 MB. */
  readonly maxBytes?: number;
  /** How long they are kept, in milliseconds. Default: an hour. */
  readonly lifetimeMs?: number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

export function createPictures(options: PicturesOptions): Pictures {
  const { samples, limit = 30, maxBytes = 60_000_000, lifetimeMs = 60 * 60 * 1000, now = Date.now } = options;
  const own = new Map<string, { readonly picture: Picture; readonly until: number }>();
  let size = 0;

  function forget(): void {
    for (const [id, { picture, until }] of own) {
      if (until > now() && own.size <= limit && size <= maxBytes) return;
      own.delete(id);
      size -= picture.bytes.length;
    }
  }

  return {
    add(picture) {
      const id = randomUUID();
      own.set(id, { picture, until: now() + lifetimeMs });
      size += picture.bytes.length;
      forget();
      return id;
    },
    find(id) {
      forget();
      return samples.get(id) ?? own.get(id)?.picture;
    },
  };
}

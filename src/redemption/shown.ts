/** More than chat apps send, and little enough for many at once. */
export const MAX_PICTURE_BYTES = 10_000_000;

/** A picture that came with a message, or that its person quotes. It is fetched and read, and never kept. */
export interface PictureSource {
  /** How it is fetched. Only the bot that wrote it reads it; it is on no record. */
  readonly at: unknown;
  /** Whether it is in what the person quotes, which may be another person's. */
  readonly quoted: boolean;
  /** Set where only fetching it tells whether there is a picture: all that is known is that something is quoted. */
  readonly unsure?: true;
}

/** What the scanner of the chat's own app read. Untrusted, like everything that a code says. */
export interface Scan {
  readonly text: string;
  readonly wants: 'redeem' | 'query';
}

/** What of a message was shown instead of typed. */
export interface Shown {
  /** Absent: none. */
  readonly pictures?: readonly PictureSource[];
  readonly scan?: Scan;
}

/**
 * What of it is put on record, so that the stored text is read the same way again: neither a picture, nor what a code says.
 * A picture of one's own counts before what is quoted.
 */
export type Shows = 'picture' | 'quoted-picture' | 'quoted-message' | 'scan' | 'scan-query';

export function showsOf({ pictures = [], scan }: Shown): Shows | null {
  if (scan !== undefined) return scan.wants === 'redeem' ? 'scan' : 'scan-query';
  if (pictures.length === 0) return null;
  if (!pictures.every(({ quoted }) => quoted)) return 'picture';
  return pictures.every(({ unsure }) => unsure === true) ? 'quoted-message' : 'quoted-picture';
}

export type Fetched =
  | {
      readonly kind: 'fetched';
      readonly bytes: Uint8Array;
      /** Further pictures in what the person quotes, where only fetching the first shows that there are some. Absent: none. */
      readonly others?: readonly PictureSource[];
    }
  | { readonly kind: 'not-fetched'; readonly why: NotFetched };

export type NotFetched =
  /** The platform does not have it any more, or its address is too old. */
  | 'gone'
  /** The address is one that may not be asked, or the platform says that the bot may not have it. */
  | 'forbidden'
  | 'unreachable'
  /** More bytes than a picture may have. */
  | 'too-large'
  /** What came cannot be decrypted. */
  | 'damaged'
  /** What the person quotes shows no picture, which only fetching it could tell: it is as if they had quoted none. */
  | 'no-picture';

/** Fetches a picture from where one of a bot's messages says that it is; `signal` ends it. Never rejects. */
export type FetchPicture = (at: unknown, signal: AbortSignal) => Promise<Fetched>;

export type CodesRead =
  /** The texts of all codes in it, each once; empty where there is none. Untrusted. */
  { readonly kind: 'codes'; readonly texts: readonly string[] } | { readonly kind: 'not-read'; readonly why: NotRead };

export type NotRead =
  | 'too-large'
  /** No kind of picture that can be read. */
  | 'not-a-picture'
  /** A picture as an iPhone keeps it, which came as a file. */
  | 'heic'
  | 'too-many-pixels'
  | 'damaged'
  | 'too-slow'
  /** Too many pictures are waiting to be read. */
  | 'busy';

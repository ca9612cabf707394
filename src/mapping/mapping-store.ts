import type { Adapter } from 'lowdb';
import type { IndexedMapping } from './indexed-mapping.ts';

/** Where the mapping is kept: a lowdb adapter that never overwrites what it has not read. */
export interface MappingStore extends Adapter<IndexedMapping> {
  /** How messages call it. */
  readonly name: string;
  /** `host[:port]`s on which group robots may be, besides the platforms' own. */
  readonly robotHosts: readonly string[];
  /**
   * The same object as before while nothing has changed, and few changes were made to it; null if the first read finds nothing. Throws MappingError when
   * what is there cannot be used.
   */
  read(): Promise<IndexedMapping | null>;
  /** Throws ChangedMeanwhile when what is stored is not what was read last. */
  write(mapping: IndexedMapping): Promise<void>;
  /** Whether it is worth to read again; asked at short intervals. Never rejects. */
  mayHaveChanged(): Promise<boolean>;
  close(): Promise<void>;
}

/** What is stored is no longer what was read last: read again, then decide again. */
export class ChangedMeanwhile extends Error {
  override readonly name = 'ChangedMeanwhile';
}

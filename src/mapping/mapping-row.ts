import { describeFailure } from '../postgres/errors.ts';
import { IndexedMapping, MOST_CHANGES } from './indexed-mapping.ts';
import { MappingError } from './mapping-error.ts';
import { ChangedMeanwhile, type MappingStore } from './mapping-store.ts';
import type { MappingTable } from './mapping-table.ts';
import { readAside } from './read-aside.ts';

/** The mapping in a database that several services share. */
export class MappingRow implements MappingStore {
  readonly name = 'the mapping in the database';
  readonly robotHosts: readonly string[];
  readonly #table: MappingTable;
  /** Of what was read last: null for nothing, undefined before the first read. */
  #version: number | null | undefined;
  /** What that version is: a mapping, what is wrong with it, or nothing. */
  #found: IndexedMapping | MappingError | null = null;
  #readable = true;

  constructor(table: MappingTable, robotHosts: readonly string[] = []) {
    this.#table = table;
    this.robotHosts = robotHosts;
  }

  async read(): Promise<IndexedMapping | null> {
    this.#readable = false;
    // A whole mapping is fetched only where it is another one.
    const version = await this.#table.version().catch((error: unknown) => this.#fail('read', error));
    const isOverdue = this.#found instanceof IndexedMapping && this.#found.changes >= MOST_CHANGES;
    if (version === null || version !== this.#version || isOverdue) await this.#fetch();
    if (this.#found instanceof MappingError) throw this.#found;
    this.#readable = true;
    return this.#found;
  }

  async #fetch(): Promise<void> {
    const stored = await this.#table.read().catch((error: unknown) => this.#fail('read', error));
    if (stored === null) {
      const gone = this.#version !== undefined;
      // What is imported next may have the version of what was there before.
      this.#version = null;
      this.#found = gone ? new MappingError(this.name, ['is gone: import it again']) : null;
      return;
    }
    this.#found = await readAside(Buffer.from(stored.content), this.name, this.robotHosts).catch(broken);
    this.#version = stored.version;
  }

  async write(mapping: IndexedMapping): Promise<void> {
    const version = await this.#table
      .swap(this.#version ?? null, Buffer.concat(mapping.content()))
      .catch((error: unknown) => this.#fail('written', error));
    if (version === null) throw new ChangedMeanwhile(`${this.name} was changed meanwhile`);
    this.#version = version;
    this.#found = mapping;
  }

  async mayHaveChanged(): Promise<boolean> {
    if (!this.#readable) return true;
    const version = await this.#table.version().catch(() => undefined);
    return version !== this.#version;
  }

  close(): Promise<void> {
    return this.#table.close();
  }

  #fail(done: string, error: unknown): never {
    throw new MappingError(this.name, [`cannot be ${done}: ${describeFailure(error)}`], { cause: error });
  }
}

function broken(error: unknown): MappingError {
  if (error instanceof MappingError) return error;
  throw error;
}

import { describeFailure } from '../postgres/errors.ts';
import type { IndexedMapping } from './indexed-mapping.ts';
import { MappingError } from './mapping-error.ts';
import { ChangedMeanwhile, type MappingStore } from './mapping-store.ts';
import type { MappingTable } from './mapping-table.ts';
import { readAside } from './read-aside.ts';

/** The mapping in a database that several services share. */
export class MappingRow implements MappingStore {
  readonly name = 'the mapping in the database';
  readonly #table: MappingTable;
  readonly #robotHosts: readonly string[];
  /** Of what was read last: null for nothing, undefined before the first read. */
  #version: number | null | undefined;
  #mapping: IndexedMapping | undefined;
  #readable = true;

  constructor(table: MappingTable, robotHosts: readonly string[] = []) {
    this.#table = table;
    this.#robotHosts = robotHosts;
  }

  async read(): Promise<IndexedMapping | null> {
    this.#readable = false;
    const stored = await this.#table.read().catch((error: unknown) => this.#fail('read', error));
    if (stored === null && this.#version !== undefined) throw new MappingError(this.name, ['is gone: import it again']);
    if (stored?.version !== this.#version) this.#mapping = undefined;
    this.#version = stored?.version ?? null;
    if (stored !== null) this.#mapping ??= await readAside(Buffer.from(stored.content), this.name, this.#robotHosts);
    this.#readable = true;
    return this.#mapping ?? null;
  }

  async write(mapping: IndexedMapping): Promise<void> {
    const content = Buffer.concat(mapping.content()).toString();
    const version = await this.#table
      .swap(this.#version ?? null, content)
      .catch((error: unknown) => this.#fail('written', error));
    if (version === null) throw new ChangedMeanwhile(`${this.name} was changed meanwhile`);
    this.#version = version;
    this.#mapping = mapping;
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

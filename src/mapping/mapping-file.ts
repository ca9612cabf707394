import { closeSync, openSync, readSync, renameSync } from 'node:fs';
import { mkdir, open, readFile, realpath, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { closedMode, closeToOthers, PRIVATE_FILE, PRIVATE_FOLDER } from '../private-files.ts';
import { ChangeWatch } from './change-watch.ts';
import { MOST_CHANGES, type IndexedMapping } from './indexed-mapping.ts';
import { MappingError } from './mapping-error.ts';
import { ChangedMeanwhile, type MappingStore } from './mapping-store.ts';
import { readAside } from './read-aside.ts';

/** Bytes that are compared at a time. */
const COMPARED = 262_144;

/**
 * The mapping in a file. lowdb's own adapter would do for a file that only the program writes; people edit this one, so
 * a write is refused unless the file still holds what was read last.
 */
export class MappingFile implements MappingStore {
  readonly name: string;
  readonly robotHosts: readonly string[];
  readonly #path: string;
  readonly #watch: ChangeWatch;
  /** What was read or written last: null for no file, undefined before the first read. */
  #mapping: IndexedMapping | null | undefined;
  /** What was found last and cannot be used. */
  #broken: { readonly bytes: Buffer; readonly error: MappingError } | null = null;

  constructor(path: string, robotHosts: readonly string[] = []) {
    this.name = path;
    this.#path = path;
    this.robotHosts = robotHosts;
    this.#watch = new ChangeWatch(path);
  }

  async read(): Promise<IndexedMapping | null> {
    const bytes = await this.#readBytes();
    if (bytes === null) {
      if (this.#mapping !== undefined)
        throw new MappingError(this.#path, ['is gone: put it back, or restart to begin with an empty one']);
      this.#mapping = null;
      return null;
    }
    closeToOthers(this.#path);
    if (this.#broken?.bytes.equals(bytes) === true) throw this.#broken.error;
    this.#broken = null;
    const known = this.#mapping;
    if (known && known.changes < MOST_CHANGES && isContent(bytes, known.content())) return known;
    try {
      this.#mapping = await readAside(bytes, this.#path, this.robotHosts);
      return this.#mapping;
    } catch (error) {
      if (error instanceof MappingError) this.#broken = { bytes, error };
      throw error;
    }
  }

  /**
   * Replaces the file as a whole, synced to disk; a link to it stays a link, and its permissions what they are, unless
   * all accounts of the machine have some. Makes its folder where there is none.
   */
  async write(mapping: IndexedMapping): Promise<void> {
    const target = await realpath(this.#path).catch(() => this.#path);
    const temporary = join(dirname(target), `.${basename(target)}.tmp`);
    if (this.#mapping === null) await mkdir(dirname(target), { recursive: true, mode: PRIVATE_FOLDER });
    try {
      await writeSynced(temporary, mapping.content(), await modeOf(target));
      // Nothing else of this process runs between these two calls.
      if (this.#mapping === undefined || !holds(target, this.#mapping?.content() ?? null))
        throw new ChangedMeanwhile(`${this.#path} was edited meanwhile`);
      renameSync(temporary, target);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    this.#mapping = mapping;
  }

  mayHaveChanged(): Promise<boolean> {
    return this.#watch.mayHaveChanged();
  }

  async close(): Promise<void> {
    // Nothing is held open.
  }

  async #readBytes(): Promise<Buffer | null> {
    try {
      return await readFile(this.#path);
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return null;
      throw new MappingError(this.#path, [`cannot be read (${codeOf(error)})`], { cause: error });
    }
  }
}

/** An existing file is removed first: it may be a link to elsewhere, or open to others. */
async function writeSynced(path: string, content: readonly Buffer[], mode: number): Promise<void> {
  await rm(path, { force: true });
  await using file = await open(path, 'wx', PRIVATE_FILE);
  await file.chmod(mode);
  await file.writeFile(content);
  await file.sync();
}

async function modeOf(path: string): Promise<number> {
  try {
    return closedMode((await stat(path)).mode);
  } catch {
    return PRIVATE_FILE;
  }
}

/**
 * Whether the file has, to the byte, this content; null: whether there is none. It is read in small parts: to ask for
 * memory for all of it would block the event loop four times as long as to read it does.
 */
function holds(path: string, content: readonly Buffer[] | null): boolean {
  const file = openToRead(path);
  if (file === null) return content === null;
  try {
    if (content === null) return false;
    const buffer = Buffer.allocUnsafe(COMPARED);
    for (const part of content) {
      for (let at = 0; at < part.length;) {
        const length = readSync(file, buffer, 0, Math.min(COMPARED, part.length - at), null);
        if (length === 0 || !part.subarray(at, at + length).equals(buffer.subarray(0, length))) return false;
        at += length;
      }
    }
    return readSync(file, buffer, 0, 1, null) === 0;
  } finally {
    closeSync(file);
  }
}

function openToRead(path: string): number | null {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

function isContent(bytes: Buffer, content: readonly Buffer[]): boolean {
  let at = 0;
  for (const part of content) {
    if (!bytes.subarray(at, at + part.length).equals(part)) return false;
    at += part.length;
  }
  return at === bytes.length;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}

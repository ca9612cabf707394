import { readFileSync, renameSync } from 'node:fs';
import { mkdir, open, readFile, realpath, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { closedMode, closeToOthers, PRIVATE_FILE, PRIVATE_FOLDER } from '../private-files.ts';
import { readUtf8 } from '../utf8.ts';
import { ChangeWatch } from './change-watch.ts';
import { MappingError } from './mapping-error.ts';
import { ChangedMeanwhile, type MappingStore } from './mapping-store.ts';
import type { Mapping } from './mapping.ts';
import { readAside } from './read-aside.ts';

/**
 * The mapping in a file. lowdb's own adapter would do for a file that only the program writes; people edit this one, so
 * a write is refused unless the file still holds what was read last.
 */
export class MappingFile implements MappingStore {
  readonly name: string;
  readonly #path: string;
  readonly #robotHosts: readonly string[];
  readonly #watch: ChangeWatch;
  #text: string | null | undefined;
  #mapping: Mapping | undefined;

  constructor(path: string, robotHosts: readonly string[] = []) {
    this.name = path;
    this.#path = path;
    this.#robotHosts = robotHosts;
    this.#watch = new ChangeWatch(path);
  }

  async read(): Promise<Mapping | null> {
    const text = await this.#readText();
    if (text === this.#text && this.#mapping !== undefined) return this.#mapping;
    if (text === null && this.#text !== undefined)
      throw new MappingError(this.#path, ['is gone: put it back, or restart to begin with an empty one']);
    this.#text = text;
    this.#mapping = undefined;
    if (text === null) return null;
    this.#mapping = await readAside(text, this.#path, this.#robotHosts);
    return this.#mapping;
  }

  /**
   * Replaces the file as a whole, synced to disk; a link to it stays a link, and its permissions what they are, unless
   * all accounts of the machine have some. Makes its folder where there is none.
   */
  async write(mapping: Mapping): Promise<void> {
    const text = `${JSON.stringify(mapping, null, 2)}\n`;
    const target = await realpath(this.#path).catch(() => this.#path);
    const temporary = join(dirname(target), `.${basename(target)}.tmp`);
    if (this.#text === null) await mkdir(dirname(target), { recursive: true, mode: PRIVATE_FOLDER });
    try {
      await writeSynced(temporary, text, await modeOf(target));
      // Nothing else of this process runs between these two calls.
      if (this.#text === undefined || !holds(target, this.#text))
        throw new ChangedMeanwhile(`${this.#path} was edited meanwhile`);
      renameSync(temporary, target);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    this.#text = text;
    this.#mapping = mapping;
  }

  mayHaveChanged(): Promise<boolean> {
    return this.#watch.mayHaveChanged();
  }

  async close(): Promise<void> {
    // Nothing is held open.
  }

  async #readText(): Promise<string | null> {
    const bytes = await this.#readBytes();
    if (bytes === null) return null;
    closeToOthers(this.#path);
    const read = readUtf8(bytes);
    if ('problem' in read) throw new MappingError(this.#path, [read.problem]);
    return read.text;
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
async function writeSynced(path: string, text: string, mode: number): Promise<void> {
  await rm(path, { force: true });
  await using file = await open(path, 'wx', PRIVATE_FILE);
  await file.chmod(mode);
  await file.writeFile(text);
  await file.sync();
}

async function modeOf(path: string): Promise<number> {
  try {
    return closedMode((await stat(path)).mode);
  } catch {
    return PRIVATE_FILE;
  }
}

/** Whether the file is, to the byte, this text; null: whether there is none. */
function holds(path: string, text: string | null): boolean {
  try {
    const bytes = readFileSync(path);
    return text !== null && bytes.equals(Buffer.from(text));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return text === null;
    throw error;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}

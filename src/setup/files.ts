import { lstat, readdir, readFile, readlink, realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { parseDotenv } from '../config/dotenv.ts';
import { parseSettings, type SettingName } from '../config/settings.ts';
import { MappingError } from '../mapping/mapping-error.ts';
import type { Mapping } from '../mapping/mapping.ts';
import type { Text } from '../pages/text.ts';
import { readUtf8 } from '../utf8.ts';
import { isSame } from './draft-mapping.ts';
import type { Environment } from './draft-settings.ts';
import { CannotBeWritten, editEnv } from './env-text.ts';
import { cannotRead, cannotWrite, changedMeanwhile, notEditable, unusable } from './files-words.ts';
import { beginMapping, mappingIn, type MappingBeginning } from './mapping-place.ts';
import { CannotWrite, FilesChanged, type Beginning, type Files, type Written } from './ports.ts';
import { alsoWrong, inWords } from './setup-words.ts';
import { removeFile, replaceFile, writeNew } from './safe-write.ts';

const COPIES_KEPT = 10;
const COPY = /\.\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d(?:-\d+)?\.bak$/u;

export interface FilesParts {
  /** The folder of `.env`. */
  readonly cwd: string;
  readonly env: Environment;
  /** Milliseconds since 1970, for the names of copies. */
  readonly now: () => number;
}

/** `.env` and the mapping of a folder. */
export function createFiles(parts: FilesParts): Files {
  return new SetupFiles(parts);
}

class SetupFiles implements Files {
  readonly #parts: FilesParts;
  readonly #path: string;
  /** What `.env` was when the draft began; null: there was none. */
  #dotenv: Buffer | null = null;
  #mapping: MappingBeginning | null = null;
  /** Why there is none. */
  #unread: Text = cannotRead('mapping.json', null);

  constructor(parts: FilesParts) {
    this.#parts = parts;
    this.#path = join(parts.cwd, '.env');
  }

  async begin(): Promise<Beginning> {
    const problems = [];
    let dotenv = '';
    try {
      this.#dotenv = await readOrNull(this.#path);
      const read = readUtf8(this.#dotenv ?? Buffer.alloc(0));
      if ('text' in read) dotenv = read.text;
      else problems.push(unusable(this.#path, read.problem));
    } catch (error) {
      problems.push(cannotRead(this.#path, error));
    }
    const place = this.#placeOf(dotenv);
    try {
      this.#mapping = await beginMapping(place);
    } catch (error) {
      this.#mapping = null;
      this.#unread = error instanceof MappingError ? unusable('', error.message) : cannotRead('mapping.json', error);
      problems.push(this.#unread);
    }
    const places = { dotenv: this.#path, mapping: place.databaseUrl === null ? mappingIn(place.dataDir) : null };
    return { places, dotenv, mapping: this.#mapping?.document ?? null, problems };
  }

  async write(values: ReadonlyMap<SettingName, string | null>, mapping: Mapping): Promise<Written> {
    const place = this.#mapping;
    const before = this.#dotenv;
    if (place === null) throw new CannotWrite(this.#unread);
    const text = await this.#editedText(values);
    const undo = new Undo();
    const paths: string[] = [];
    try {
      const target = await targetOf(this.#path);
      if (before !== null && text !== null) {
        const copy = await undo.at(this.#path, () => writeCopy(this.#path, before, this.#parts.now()));
        undo.add(() => removeFile(copy));
        paths.push(copy);
      }
      // The mapping goes first. A process that dies before .env is written leaves the former settings, under which the new
      // people may stand in the mapping without harm. The other way round, a live service would begin with nobody in it.
      if (!isSame(place.document, mapping)) {
        await undo.at(place.name, () => place.write(mapping));
        undo.add(() => place.restore());
        paths.unshift(place.name);
      }
      if (text !== null) {
        const content = Buffer.from(text);
        await undo.at(this.#path, () => replaceFile(target, content, before));
        undo.add(() => (before === null ? removeFile(target, content) : replaceFile(target, before, content)));
        paths.unshift(this.#path);
      }
    } catch (error) {
      const also = await undo.run().then(() => null, inWords);
      if (also === null) throw error;
      throw new CannotWrite(alsoWrong(inWords(error), also), { cause: error });
    }
    await removeOldCopies(this.#path);
    return { paths, undo: () => undo.run() };
  }

  /** What `.env` is to hold; null: what it holds already. */
  async #editedText(values: ReadonlyMap<SettingName, string | null>): Promise<string | null> {
    const now = await readOrNull(this.#path).catch((error: unknown) => {
      throw new CannotWrite(cannotRead(this.#path, error), { cause: error });
    });
    if (!sameBytes(now, this.#dotenv)) throw new FilesChanged(changedMeanwhile(this.#path));
    const read = readUtf8(now ?? Buffer.alloc(0));
    if ('problem' in read) throw new CannotWrite(unusable(this.#path, read.problem));
    try {
      const edited = editEnv(read.text, values);
      return edited === read.text ? null : edited;
    } catch (error) {
      if (!(error instanceof CannotBeWritten)) throw error;
      throw new CannotWrite(notEditable(this.#path, error.setting, error.message), { cause: error });
    }
  }

  /** Where the mapping is. The other settings may be wrong yet. */
  #placeOf(dotenv: string) {
    const set = { ...parseDotenv(dotenv).values, ...this.#parts.env };
    const valueOf = (name: 'DATA_DIR' | 'DATABASE_URL' | 'ROBOT_HOSTS') => {
      const value = set[name]?.trim() ?? '';
      const parsed = parseSettings(value === '' ? {} : { [name]: value });
      return (parsed.success ? parsed : parseSettings({})).data;
    };
    return {
      dataDir: resolve(this.#parts.cwd, valueOf('DATA_DIR')?.DATA_DIR ?? './data'),
      databaseUrl: valueOf('DATABASE_URL')?.DATABASE_URL ?? null,
      robotHosts: valueOf('ROBOT_HOSTS')?.ROBOT_HOSTS ?? [],
    };
  }
}

/** What has been done, the latest last, and how each is taken back. */
class Undo {
  readonly #steps: (() => Promise<void>)[] = [];

  add(step: () => Promise<void>): void {
    this.#steps.push(step);
  }

  /** Does one thing with this path; throws CannotWrite or FilesChanged, which name it. */
  async at<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof CannotWrite) throw error;
      throw new CannotWrite(cannotWrite(path, error), { cause: error });
    }
  }

  /** Takes everything back, as far as that goes; throws the first thing that went wrong. */
  async run(): Promise<void> {
    let failure: { readonly error: unknown } | null = null;
    for (const step of this.#steps.splice(0).reverse()) {
      try {
        await step();
      } catch (error) {
        failure ??= { error };
      }
    }
    if (failure !== null) throw failure.error;
  }
}

/** What this path leads to: a link stays a link, also one to a file that is not there yet. */
async function targetOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const isLink = await lstat(path).then(
      (stats) => stats.isSymbolicLink(),
      () => false,
    );
    return isLink ? resolve(dirname(path), await readlink(path)) : path;
  }
}

async function writeCopy(path: string, bytes: Buffer, now: number): Promise<string> {
  const time = new Date(now).toISOString().slice(0, 19).replaceAll(':', '-');
  for (let count = 1; ; count += 1) {
    const copy = `${path}.${time}${count === 1 ? '' : `-${count}`}.bak`;
    if (await writeNew(copy, bytes)) return copy;
  }
}

async function readOrNull(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

function sameBytes(one: Buffer | null, other: Buffer | null): boolean {
  return one === null || other === null ? one === other : one.equals(other);
}

/** Of the copies that were made here only the latest are kept: each holds the keys of its time. */
async function removeOldCopies(path: string): Promise<void> {
  const isCopy = (name: string) => name.startsWith(`${basename(path)}.`) && COPY.test(name);
  try {
    const copies = (await readdir(dirname(path))).filter(isCopy).toSorted();
    for (const name of copies.slice(0, -COPIES_KEPT)) await removeFile(join(dirname(path), name));
  } catch {
    // What was set up is written all the same.
  }
}

import { setTimeout as pause } from 'node:timers/promises';
import { Low } from 'lowdb';
import type { Log } from '../log.ts';
import type { StaffBook } from '../redemption/people.ts';
import type { Directory } from '../redemption/ports.ts';
import { realTime } from '../time/real.ts';
import { repeat, type Repeating } from '../time/repeat.ts';
import { IndexedMapping } from './indexed-mapping.ts';
import { MappingError } from './mapping-error.ts';
import { ChangedMeanwhile, type MappingStore } from './mapping-store.ts';
import { InvalidMapping } from './mapping.ts';
import { readAside } from './read-aside.ts';

export interface LiveMappingOptions {
  readonly log: Log;
  /** How often changes are looked for, in milliseconds; 500 unless told. A broken edit counts at the second look. */
  readonly pollMs?: number;
}

export type MappingStatus =
  | { readonly ok: true }
  /** `since`: when that was noticed, such as `2026-11-23T04:05:06.000Z`. */
  | { readonly ok: false; readonly problem: string; readonly since: string };

/** Tries at a read of a file that is being written. */
const READ_TRIES = 5;
const READ_RETRY_MS = 100;

/** Tries at a write that people, or other services, keep overtaking; at random moments, to get out of their step. */
const WRITE_TRIES = 10;
const WRITE_RETRY_MS = 50;

type Decide = Parameters<StaffBook['change']>[1];

/** As a file is begun. */
const EMPTY = `${JSON.stringify({ stores: [], staff: [], conversations: [] }, null, 2)}\n`;

/**
 * Reads a mapping and keeps up with it until `close`, which closes the store too. Makes an empty one where there is
 * none. Throws MappingError when it cannot be used: only a running service has a last good one to go on with.
 */
export async function openLiveMapping(store: MappingStore, options: LiveMappingOptions): Promise<LiveMapping> {
  const empty = await readAside(Buffer.from(EMPTY), store.name);
  const db = new Low<IndexedMapping>(store, empty);
  try {
    await db.read();
    if (db.data === empty) await create(db, store, options.log);
  } catch (error) {
    await store.close();
    throw error;
  }
  return LiveMapping.start(db, store, options);
}

async function create(db: Low<IndexedMapping>, store: MappingStore, log: Log): Promise<void> {
  try {
    await db.write();
    log.warn({ path: store.name }, 'no mapping: made an empty one, so all users are unbound until it is filled in');
  } catch (error) {
    // Another service was faster.
    if (error instanceof ChangedMeanwhile) return db.read();
    const why = error instanceof Error ? error.message : String(error);
    throw new MappingError(store.name, [`cannot be created: ${why}`], { cause: error });
  }
}

/** The mapping in use: answers from the latest good content. What was edited by hand stays as it is. */
export class LiveMapping implements StaffBook {
  readonly directory: Directory;
  readonly #db: Low<IndexedMapping>;
  readonly #store: MappingStore;
  readonly #log: Log;
  readonly #pollMs: number;
  #current: IndexedMapping;
  #problem: string | null = null;
  #brokenSince = '';
  #failedReads = 0;
  /** Reads and writes take turns. */
  #turn: Promise<unknown> = Promise.resolve();
  #polls: Repeating | null = null;

  /** Takes what `db` has read into force, and begins to watch. */
  static start(db: Low<IndexedMapping>, store: MappingStore, options: LiveMappingOptions): LiveMapping {
    const mapping = new LiveMapping(db, store, options);
    mapping.#take(db.data);
    mapping.#warn(db.data);
    mapping.#watch();
    return mapping;
  }

  private constructor(db: Low<IndexedMapping>, store: MappingStore, { log, pollMs = 500 }: LiveMappingOptions) {
    this.#db = db;
    this.#store = store;
    this.#log = log;
    this.#pollMs = pollMs;
    this.#current = db.data;
    this.directory = {
      findStaff: (user) => this.#current.findStaff(user),
      findConversationStore: (conversation) => this.#current.findConversationStore(conversation),
    };
  }

  /** `host[:port]`s on which group robots may be, besides the platforms' own. */
  get robotHosts(): readonly string[] {
    return this.#store.robotHosts;
  }

  /** What is in force. */
  snapshot(): IndexedMapping {
    return this.#current;
  }

  /** Whether what is stored is good; if not, what is wrong and where. */
  status(): MappingStatus {
    return this.#problem === null ? { ok: true } : { ok: false, problem: this.#problem, since: this.#brokenSince };
  }

  /**
   * Changes one person's entry, live when this resolves. `decide` gets what is stored at that moment and may be called
   * again when it is edited meanwhile. Rejects with MappingError, and leaves everything alone, when the mapping is
   * broken or the result would be; with the error that `decide` throws.
   */
  change(user: string, decide: Decide): Promise<void> {
    return this.#change((current) => {
      const place = decide(current);
      return place === 'leave' ? current : current.withPlace(user, place);
    });
  }

  /** The same for what is not the staff: `decide` says the whole text, which is read and checked as a file is. */
  changeText(decide: (current: IndexedMapping) => Buffer | 'leave'): Promise<void> {
    return this.#change((current) => {
      const text = decide(current);
      return text === 'leave' ? current : readAside(text, this.#store.name, this.robotHosts);
    });
  }

  #change(decide: (current: IndexedMapping) => IndexedMapping | Promise<IndexedMapping>): Promise<void> {
    return this.#inTurn(async () => {
      for (let tries = 1; ; tries += 1) {
        try {
          await this.#changeOnce(decide);
          return;
        } catch (error) {
          if (!(error instanceof ChangedMeanwhile) || tries === WRITE_TRIES) throw error;
        }
        await pause(Math.random() * WRITE_RETRY_MS);
      }
    });
  }

  /** Stops watching, and waits for what is under way. */
  async close(): Promise<void> {
    await this.#polls?.stop();
    await this.#turn;
    await this.#store.close();
  }

  async #changeOnce(decide: (current: IndexedMapping) => IndexedMapping | Promise<IndexedMapping>): Promise<void> {
    await this.#readWhole();
    const current = this.#db.data;
    try {
      const next = await decide(current);
      if (next === current) return;
      this.#db.data = next;
      await this.#db.write();
    } catch (error) {
      this.#db.data = current;
      if (!(error instanceof InvalidMapping)) throw error;
      throw new MappingError(this.#store.name, [`the change is refused: ${error.message}`], { cause: error });
    }
    this.#take(this.#db.data);
  }

  /** Waits a little for a file that is broken only because it is being written. */
  async #readWhole(): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        await this.#read();
        return;
      } catch (error) {
        if (tries === READ_TRIES) throw error;
      }
      await pause(READ_RETRY_MS);
    }
  }

  async #read(): Promise<void> {
    const before = this.#db.data;
    await this.#db.read();
    this.#failedReads = 0;
    if (this.#db.data === before && this.#problem === null) return;
    this.#problem = null;
    this.#take(this.#db.data);
    this.#warn(this.#db.data);
  }

  #take(mapping: IndexedMapping): void {
    this.#current = mapping;
    this.#log.info({ path: this.#store.name, ...mapping.counts() }, 'mapping in force');
  }

  #warn({ rest: { ignored } }: IndexedMapping): void {
    if (ignored.length > 0)
      this.#log.warn({ path: this.#store.name, ignored }, 'mapping has fields that mean nothing here');
  }

  #watch(): void {
    this.#polls = repeat(realTime, this.#pollMs, () => this.#poll(), { atOnce: false });
  }

  async #poll(): Promise<void> {
    if (!(await this.#store.mayHaveChanged())) return;
    await this.#inTurn(async () => {
      try {
        await this.#read();
      } catch (error) {
        this.#failed(error);
      }
    });
  }

  /** One failed read can be a file that is half written; two in a row are a broken edit. */
  #failed(error: unknown): void {
    this.#failedReads += 1;
    const problem = error instanceof Error ? error.message : String(error);
    if (this.#failedReads < 2 || problem === this.#problem) return;
    if (this.#problem === null) this.#brokenSince = new Date().toISOString();
    this.#problem = problem;
    this.#log.error({ problem }, 'mapping is broken: the last good one stays in force');
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}

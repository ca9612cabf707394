import type { PeopleFilter } from '../redemption/people.ts';
import { userKey } from '../redemption/user-id.ts';
import { outlineOf, type ListOutline } from './json-outline.ts';
import type { Mapping, StaffEntry } from './mapping.ts';

/** Where the entries of the staff stand in the bytes of a mapping, and what they are looked up by; all as numbers. */
export interface StaffIndex {
  readonly outline: ListOutline;
  /** A hash table with open addressing: in twos, an entry's number plus 1 (0: free) and the hash of its user's key. */
  readonly slots: Uint32Array<ArrayBuffer>;
  /** Of each entry the number of its store. */
  readonly stores: Uint32Array<ArrayBuffer>;
  /** Of each entry: 1 for a manager. */
  readonly managers: Uint8Array<ArrayBuffer>;
  /** Of each entry: -1 for none. */
  readonly employeeIds: Float64Array<ArrayBuffer>;
}

/** Entries that are kept as objects once they were asked for. */
const KEPT = 1_000;

/** Indexes the staff of `mapping`, which is what `bytes` say. */
export function indexStaff(bytes: Uint8Array, { stores, staff }: Mapping): StaffIndex {
  const outline = outlineOf(bytes, 'staff');
  const count = staff.length;
  if (outline.ends.length !== count) throw new Error(`${outline.ends.length} entries were found where ${count} are`);
  const numbers = new Map(stores.map(({ code }, number) => [code, number]));
  const index: StaffIndex = {
    outline,
    slots: new Uint32Array(2 * 2 ** Math.ceil(Math.log2(2 * count + 2))),
    stores: new Uint32Array(count),
    managers: new Uint8Array(count),
    employeeIds: new Float64Array(count),
  };
  for (const [row, { user, store, role, employeeId }] of staff.entries()) {
    insert(index.slots, hashOf(userKey(user)), row);
    index.stores[row] = numbers.get(store) ?? 0;
    index.managers[row] = role === 'manager' ? 1 : 0;
    index.employeeIds[row] = employeeId ?? -1;
  }
  return index;
}

/** The buffers that an index consists of, to be handed to another thread. */
export function buffersOf({ outline, slots, stores, managers, employeeIds }: StaffIndex): ArrayBuffer[] {
  return [outline.ends, slots, stores, managers, employeeIds].map(({ buffer }) => buffer);
}

/**
 * The staff of a mapping as it was read. It never changes. A hundred thousand people are a handful of objects, so that
 * no collection has to walk through them; an entry, which goes by its number in the list, is parsed when it is asked for.
 */
export class StaffList {
  readonly text: Buffer;
  readonly #index: StaffIndex;
  readonly #storeNumbers: ReadonlyMap<string, number>;
  readonly #kept = new Map<number, StaffEntry>();

  /** `text` is the whole file, `codes` are those of the stores in their order. */
  constructor(text: Buffer, index: StaffIndex, codes: readonly string[]) {
    this.text = text;
    this.#index = index;
    this.#storeNumbers = new Map(codes.map((code, number) => [code, number]));
  }

  get length(): number {
    return this.#index.outline.ends.length;
  }

  /** The file up to the first entry. */
  get head(): Buffer {
    return this.text.subarray(0, this.#index.outline.start);
  }

  /** The end of the list, and what follows. */
  get tail(): Buffer {
    return this.text.subarray(this.#index.outline.close);
  }

  /** What stands between the last entry and the end of the list; as the service writes it where there is no entry. */
  get gap(): Buffer {
    return this.length === 0
      ? Buffer.from('\n  ')
      : this.text.subarray(this.#start(this.length), this.#index.outline.close);
  }

  /** The text of the entries from one number to before another, each with what separates it from the one before. */
  textOf(from: number, to: number): Buffer {
    return this.text.subarray(this.#start(from), this.#start(to));
  }

  entry(row: number): StaffEntry {
    const kept = this.#kept.get(row);
    if (kept !== undefined) return kept;
    const text = this.textOf(row, row + 1).toString();
    // It has passed the checks as a part of the whole.
    const entry = JSON.parse(text.slice(text.indexOf('{'))) as StaffEntry;
    if (this.#kept.size >= KEPT) this.#kept.clear();
    this.#kept.set(row, entry);
    return entry;
  }

  /** The number of the entry with this user's key; null where there is none. */
  find(key: string): number | null {
    const { slots } = this.#index;
    const hash = hashOf(key);
    for (let slot = firstSlot(slots, hash); slots[slot] !== 0; slot = nextSlot(slots, slot)) {
      const row = (slots[slot] ?? 0) - 1;
      if (slots[slot + 1] === hash && userKey(this.entry(row).user) === key) return row;
    }
    return null;
  }

  /** The numbers of the entries that fit, the first `atMost` of them. */
  rows(filter: PeopleFilter, atMost = Infinity): number[] {
    const fits = this.fitting(filter);
    const rows: number[] = [];
    for (let row = 0; row < this.length && rows.length < atMost; row += 1) if (fits(row)) rows.push(row);
    return rows;
  }

  /** How many fit. */
  count(filter: PeopleFilter): number {
    const fits = this.fitting(filter);
    let count = 0;
    for (let row = 0; row < this.length; row += 1) if (fits(row)) count += 1;
    return count;
  }

  /** Whether the entry of a number fits. */
  fitting({ storeCode, role, employeeId }: PeopleFilter): (row: number) => boolean {
    const { stores, managers, employeeIds } = this.#index;
    const store = storeCode === undefined ? null : (this.#storeNumbers.get(storeCode) ?? -1);
    const manager = role === undefined ? null : Number(role === 'manager');
    return (row) =>
      (store === null || stores[row] === store) &&
      (manager === null || managers[row] === manager) &&
      (employeeId === undefined || employeeIds[row] === employeeId);
  }

  /** Where the text of an entry begins: behind the one before. */
  #start(row: number): number {
    const { start, ends } = this.#index.outline;
    return row === 0 ? start : (ends[Math.min(row, ends.length) - 1] ?? start);
  }
}

function insert(slots: Uint32Array, hash: number, row: number): void {
  let slot = firstSlot(slots, hash);
  while (slots[slot] !== 0) slot = nextSlot(slots, slot);
  slots[slot] = row + 1;
  slots[slot + 1] = hash;
}

function firstSlot({ length }: Uint32Array, hash: number): number {
  return (2 * hash) % length;
}

function nextSlot({ length }: Uint32Array, slot: number): number {
  return (slot + 2) % length;
}

/** FNV-1a with its upper bits mixed into the lower ones, which choose the slot. */
function hashOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at += 1) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}

import { isDeepStrictEqual } from 'node:util';
import type { PeopleFilter, Person, Place, StaffSnapshot } from '../redemption/people.ts';
import type { Directory, StaffMember } from '../redemption/ports.ts';
import type { Store } from '../redemption/redemption.ts';
import { userKey } from '../redemption/user-id.ts';
import { assertStaffEntry, unknownFields, type Mapping, type StaffEntry } from './mapping.ts';
import { entryText } from './entry-text.ts';
import { spliceFor, withoutComma, type ListEdit } from './list-text.ts';
import { searchPeople } from './search-people.ts';
import { fits, toEntry, toPerson } from './staff-entry.ts';
import { indexStaff, StaffList, type StaffIndex } from './staff-list.ts';

/** What reading makes of a mapping, in a form that passes quickly from one thread to another. */
export interface MappingParts extends Pick<Mapping, 'stores' | 'conversations' | 'notify'> {
  /** Unknown fields, as many as a warning names. */
  readonly ignored: readonly string[];
  readonly staff: StaffIndex;
}

/** Unknown fields that one warning names. */
const WARNED = 10;
/** With so many changes a mapping is read anew: each of them makes the next one dearer. */
export const MOST_CHANGES = 200;

/** `mapping` is what `bytes` say, and has passed the checks. */
export function partsOf(bytes: Uint8Array, mapping: Mapping): MappingParts {
  const { stores, conversations, notify } = mapping;
  const ignored = unknownFields(mapping).slice(0, WARNED);
  return { stores, conversations, notify, ignored, staff: indexStaff(bytes, mapping) };
}

/** What was read. */
interface Base {
  readonly parts: MappingParts;
  readonly list: StaffList;
  readonly stores: readonly Store[];
  readonly byCode: ReadonlyMap<string, Store>;
  readonly byConversation: ReadonlyMap<string, Store>;
}

/** Where the staff differs from what was read. Entries go by their numbers in the list; those behind its end were added. */
interface Changes {
  /** Null: it was taken out. */
  readonly entries: ReadonlyMap<number, StaffEntry | null>;
  /** The latest entry of each person among them, by the user's key. */
  readonly rows: ReadonlyMap<string, number>;
}

const NONE: Changes = { entries: new Map(), rows: new Map() };

/**
 * A mapping that answers questions at once. It never changes: one with another entry shares everything else with it.
 */
export class IndexedMapping implements StaffSnapshot, Directory {
  readonly #base: Base;
  readonly #changes: Changes;

  /** `text` is that of the whole file, from which `parts` were made. */
  static of(text: Buffer, parts: MappingParts): IndexedMapping {
    const { stores, conversations = [], staff } = parts;
    const byCode = new Map(stores.map(({ code, name }) => [code, { code, name: name?.trim() || code }]));
    const byConversation = new Map<string, Store>();
    for (const { id, store: code } of conversations) {
      const store = byCode.get(code);
      if (store !== undefined) byConversation.set(id, store);
    }
    const list = new StaffList(text, staff, [...byCode.keys()]);
    return new IndexedMapping({ parts, list, stores: [...byCode.values()], byCode, byConversation }, NONE);
  }

  private constructor(base: Base, changes: Changes) {
    this.#base = base;
    this.#changes = changes;
  }

  /** A store without a name goes by its code. */
  get stores(): readonly Store[] {
    return this.#base.stores;
  }

  /** The mapping without its staff, as it stands in the file. */
  get rest(): Omit<MappingParts, 'staff'> {
    return this.#base.parts;
  }

  /** How many entries are others than what was read. */
  get changes(): number {
    return this.#changes.entries.size;
  }

  /** How many there are of each. */
  counts(): { readonly stores: number; readonly staff: number; readonly conversations: number } {
    const { stores, conversations = [] } = this.rest;
    const { length } = this.#base.list;
    let staff = length;
    for (const [row, entry] of this.#changes.entries) staff += (entry === null ? 0 : 1) - (row < length ? 1 : 0);
    return { stores: stores.length, staff, conversations: conversations.length };
  }

  findStaff(user: string): StaffMember | undefined {
    const entry = this.#find(user);
    const store = entry === null ? undefined : this.#base.byCode.get(entry.store);
    if (entry === null || store === undefined) return undefined;
    return {
      name: entry.name?.trim() || entry.user,
      employeeId: entry.employeeId ?? null,
      store,
      role: entry.role ?? 'staff',
    };
  }

  findConversationStore(conversation: string): Store | undefined {
    return this.#base.byConversation.get(conversation);
  }

  person(user: string): Person | null {
    const entry = this.#find(user);
    return entry === null ? null : toPerson(entry);
  }

  people(filter: PeopleFilter, atMost = Infinity, from = 0): Person[] {
    return this.#rows(filter, from + atMost)
      .slice(from, from + atMost)
      .flatMap((row) => this.#person(row) ?? []);
  }

  search(filter: PeopleFilter, wanted: string, atMost: number): Promise<Person[]> {
    return searchPeople(
      {
        rows: this.#rows(filter),
        textOf: (from, to) => this.#base.list.textOf(from, to),
        isChanged: (row) => this.#changes.entries.has(row),
        personAt: (row) => this.#person(row),
      },
      wanted,
      atMost,
    );
  }

  count(filter: PeopleFilter): number {
    const { list } = this.#base;
    const wasCounted = list.fitting(filter);
    let count = list.count(filter);
    for (const [row, entry] of this.#changes.entries) {
      if (row < list.length && wasCounted(row)) count -= 1;
      if (entry !== null && fits(entry, filter)) count += 1;
    }
    return count;
  }

  /**
   * As this one with the person at another place, or taken out (null); this one itself where that changes nothing.
   * An entry keeps its fields and their order, except for one that has no value any more. Throws InvalidMapping.
   */
  withPlace(user: string, place: Place | null): IndexedMapping {
    const before = this.#find(user);
    if (place === null) return before === null ? this : this.#with(user, null);
    const entry = toEntry(before ?? { user }, place);
    if (isDeepStrictEqual(entry, before)) return this;
    const row = this.#row(user) ?? this.#end;
    assertStaffEntry(entry, this.#position(row), (code) => this.#base.byCode.has(code));
    return this.#with(user, entry);
  }

  /** The text of the file in parts. */
  content(): Buffer[] {
    const { list } = this.#base;
    return this.changes === 0 ? [list.text] : [list.head, ...this.#staffText(), list.tail];
  }

  /** The text of the file with another entry in a list beside the staff. */
  textWith(edit: ListEdit): Buffer {
    const { head, tail } = this.#base.list;
    const rest = Buffer.concat([head, tail]);
    const { from, to, text } = spliceFor(rest, edit);
    const before = from < head.length ? [rest.subarray(0, from), text, rest.subarray(to, head.length)] : [head];
    const after = from < head.length ? [tail] : [rest.subarray(head.length, from), text, rest.subarray(to)];
    const asRead = this.#base.list.text.subarray(head.length, -tail.length);
    return Buffer.concat([...before, ...(this.changes === 0 ? [asRead] : this.#staffText()), ...after]);
  }

  /** What stands between the brackets of the staff, in parts. */
  #staffText(): Buffer[] {
    const { list } = this.#base;
    const { entries } = this.#changes;
    const staff: Buffer[] = [];
    let taken = 0;
    for (const row of [...entries.keys()].toSorted((a, b) => a - b)) {
      staff.push(list.textOf(taken, Math.min(row, list.length)));
      taken = Math.min(row + 1, list.length);
      const entry = entries.get(row) ?? null;
      const neighbour = Math.min(row, list.length - 1);
      if (entry !== null) staff.push(entryText(entry, list.textOf(neighbour, neighbour + 1)));
    }
    staff.push(list.textOf(taken, list.length));
    const [first, ...others] = staff.filter(({ length }) => length > 0);
    return first === undefined ? [] : [withoutComma(first), ...others, list.gap];
  }

  #find(user: string): StaffEntry | null {
    const row = this.#row(user);
    return row === null ? null : this.#entry(row);
  }

  /** The number of this person's entry. */
  #row(user: string): number | null {
    const key = userKey(user);
    const changed = this.#changes.rows.get(key);
    if (changed === undefined) return this.#base.list.find(key);
    return this.#changes.entries.get(changed) === null ? null : changed;
  }

  #person(row: number): Person | null {
    const entry = this.#entry(row);
    return entry === null ? null : toPerson(entry);
  }

  #entry(row: number): StaffEntry | null {
    const changed = this.#changes.entries.get(row);
    return changed === undefined ? this.#base.list.entry(row) : changed;
  }

  /** The numbers of the entries that fit, in the order of the list; the first `atMost`, and maybe some more. */
  #rows(filter: PeopleFilter, atMost = Infinity): number[] {
    const { entries } = this.#changes;
    // So many of them, at most, are not there any more.
    const rows = this.#base.list.rows(filter, atMost + entries.size);
    if (entries.size === 0) return rows;
    const changed = [...entries].flatMap(([row, entry]) => (entry !== null && fits(entry, filter) ? [row] : []));
    changed.sort((a, b) => b - a);
    const all: number[] = [];
    for (const row of rows) {
      while ((changed.at(-1) ?? row) < row) all.push(changed.pop() ?? row);
      if (!entries.has(row)) all.push(row);
    }
    return [...all, ...changed.reverse()];
  }

  #with(user: string, entry: StaffEntry | null): IndexedMapping {
    const row = this.#row(user) ?? this.#end;
    return new IndexedMapping(this.#base, {
      entries: new Map(this.#changes.entries).set(row, entry),
      rows: new Map(this.#changes.rows).set(userKey(user), row),
    });
  }

  /** The number of the entry that is added next. */
  get #end(): number {
    let end = this.#base.list.length;
    for (const row of this.#changes.entries.keys()) end = Math.max(end, row + 1);
    return end;
  }

  /** Where an entry stands by now, counted from 0. */
  #position(row: number): number {
    const gone = [...this.#changes.entries].filter(([other, entry]) => entry === null && other < row);
    return row - gone.length;
  }
}

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Person } from '../redemption/people.ts';

/** Entries that are looked at together, and such blocks until others get their turn: some milliseconds. */
const BLOCK = 256;
const BLOCKS_A_TURN = 8;

export interface PeopleSearched {
  /** The numbers of the entries that may be meant, in their order. */
  readonly rows: readonly number[];
  /** The text of the entries from one number to before another as they were read; empty behind the last of them. */
  readonly textOf: (from: number, to: number) => Buffer;
  /** Whether an entry is another by now than what was read. */
  readonly isChanged: (row: number) => boolean;
  readonly personAt: (row: number) => Person | null;
}

/**
 * The people whose name or account has `wanted` in it, in upper or lower case, or whose employee id it is; the first
 * `atMost`. A hundred thousand entries are looked through as text, in parts: few of them have to be parsed, and the event
 * loop is not held up.
 */
export async function searchPeople(
  { rows, textOf, isChanged, personAt }: PeopleSearched,
  wanted: string,
  atMost: number,
): Promise<Person[]> {
  const needle = wanted.toLowerCase();
  const mayHave = (from: number, to: number) => {
    const text = textOf(from, to).toString();
    // What is escaped is known only when it is parsed.
    return text.includes('\\') || text.toLowerCase().includes(needle);
  };
  const found: Person[] = [];
  let block = { number: -1, mayHave: false };
  let blocks = 0;
  for (const row of rows) {
    const number = Math.floor(row / BLOCK);
    if (number !== block.number) {
      blocks += 1;
      if (blocks % BLOCKS_A_TURN === 0) await nextTurn();
      block = { number, mayHave: mayHave(number * BLOCK, (number + 1) * BLOCK) };
    }
    if (!isChanged(row) && !(block.mayHave && mayHave(row, row + 1))) continue;
    const person = personAt(row);
    if (person === null || !isMeant(person, needle)) continue;
    found.push(person);
    if (found.length === atMost) break;
  }
  return found;
}

function isMeant({ user, name, employeeId }: Person, needle: string): boolean {
  return (
    user.toLowerCase().includes(needle) ||
    (name ?? '').toLowerCase().includes(needle) ||
    (employeeId !== null && String(employeeId) === needle)
  );
}

import type { Count, Counts } from '../../redemption/figures.ts';
import type { State } from '../../redemption/redemption.ts';

/** Lines and times of each state in this order, as far as there are any: what most things come to is `[lines, times]`. */
const STATES = ['succeeded', 'refused', 'unsent', 'unknown', 'pending', 'asked'] as const satisfies readonly State[];

type Packed = number[];
type By = Map<string, Packed>;

/** Redemptions added up by what they are looked at. Adding two of them up makes a third. */
export interface Sums {
  readonly days: By;
  /** By weekday and hour, as in `Figures`. */
  readonly hours: By;
  /** By code; an empty one stands for none. */
  readonly stores: By;
  /** By user; an empty one stands for none. */
  readonly people: By;
}

/** What is added up of a redemption. */
export interface Summed {
  readonly store_code: string | null;
  readonly user_id: string | null;
  readonly state: State;
  readonly count: number;
}

/** When it was typed, by the clocks of a zone. */
export interface LocalHour {
  /** Such as `2026-11-23`. */
  readonly day: string;
  readonly hour: number;
}

export function noSums(): Sums {
  return { days: new Map(), hours: new Map(), stores: new Map(), people: new Map() };
}

/** Adds one redemption. */
export function addRow(sums: Sums, { day, hour }: LocalHour, { store_code, user_id, state, count }: Summed): void {
  const at = 2 * STATES.indexOf(state);
  for (const [by, key] of [
    [sums.days, day],
    [sums.hours, String(weekdayOf(day) * 24 + hour)],
    [sums.stores, store_code ?? ''],
    [sums.people, user_id ?? ''],
  ] as const) {
    const packed = packedOf(by, key);
    while (packed.length < at + 2) packed.push(0);
    packed[at] = (packed[at] ?? 0) + 1;
    packed[at + 1] = (packed[at + 1] ?? 0) + count;
  }
}

/** Adds everything that was added up in `text`, as `sumsText` or `peopleText` has made it; of people these only, where they are given. */
export function addText(sums: Sums, text: string, people: ReadonlySet<string> | null = null): void {
  const stored = JSON.parse(text) as Partial<Record<keyof Sums, Record<string, Packed>>>;
  for (const name of ['days', 'hours', 'stores', 'people'] as const) {
    for (const [key, added] of Object.entries(stored[name] ?? {})) {
      if (name !== 'people' || people === null || people.has(key)) addPacked(packedOf(sums[name], key), added);
    }
  }
}

/** Adds lines and times of each state to `packed`. */
export function addPacked(packed: Packed, added: readonly number[]): void {
  for (const [index, value] of added.entries()) packed[index] = (packed[index] ?? 0) + value;
}

/** To be kept, without people. */
export function sumsText({ days, hours, stores }: Sums): string {
  return JSON.stringify({
    days: Object.fromEntries(days),
    hours: Object.fromEntries(hours),
    stores: Object.fromEntries(stores),
  });
}

/** To be kept: by person. */
export function peopleText({ people }: Sums): string {
  return JSON.stringify({ people: Object.fromEntries(people) });
}

/** All together. */
export function totalOf({ days }: Sums): Counts {
  const total: Packed = [];
  for (const packed of days.values()) packed.forEach((value, index) => (total[index] = (total[index] ?? 0) + value));
  return countsOf(total);
}

export function countsOf(packed: readonly number[] = []): Counts {
  const entry = (state: State, index: number): [State, Count] => [
    state,
    { lines: packed[2 * index] ?? 0, times: packed[2 * index + 1] ?? 0 },
  ];
  return Object.fromEntries(STATES.map(entry)) as Record<State, Count>;
}

/** How many lines were sent to the vendor and are not under way any more. */
export function linesSent(packed: readonly number[]): number {
  const sent = [STATES.indexOf('succeeded'), STATES.indexOf('refused'), STATES.indexOf('unknown')];
  return sent.reduce((sum, state) => sum + (packed[2 * state] ?? 0), 0);
}

function packedOf(by: By, key: string): Packed {
  let packed = by.get(key);
  if (packed === undefined) by.set(key, (packed = []));
  return packed;
}

/** Monday is 0. */
function weekdayOf(day: string): number {
  // The first of 1970 was a Thursday.
  return (Date.parse(`${day}T00:00:00Z`) / 86_400_000 + 3) % 7;
}

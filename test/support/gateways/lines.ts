import type { SimulatedVendor } from '../../../src/sandbox/vendor.ts';
import type { Gateway, Told } from './gateway.ts';

const ordinary = { label: '', balance: 1_000_000, expired: false, dynamicCode: null } as const;
export const QUICK = { ...ordinary, card: '914095353294404024', manner: 'normal' } as const;
export const SLOW = { ...ordinary, card: '914095353294405137', manner: 'slow' } as const;

/** A line that a person has typed. */
export interface TypedLine {
  /** Of its message. */
  readonly id: string;
  readonly text: string;
  /** How often the vendor has taken it off the card. */
  readonly booked: () => number;
  /** What the person was told of its outcome. */
  readonly told: () => readonly Told[];
}

/** What the books of the vendor and the chats of the platform say of a line now. */
export interface Account {
  readonly booked: number;
  readonly told: readonly Told[];
}

/** Reads all of it once, and returns what is in it of the line with a message id. */
export function readAccounts(gateway: Gateway, vendor: SimulatedVendor): (id: string) => Account {
  const bookings = Map.groupBy(vendor.books.consumptions, ({ remark }) => remark.split(' ')[0]);
  const told = Map.groupBy(
    gateway.told().flatMap((one) => [...one.text.matchAll(/R-[0-9A-Z]+/gu)].map(([receipt]) => ({ receipt, one }))),
    ({ receipt }) => receipt,
  );
  return (id) => {
    const booked = bookings.get(id) ?? [];
    const receipt = booked[0]?.remark.split(' ')[1] ?? '';
    return { booked: booked.length, told: (told.get(receipt) ?? []).map(({ one }) => one) };
  };
}

let serial = 0;

/** A line that is one of its kind in the vendor's books, in words that nobody has sent yet. */
export function makeLine(
  gateway: Gateway,
  vendor: SimulatedVendor,
  card: typeof QUICK | typeof SLOW = QUICK,
): TypedLine {
  const id = `line-${++serial}`;
  const read = () => readAccounts(gateway, vendor)(id);
  return { id, text: `核销 ${card.card} 1 ${id}`, booked: () => read().booked, told: () => read().told };
}

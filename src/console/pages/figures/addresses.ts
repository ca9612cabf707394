import type { FiguresQuestion } from '../../../desk/figures.ts';
import type { DayRange } from '../../../redemption/figures.ts';
import type { State } from '../../../redemption/redemption.ts';
import { addressOfView } from '../../records-address.ts';

export const PATH = '/console/figures';

/** Where these figures are. */
export function addressOfFigures({ period, store, page }: FiguresQuestion): string {
  const days = typeof period === 'string' ? { period } : { from: period.first, to: period.last };
  return `${PATH}?${String(new URLSearchParams({ ...days, ...(store !== null && { store }), ...(page > 1 && { page: String(page) }) }))}`;
}

/** Whose redemptions a number counts, and of which outcome. */
export interface Counted {
  readonly state?: State;
  readonly store?: string | null | undefined;
  /** The account of a person. */
  readonly user?: string | null;
}

/** Where the redemptions are that a number counts. */
export function addressOfRecords({ first, last }: DayRange, { state, store, user }: Counted): string {
  const ofThem = { ...(state && { state }), ...(store && { storeCode: store }), ...(user && { user }) };
  return addressOfView({ ...ofThem, first, last });
}

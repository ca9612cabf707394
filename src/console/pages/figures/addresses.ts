import type { FiguresQuestion } from '../../../desk/figures.ts';
import type { DayRange } from '../../../redemption/figures.ts';
import type { State } from '../../../redemption/redemption.ts';

export const PATH = '/console/figures';

/** Where these figures are. */
export function addressOfFigures({ period, store, page }: FiguresQuestion): string {
  const days = typeof period === 'string' ? { period } : { from: period.first, to: period.last };
  return `${PATH}?${String(new URLSearchParams({ ...days, ...(store !== null && { store }), ...(page > 1 && { page: String(page) }) }))}`;
}

/** Where the redemptions are that a number counts. */
export function addressOfRecords(
  { first, last }: DayRange,
  of: { readonly state?: State; readonly store?: string | null | undefined; readonly person?: string | null },
): string {
  const { state, store, person } = of;
  const given = { from: first, to: last, ...(state && { state }), ...(store && { store }), ...(person && { person }) };
  return `/console/records?${String(new URLSearchParams(given))}`;
}

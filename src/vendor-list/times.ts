/** From when a spreadsheet counts days. */
export type Epoch = 1900 | 1904;

const DAY_MS = 24 * 60 * 60_000;
/** Day 0, as Excel counts: it takes 1900 for a leap year. */
const ORIGIN: Readonly<Record<Epoch, number>> = { 1900: Date.UTC(1899, 11, 30), 1904: Date.UTC(1904, 0, 1) };

const WRITTEN =
  /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]{0,2}(\d{1,2})[:时点](\d{1,2})(?:[:分](\d{1,2}))?)?/u;
const SERIAL = /^\d{5}(?:\.\d+)?$/u;

/** The time in a cell, such as `2026-11-27 15:30:05`, as the clock on the vendor's wall shows it; null: it is none. */
export function timeIn(cell: string, epoch: Epoch): string | null {
  const [, year, month, day, hour = '0', minute = '0', second = '0'] = WRITTEN.exec(cell) ?? [];
  if (year !== undefined) {
    const [date, time] = [
      [year, month, day],
      [hour, minute, second],
    ].map((parts) => parts.map((part) => (part ?? '').padStart(2, '0')));
    return `${date?.join('-') ?? ''} ${time?.join(':') ?? ''}`;
  }
  if (!SERIAL.test(cell)) return null;
  const at = ORIGIN[epoch] + Math.round(Number(cell) * DAY_MS);
  return new Date(Math.round(at / 1000) * 1000).toISOString().slice(0, 19).replace('T', ' ');
}

import { expect, test } from 'vitest';
import { isExpired } from '../../src/redemption/card.ts';
import { judge, LOOK_AFTER_MS, nextLook } from '../../src/redemption/looks.ts';

test('looks come 3 s, 15 s, 60 s and 5 min after a redemption became unknown, and then no more', () => {
  const due = [0, 3_000, 14_999, 15_000, 59_000, 60_000, 299_999].map((elapsed) => nextLook(elapsed));
  expect(due).toEqual([3_000, 15_000, 15_000, 60_000, 60_000, 300_000, 300_000]);
  expect(nextLook(300_000)).toBeNull();
  expect(nextLook(24 * 3_600_000)).toBeNull();
  expect(LOOK_AFTER_MS).toHaveLength(4);
});

const CASES: [before: number, count: number, now: number, last: boolean, verdict: string | null][] = [
  // The times that are missing are those that were to be spent.
  [10, 2, 8, false, 'succeeded'],
  [10, 2, 8, true, 'succeeded'],
  [2, 2, 0, false, 'succeeded'],
  // Unchanged means nothing until no request can be under way any more.
  [10, 2, 10, false, null],
  [10, 2, 10, true, 'refused'],
  // Anything else was somebody else.
  [10, 2, 9, true, null],
  [10, 2, 7, true, null],
  [10, 2, 6, true, null],
  [10, 2, 12, true, null],
  [10, 2, 0, true, null],
];

test.each(CASES)('%i left, %i to spend, now %i, last look %s: %s', (before, count, now, last, verdict) => {
  expect(judge({ before, count, now, last })).toBe(verdict);
});

test('a card can be used until its last day in China is over', () => {
  const validUntil = '2026-11-23';
  expect(isExpired({ validUntil }, Date.parse('2026-11-23T23:59:59.999+08:00'))).toBe(false);
  expect(isExpired({ validUntil }, Date.parse('2026-11-24T00:00:00+08:00'))).toBe(true);
  expect(isExpired({ validUntil: null }, Date.now())).toBe(false);
});

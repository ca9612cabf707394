import { expect, test } from 'vitest';
import { isExpired } from '../../src/redemption/card.ts';
import { judge, LOOK_AFTER_MS, nextLook } from '../../src/redemption/looks.ts';

test('looks come 3 s, 15 s, 60 s and 5 min after a redemption became unknown, and then no more', () => {
  expect(LOOK_AFTER_MS).toEqual([3_000, 15_000, 60_000, 300_000]);
  expect([nextLook(1, 3_000), nextLook(2, 15_000), nextLook(3, 60_000)]).toEqual([12_000, 45_000, 240_000]);
  expect(nextLook(4, 300_000)).toBeNull();
});

test('no look is left out because another came late', () => {
  const hour = 3_600_000;
  expect([1, 2, 3, 4].map((made) => nextLook(made, hour))).toEqual([12_000, 45_000, 240_000, null]);
});

test('the last look is not before its time, however many were made', () => {
  expect(nextLook(4, 60_000)).toBe(240_000);
  expect(nextLook(9, 299_999)).toBe(1);
});

const CASES: [sights: (number | null)[], last: boolean, verdict: string | null][] = [
  // The times that are missing are those that were to be spent.
  [[8], false, 'succeeded'],
  [[null, 8], false, 'succeeded'],
  // Another redemption was in the way at the first look.
  [[8, null, 8], false, 'succeeded'],
  [[8, null], false, null],
  // The request was late.
  [[10, 10, 8], true, 'succeeded'],
  [[null, 10, null, 8], false, 'succeeded'],
  [[10, 8, null, 8], false, 'succeeded'],
  // Unchanged means nothing until no request can be under way any more, and until it was seen all the time.
  [[10, 10], false, null],
  [[10, 10], true, 'refused'],
  [[10, 10, 10, 10], true, 'refused'],
  [[10], true, null],
  [[10, null, 10], true, null],
  [[null, 10, 10], true, null],
  [[10, 10, null], true, null],
  // Taken and given back, or topped up and taken.
  [[10, 8, 10], true, null],
  [[10, 12, 10], true, null],
  [[10, 12, 8], true, null],
  [[8, 10, 8], true, null],
  [[9, 8], true, null],
  // Anything else was another user of the card.
  [[9], true, null],
  [[10, 7], true, null],
  [[10, 6], true, null],
  [[10, 12], true, null],
  [[10, 0], true, null],
  [[], true, null],
];

test.each(CASES)('of 10 left 2 were to be spent, looks showed %j, the last one %s: %s', (sights, last, verdict) => {
  expect(judge({ before: 10, count: 2, sights, last })).toBe(verdict);
});

test('a card can be used until its last day in China is over', () => {
  const validUntil = '2026-11-23';
  expect(isExpired({ validUntil }, Date.parse('2026-11-23T23:59:59.999+08:00'))).toBe(false);
  expect(isExpired({ validUntil }, Date.parse('2026-11-24T00:00:00+08:00'))).toBe(true);
  expect(isExpired({ validUntil: null }, Date.now())).toBe(false);
});

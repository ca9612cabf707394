import { expect, test } from 'vitest';
import { createPauses } from '../../../src/transports/socket/pauses.ts';
import { VirtualTime } from '../../support/virtual-time.ts';

/** What is waited before each attempt, at most, while each connection is up for so long; null: it does not come up. */
async function pausesAfter(upMs: readonly (number | null)[], random = 1): Promise<number[]> {
  const time = new VirtualTime();
  const pauses = createPauses(time, () => random);
  const waited: number[] = [];
  for (const ms of upMs) {
    if (ms !== null) {
      pauses.up();
      await time.pass(ms);
    }
    waited.push(Math.round(pauses.next(false)));
  }
  return waited;
}

test('the pauses grow to a minute while there is no connection', async () => {
  const attempts = Array.from({ length: 9 }, () => null);
  expect(await pausesAfter(attempts)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  expect(await pausesAfter([null], 0)).toEqual([500]);
});

test('and while each is dropped at once', async () => {
  expect(await pausesAfter([100, 100, 100, 100, 100])).toEqual([1_000, 2_000, 4_000, 8_000, 16_000]);
});

test('a line that breaks every few seconds is away for no longer than it was there', async () => {
  const cuts = Array.from({ length: 8 }, () => 5_000);
  expect(await pausesAfter(cuts)).toEqual([1_000, 2_000, 4_000, 5_000, 5_000, 5_000, 5_000, 5_000]);
});

test('after a minute of peace the pauses begin anew', async () => {
  expect(await pausesAfter([null, null, null, null, 60_000, null])).toEqual([1_000, 2_000, 4_000, 8_000, 1_000, 2_000]);
});

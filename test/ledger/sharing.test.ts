import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createSharing } from '../../src/ledger/postgres/sharing.ts';

/** What is run, and lets each run end as the test says. */
function heldRuns(patienceMs = 60_000) {
  const runs: { readonly all: readonly number[]; readonly end: PromiseWithResolvers<readonly (number | null)[]> }[] =
    [];
  const share = createSharing<number, number>({
    run(all) {
      const end = Promise.withResolvers<readonly (number | null)[]>();
      runs.push({ all, end });
      return end.promise;
    },
    most: 3,
    runs: 1,
    patienceMs,
  });
  return { runs, share };
}

test('those who ask in one turn share a run, and so do those who ask while it is under way', async () => {
  const { runs, share } = heldRuns();
  const first = [1, 2].map((n) => share(n));
  await nextTurn();
  const second = [3, 4, 5, 6].map((n) => share(n));
  await nextTurn();
  expect(runs.map(({ all }) => all)).toEqual([[1, 2]]);
  runs[0]?.end.resolve([10, null]);
  expect(await Promise.all(first)).toEqual([10, null]);
  await nextTurn();
  expect(runs.map(({ all }) => all)).toEqual([
    [1, 2],
    [3, 4, 5],
  ]);
  runs[1]?.end.resolve([30, 40, 50]);
  await nextTurn();
  runs[2]?.end.resolve([60]);
  expect(await Promise.all(second)).toEqual([30, 40, 50, 60]);
});

test('who waits behind a run that fails is told at once that nothing was done, and the next ask runs', async () => {
  const { runs, share } = heldRuns();
  const failing = share(1);
  await nextTurn();
  const behind = share(2);
  runs[0]?.end.reject(new Error('lost'));
  await expect(failing).rejects.toThrow('lost');
  expect(await behind).toBeNull();
  const next = share(3);
  await nextTurn();
  runs[1]?.end.resolve([30]);
  expect(await next).toBe(30);
});

test('what hangs does not hang up those who wait behind it', async () => {
  const { runs, share } = heldRuns(20);
  const first = share(1);
  await nextTurn();
  expect(await share(2)).toBeNull();
  runs[0]?.end.resolve([10]);
  expect(await first).toBe(10);
  expect(runs).toHaveLength(1);
});

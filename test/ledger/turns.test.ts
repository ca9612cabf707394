import { expect, test } from 'vitest';
import { LedgerError } from '../../src/ledger/errors.ts';
import { createTurns } from '../../src/ledger/turns.ts';

/** Work that lasts until it is told to end, and what has begun of it. */
function work() {
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  return {
    begun,
    end: (index: number) => ends[index]?.(),
    lasting: (index: number) => () => {
      begun.push(index);
      return new Promise<number>((resolve) => (ends[index] = () => resolve(index)));
    },
  };
}

test('as many run at a time as may, the others in the order in which they came', async () => {
  const turns = createTurns(2);
  const { begun, end, lasting } = work();
  const all = [0, 1, 2, 3].map((index) => turns.take(lasting(index)));
  expect(begun).toEqual([0, 1]);
  end(1);
  expect(await all[1]).toBe(1);
  expect(begun).toEqual([0, 1, 2]);
  end(0);
  await all[0];
  end(2);
  end(3);
  expect(await Promise.all(all)).toEqual([0, 1, 2, 3]);
});

test('one that fails makes room as well', async () => {
  const turns = createTurns(1);
  const failing = turns.take(() => Promise.reject(new Error('gone')));
  const next = turns.take(async () => 'next');
  await expect(failing).rejects.toThrow('gone');
  expect(await next).toBe('next');
});

test('where too many wait, the next is refused at once', async () => {
  const turns = createTurns(1);
  const { end, lasting } = work();
  const first = turns.take(lasting(0));
  const waiting = Array.from({ length: 100 }, () => turns.take(async () => 'waited'));
  await expect(turns.take(async () => 'late')).rejects.toMatchObject({ code: 'storage' });
  end(0);
  await first;
  expect(new Set(await Promise.all(waiting))).toEqual(new Set(['waited']));
});

test('the end refuses what waits and what comes, and waits for what is under way', async () => {
  const turns = createTurns(1);
  const { begun, end, lasting } = work();
  const first = turns.take(lasting(0));
  const second = turns.take(lasting(1));
  let over = false;
  const ended = turns.end(new LedgerError('closed', 'over')).then(() => (over = true));
  await expect(second).rejects.toMatchObject({ code: 'closed' });
  await expect(turns.take(lasting(2))).rejects.toMatchObject({ code: 'closed' });
  expect(over).toBe(false);
  end(0);
  expect(await first).toBe(0);
  await ended;
  expect(begun).toEqual([0]);
});

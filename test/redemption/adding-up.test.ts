import { expect, test } from 'vitest';
import { startAddingUp } from '../../src/redemption/adding-up.ts';
import { realTime } from '../../src/time/real.ts';
import type { Time } from '../../src/time/time.ts';

/** Pauses are over at once, except the long one between two rounds, which only ends with the service. */
function hurried(slept: number[]): Time {
  return {
    ...realTime,
    sleep(ms, signal) {
      slept.push(ms);
      return realTime.sleep(ms >= 60 * 60_000 ? ms : 0, signal);
    },
  };
}

test('adds up what is over one after the other, rests between, and ends when it is told to', async () => {
  const slept: number[] = [];
  let left = 3;
  const done = Promise.withResolvers<undefined>();
  const figures = {
    async addUpNext(timeZone: string) {
      expect(timeZone).toBe('Asia/Shanghai');
      if (left === 0) done.resolve(undefined);
      return left-- > 0;
    },
  };
  const adding = startAddingUp({
    ...{ figures, timeZone: 'Asia/Shanghai', time: hurried(slept) },
    onTrouble: (error) => {
      throw error;
    },
  });
  await done.promise;
  await adding.stop();
  expect(slept).toEqual([120_000, 50, 50, 50, 3_600_000]);
});

test('says what went wrong, and goes on', async () => {
  const told = Promise.withResolvers<unknown>();
  const figures = { addUpNext: () => Promise.reject(new Error('the disk is full')) };
  const adding = startAddingUp({ figures, timeZone: 'Asia/Shanghai', time: hurried([]), onTrouble: told.resolve });
  expect(await told.promise).toMatchObject({ message: 'the disk is full' });
  await adding.stop();
});

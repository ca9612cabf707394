import { expect, test } from 'vitest';
import { createDeliveryNotes } from '../../src/chat/delivery-notes.ts';
import { createLog } from '../../src/log.ts';
import { realTime } from '../../src/time/real.ts';
import type { Time } from '../../src/time/time.ts';

const log = createLog({ level: 'silent' });

/** Pauses that are over when they are let. */
function handTime() {
  const pauses: number[] = [];
  let end: () => void = () => undefined;
  const time: Time = {
    ...realTime,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        pauses.push(ms);
        end = resolve;
        if (signal?.aborted === true) resolve();
        signal?.addEventListener('abort', () => resolve());
      }),
  };
  return { time, pauses, goOn: () => end() };
}

test('a note is tried with growing pauses until it is written, and then no more', async () => {
  const { time, pauses, goOn } = handTime();
  const notes = createDeliveryNotes({ time, log });
  let tries = 0;
  notes.note(async () => {
    tries += 1;
    if (tries < 9) throw new Error('storage');
  });
  for (let paused = 1; paused < 9; paused++) {
    await expect.poll(() => pauses).toHaveLength(paused);
    goOn();
  }
  await notes.stop();
  expect(tries).toBe(9);
  expect(pauses).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
});

test('stopping tries once more what is waiting, and does not wait for storage that stays away', async () => {
  const { time, pauses } = handTime();
  const notes = createDeliveryNotes({ time, log });
  let tries = 0;
  notes.note(() => {
    tries += 1;
    return Promise.reject(new Error('storage'));
  });
  await expect.poll(() => pauses).toHaveLength(1);
  await notes.stop();
  expect(tries).toBe(2);
});

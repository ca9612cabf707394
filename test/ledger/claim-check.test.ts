import { beforeEach, expect, test } from 'vitest';
import { createClaimCheck, type ClaimCheck } from '../../src/ledger/messages/claim-check.ts';
import { realTime } from '../../src/time/real.ts';

let now: number;
let writes: PromiseWithResolvers<undefined>[];
let check: ClaimCheck;
beforeEach(() => {
  now = 0;
  writes = [];
  check = createClaimCheck({
    write() {
      const write = Promise.withResolvers<undefined>();
      writes.push(write);
      return write.promise;
    },
    time: { ...realTime, now: () => now, monotonic: () => now, uptime: () => now },
  });
});

async function succeed(): Promise<void> {
  const run = check.run();
  writes.at(-1)?.resolve(undefined);
  await run;
}

test('however many ask, one write at a time and one a second tells them that claims can be stored', async () => {
  const asked = Array.from({ length: 1_000 }, () => check.run());
  expect(writes).toHaveLength(1);
  writes[0]?.resolve(undefined);
  await Promise.all(asked);
  now = 999;
  await check.run();
  expect(writes).toHaveLength(1);
  now = 1_000;
  await succeed();
  expect(writes).toHaveLength(2);
});

test('is tried anew as soon as a claim could not be stored, and whenever it was not good', async () => {
  await succeed();
  check.forget();
  const failing = [check.run(), check.run()];
  expect(writes).toHaveLength(2);
  writes[1]?.reject(new Error('database or disk is full'));
  for (const run of failing) await expect(run).rejects.toThrow('full');
  await succeed();
  expect(writes).toHaveLength(3);
});

test('a claim that fails while it is tried outweighs its success', async () => {
  const run = check.run();
  check.forget();
  writes[0]?.resolve(undefined);
  await run;
  await succeed();
  expect(writes).toHaveLength(2);
});

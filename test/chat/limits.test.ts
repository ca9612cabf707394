import { expect, test } from 'vitest';
import { createLimits } from '../../src/chat/limits.ts';

test('so many messages may be worked on at once, and one more when one of them is done', () => {
  const limits = createLimits({ maxInProgress: 2 });
  const leave = limits.enter();
  expect(limits.enter()).not.toBeNull();
  expect(limits.enter()).toBeNull();
  leave?.();
  expect(limits.enter()).not.toBeNull();
  expect(limits.enter()).toBeNull();
});

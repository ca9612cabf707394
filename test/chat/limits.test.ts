import { expect, test } from 'vitest';
import { createLimits } from '../../src/chat/limits.ts';

function makeLimits(options: { linesPerMinute?: number; maxInProgress?: number } = {}) {
  const clock = { ms: 0 };
  const limits = createLimits({ linesPerMinute: 3, maxInProgress: 100, ...options, now: () => clock.ms });
  return { limits, clock };
}

test('a person may send so many lines a minute, and again in the next', () => {
  const { limits, clock } = makeLimits();
  limits.begin('wecom:a', 2);
  expect(limits.refusal('wecom:a', 1)).toBeNull();
  limits.begin('wecom:a', 1);
  expect(limits.refusal('wecom:a', 1)).toBe('too-many-lines');
  clock.ms += 60_000;
  expect(limits.refusal('wecom:a', 3)).toBeNull();
});

test('a message that would go over the limit is refused whole', () => {
  const { limits } = makeLimits();
  limits.begin('wecom:a', 2);
  expect(limits.refusal('wecom:a', 2)).toBe('too-many-lines');
});

test('one busy person does not hold up another', () => {
  const { limits } = makeLimits();
  limits.begin('wecom:a', 3);
  expect(limits.refusal('wecom:b', 3)).toBeNull();
});

test('all together may have so many messages in progress, until one of them is done', () => {
  const { limits } = makeLimits({ maxInProgress: 2 });
  const end = limits.begin('wecom:a', 1);
  limits.begin('wecom:b', 1);
  expect(limits.refusal('wecom:c', 1)).toBe('busy');
  end();
  expect(limits.refusal('wecom:c', 1)).toBeNull();
});

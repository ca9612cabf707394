import { beforeEach, expect, test } from 'vitest';
import { RECEIVER_LIMITS } from '../../src/platforms/feishu/limits.ts';
import { createPace } from '../../src/platforms/pace.ts';
import { CHAT_LIMITS } from '../../src/platforms/wecom/limits.ts';

let clock: number;
const time = { monotonic: () => clock };
beforeEach(() => {
  clock = 0;
});

test('a chat of WeCom’s gets no more than 30 messages a minute and 1,000 an hour, whatever others get', () => {
  const pace = createPace(time, CHAT_LIMITS);
  let sent = 0;
  for (let second = 0; second < 3_600; second++, clock += 1_000) while (pace.take('a') === 0) sent += 1;
  expect(sent).toBe(1_000);
  expect(pace.take('b')).toBe(0);
  clock += 3_600_000;
  for (let count = 0; count < 30; count++) expect(pace.take('a')).toBe(0);
  clock += 1_000;
  expect(pace.take('a')).toBe(60_000);
});

test('a chat of Feishu’s gets no more than four messages a second, two of one reply only together', () => {
  const pace = createPace(time, RECEIVER_LIMITS);
  const waits = () => [pace.take('a', 2), pace.take('a', 1)];
  expect(waits()).toEqual([0, 0]);
  clock += 400;
  expect(waits()).toEqual([600, 0]);
  expect(pace.take('a')).toBe(600);
  clock += 600;
  expect(waits()).toEqual([0, 0]);
});

test('is counted for each of very many, and those that have been quiet are forgotten', () => {
  const pace = createPace(time, [{ most: 2, withinMs: 1_000 }]);
  for (let n = 0; n < 3_000; n++) expect(pace.take(`chat${n}`, 2)).toBe(0);
  expect(pace.take('chat2999')).toBe(1_000);
  clock = 400;
  expect(pace.take('chat0')).toBe(600);
  clock = 1_000;
  for (let n = 0; n < 3_000; n++) expect(pace.take(`new${n}`, 2)).toBe(0);
  expect(pace.take('chat0', 2)).toBe(0);
});

test('what can be left out is counted only where there is room for more besides', () => {
  const pace = createPace(time, CHAT_LIMITS);
  let sent = 0;
  while (pace.take('a', 1, 20) === 0) sent += 1;
  expect(sent).toBe(10);
  for (let count = 0; count < 20; count++) expect(pace.take('a')).toBe(0);
  expect(pace.take('a')).toBe(61_000);
  expect(pace.take('a', 1, 20)).toBe(61_000);
});

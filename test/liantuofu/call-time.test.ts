import { expect, test } from 'vitest';
import { createCallTime } from '../../src/liantuofu/call-time.ts';
import { VirtualTime } from '../support/virtual-time.ts';

const TIMEOUT_MS = 10_000;

function learn(times: readonly number[]) {
  const time = new VirtualTime();
  const callTime = createCallTime(TIMEOUT_MS, time);
  for (const ms of times) callTime.took(ms);
  return { time, callTime };
}

const calls = (count: number, ms: number) => Array<number>(count).fill(ms);

test('while little is known a call needs half of its time', () => {
  expect(learn([]).callTime.needMs()).toBe(5_000);
  expect(learn(calls(19, 100)).callTime.needMs()).toBe(5_000);
});

test('then what nearly all of the last ones took, and a quarter of its time to spare', () => {
  expect(learn(calls(20, 300)).callTime.needMs()).toBe(2_800);
  expect(learn([...calls(300, 300), ...calls(50, 4_000), ...calls(50, 300)]).callTime.needMs()).toBe(6_500);
  expect(learn([...calls(300, 4_000), ...calls(100, 300)]).callTime.needMs()).toBe(2_800);
});

test('few that waited in vain do not count, many do', () => {
  expect(learn([...calls(90, 300), ...calls(10, 10_000)]).callTime.needMs()).toBe(2_800);
  expect(learn([...calls(89, 300), ...calls(11, 10_000)]).callTime.needMs()).toBe(12_500);
});

test('what was a minute ago says nothing any more', async () => {
  const { time, callTime } = learn(calls(100, 9_000));
  await time.pass(59_999);
  expect(callTime.needMs()).toBe(11_500);
  await time.pass(1);
  expect(callTime.needMs()).toBe(5_000);
});

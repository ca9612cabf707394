import { beforeEach, expect, test } from 'vitest';
import { createLog } from '../../src/log.ts';
import { sampleLog, type Sampling } from '../../src/log/sampled.ts';

let lines: Record<string, unknown>[];
let sampled: Sampling;
let minutes: (() => void)[];
beforeEach(() => {
  lines = [];
  minutes = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) };
  sampled = sampleLog(createLog({ level: 'info', destination }), {
    after(_ms, work) {
      minutes.push(work);
      return () => (minutes = minutes.filter((other) => other !== work));
    },
  });
});

const pass = () => {
  for (const work of minutes.splice(0)) work();
};
const refuse = (times: number, about: Record<string, unknown>) => {
  for (let i = 0; i < times; i += 1) sampled.warn(about, 'callback refused: not authentic');
};
const signature = { channel: 'dingtalk', why: 'sign does not match' };

test('a flood is a few lines and one that counts the others, each minute anew', () => {
  refuse(100_000, signature);
  expect(lines).toHaveLength(5);
  pass();
  expect(lines.slice(5)).toMatchObject([
    { level: 'warn', ...signature, leftOut: 99_995, msg: 'callback refused: not authentic (more of the same)' },
  ]);
  refuse(6, signature);
  pass();
  expect(lines.slice(6)).toMatchObject([...Array.from({ length: 5 }, () => signature), { ...signature, leftOut: 1 }]);
});

test('what comes now and then is written as ever, and a flood does not hide what is of another kind', () => {
  refuse(100, signature);
  refuse(2, { channel: 'dingtalk', why: 'from another robot' });
  refuse(1, { channel: 'wecom-bot', why: 'padding is wrong' });
  sampled.error({ channel: 'dingtalk', err: new TypeError('x') }, 'callback failed');
  expect(lines.slice(5)).toMatchObject([
    { why: 'from another robot' },
    { why: 'from another robot' },
    { why: 'padding is wrong' },
    { level: 'error', err: { type: 'TypeError' } },
  ]);
  pass();
  expect(lines).toHaveLength(10);
});

test('what was left out is said when the service stops', () => {
  refuse(7, signature);
  sampled.stop();
  expect(lines.at(-1)).toMatchObject({ leftOut: 2 });
  expect(minutes).toEqual([]);
});

test('ever new reasons do not make ever new lines', () => {
  for (let i = 0; i < 10_000; i += 1) refuse(1, { channel: 'x', why: `reason ${i}` });
  expect(lines.length).toBeLessThan(150);
  pass();
  expect(lines.at(-1)).toMatchObject({ msg: 'refused for many reasons (more of the same)' });
});

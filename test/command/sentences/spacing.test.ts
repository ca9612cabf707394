import { readdir, readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';

const FOLDER = new URL('../../../src/command/sentences/', import.meta.url);
const UNIT = '[次条人家笔行张位个字秒天页号]|分钟';
/** `剩余 ${n}次`, `${n} 次`, `3 次`: a blank between a count and the words around it. */
const APART = new RegExp(`\\p{Script=Han} \\$\\{[^{}]*\\}(?:${UNIT})|(?<!card)[\\d}] (?:${UNIT})`, 'u');

it('a count stands close to the words around it, in every sentence', async () => {
  for (const name of await readdir(FOLDER)) {
    const text = await readFile(new URL(name, FOLDER), 'utf8');
    const wrong = text.split('\n').filter((line) => !/^\s*(?:\/\/|\/?\*)/u.test(line) && APART.test(line));
    expect([name, wrong]).toEqual([name, []]);
  }
});

import { expect, test } from 'vitest';
import { parseMessage } from '../../src/command/parse.ts';
import { CORPUS } from './corpus.ts';
import { inWords } from './in-words.ts';

const NAMES = {
  c: '914095353294404024',
  d: '914095353294404031',
  e: 'A1B2C3D4',
  g: '9140 9535 3294 4040 24',
  s: '九一四零九五三五三二九四四零四零二四',
};
const written = (text: string) =>
  text.replaceAll('⏎', '\n').replace(/\$([cdegs])/gu, (_, name: keyof typeof NAMES) => NAMES[name]);
const LINES = Object.entries(CORPUS).flatMap(([means, lines]) =>
  lines.map((line) => ({ line, typed: written(line), means: written(means).split(';') })),
);

const read = (typed: string) => parseMessage(typed, ['核销助手']).lines.map(({ command }) => command);

test.each(LINES)('$line', ({ typed, means }) => {
  expect(read(typed).map(inWords)).toEqual(means);
});

import { describe, expect, it } from 'vitest';
import type { Command } from '../../src/command/command.ts';
import { parseMessage } from '../../src/command/parse.ts';
import { COUNT_EXAMPLES } from './count-examples.ts';
import { CARD, EXAMPLES } from './examples.ts';
import { inWords } from './in-words.ts';
import { OTHER_EXAMPLES } from './other-examples.ts';

const BOT_NAMES = ['核销助手', '前台 小核'];

function parse(text: string): Command[] {
  return parseMessage(text, BOT_NAMES).lines.map(({ command }) => command);
}

describe.each(Object.entries({ ...EXAMPLES, ...COUNT_EXAMPLES, ...OTHER_EXAMPLES }))('%s', (_, examples) => {
  it.each(examples)('%j means %j', (typed, means) => {
    expect(parse(typed).map(inWords)).toEqual([means]);
  });
});

describe('a message of several lines', () => {
  it('is read one command a line, with every kind of line end', () => {
    const text = ['核销 A00001', '核销 A00002', '核销 A00003', '核销 A00004', '核销 A00005'];
    const ends = ['\n', '\r\n', '\u2028', '\u0085'];
    const joined = text.map((line, i) => line + (ends[i] ?? '')).join('');
    expect(parse(joined).map(inWords)).toEqual(['A00001 ×1', 'A00002 ×1', 'A00003 ×1', 'A00004 ×1', 'A00005 ×1']);
  });

  it('numbers only the lines that say something', () => {
    const { lines } = parseMessage('@核销助手\n\n核销 A00001\n \u200B\n在路上\n@前台 小核', BOT_NAMES);
    expect(lines.map(({ line, command }) => [line, inWords(command)])).toEqual([
      [0, 'A00001 ×1'],
      [1, 'not-understood'],
    ]);
  });

  it('keeps lines for the same card apart', () => {
    expect(parse(`核销 ${CARD}\n核销 ${CARD}`)).toHaveLength(2);
  });

  it('is carried out with twenty lines and left alone with more', () => {
    const lines = (n: number) => Array.from({ length: n }, () => `核销 ${CARD}`).join('\n');
    expect(parse(lines(20)).filter(({ kind }) => kind === 'redeem')).toHaveLength(20);
    expect(parse(lines(21))).toEqual([{ kind: 'wrong', problem: { kind: 'long-message', lines: 21 } }]);
  });

  it('is not looked at in lines that people do not type, nor as a whole when it is endless', () => {
    const line = `核销 ${CARD} 2 ${'字'.repeat(2_000)}`;
    expect(parse(`核销 A00001 1\n${line}\n核销 A00002 1`).map(inWords)).toEqual([
      'A00001 ×1',
      'wrong:long-line',
      'A00002 ×1',
    ]);
    expect(
      parse(Array.from({ length: 20 }, () => `核销 ${CARD} 1 ${' '.repeat(1_000)}`).join('\n')).map(inWords),
    ).toEqual(['wrong:long-text']);
    expect(parse(`绑定 wecom:a${'\u00AD'.repeat(20_000)}`).map(inWords)).toEqual(['wrong:long-text']);
    expect(parse(`绑定 wecom:a${'\u00AD'.repeat(19_000)}`).map(inWords)).toEqual(['wrong:long-line']);
  });

  it('is read as one order where a card and its verb stand apart', () => {
    expect(parse(`核销\n${CARD}`).map(inWords)).toEqual([`${CARD} ×1`]);
  });
});

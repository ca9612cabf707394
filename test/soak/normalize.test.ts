import { expect, test } from 'vitest';
import { normalizeLine } from '../../src/command/normalize.ts';

test('normalising a line changes nothing the second time, for every character', () => {
  for (let code = 0; code <= 0x10ffff; code++) {
    const line = `a${String.fromCodePoint(code)}b`;
    const once = normalizeLine(line, []);
    if (once !== line && normalizeLine(once, []) !== once) expect.fail(`U+${code.toString(16)}`);
  }
});

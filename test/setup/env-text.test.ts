import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseDotenv } from '../../src/config/dotenv.ts';
import { CannotBeWritten, editEnv, HEADING } from '../../src/setup/env-text.ts';

const edit = (text: string, changes: Record<string, string | null>) => editEnv(text, new Map(Object.entries(changes)));

test('a value is changed where it stands, and everything else stays to the byte', () => {
  const text = '\uFEFF# mine\r\n\r\nexport PORT = 3000  # the port\r\nFOO="a\r\nb"\r\nLIANTUOFU_KEY=old\r\n  \r\n# end';
  expect(edit(text, { PORT: '8080', LIANTUOFU_KEY: 'new' })).toBe(text.replace('3000', '8080').replace('old', 'new'));
});

test('a setting that is the same already changes nothing, however it is written', () => {
  const text = `A='x'   # quoted\nB="y"\n`;
  expect(edit(text, { A: 'x', B: 'y' })).toBe(text);
});

test('new settings stand together at the end under one heading, also those of a later time', () => {
  const once = edit('A=1', { B: '2', C: '3' });
  expect(once).toBe(`A=1\n\n${HEADING}\nB=2\nC=3\n`);
  expect(edit(once, { D: '4' })).toBe(`A=1\n\n${HEADING}\nB=2\nC=3\nD=4\n`);
  expect(edit('', { B: '2' })).toBe(`${HEADING}\nB=2\n`);
});

test('a setting that is commented out shows the place', () => {
  expect(edit('# PORT=\nA=1\n', { PORT: '80' })).toBe('PORT=80\nA=1\n');
  expect(edit('#PORT=3000 usual\r\nA=1\r\n', { PORT: '80' })).toBe('#PORT=3000 usual\r\nPORT=80\r\nA=1\r\n');
  expect(edit('A=1\n# PORT=3000', { PORT: '80' })).toBe('A=1\n# PORT=3000\nPORT=80');
  expect(edit('A="\n# PORT=\n"\n', { PORT: '80' })).toBe(`A="\n# PORT=\n"\n\n${HEADING}\nPORT=80\n`);
});

test('what is taken out is gone with its line, every time that it stands there', () => {
  expect(edit('A=1\nB=2\nA="3\n4" # c\nC=5', { A: null, D: null })).toBe('B=2\nC=5');
});

test('of a setting that stands twice the last one is changed and the others go, for they are not in force', () => {
  expect(edit('A=1\nB=2\nA=3\n', { A: '4' })).toBe('B=2\nA=4\n');
});

test.each([
  { text: 'A=\nB=1\n', becomes: 'A=x\nB=1\n' },
  { text: 'A= # nothing yet\nB=1\n', becomes: 'A=x # nothing yet\nB=1\n' },
  { text: 'B= \nA=1\n', becomes: 'B=\nA=x\n' },
  { text: 'A="open\nB=1\n', becomes: 'A=x\nB=1\n' },
  { text: "A='q' tail\nB=1\n", becomes: 'A=x\nB=1\n' },
])('$text', ({ text, becomes }) => {
  expect(edit(text, { A: 'x' })).toBe(becomes);
});

test('what cannot be written is refused with the setting', () => {
  expect(() => edit('', { A: 'a\nb' })).toThrow(CannotBeWritten);
  expect(() => edit('', { A: `#'"\`` })).toThrow(CannotBeWritten);
});

/** Of a value that Node takes from the next line, because only blanks stand behind the `=`. */
const isNoLine = (value = '') => !/^(?:export )?\w* *=/u.test(value);

const NAMES = ['LIANTUOFU_KEY', 'PORT', 'ADMINS', 'BOT_NAMES'];
const value = fc.string({ unit: fc.constantFrom(...Array.from('ab1 \t#\'"`\\n=$é核$&')) });
// Node takes the next line for the value where only blanks stand behind the `=`.
const written = value.filter((each) => each.trim() !== '' || each === '');
const line = fc
  .oneof(
    fc
      .tuple(
        fc.constantFrom(...NAMES, 'OTHER'),
        fc.constantFrom('=', ' = ', '= '),
        written.filter((each) => each !== ''),
      )
      .map((parts) => parts.join('')),
    fc
      .tuple(fc.constantFrom('# ', '#', 'export ', ' '), fc.constantFrom(...NAMES), fc.constant('='), written)
      .map((p) => p.join('')),
    written,
  )
  .filter((each) => !/=[ \t]+$|^\s*=/u.test(each));
const text = fc
  .tuple(fc.constantFrom('', '\uFEFF'), fc.array(line), fc.constantFrom('\n', '\r\n'), fc.boolean())
  .map(([mark, lines, eol, ended]) => mark + lines.join(eol) + (ended ? eol : ''));

test('whatever a file looks like, the program reads back what was set, and the other settings as they were', () => {
  fc.assert(
    fc.property(text, fc.dictionary(fc.constantFrom(...NAMES), fc.option(value)), (before, changes) => {
      let after;
      try {
        after = edit(before, changes);
      } catch (error) {
        expect(error).toBeInstanceOf(CannotBeWritten);
        return;
      }
      const { values } = parseDotenv(after);
      for (const [name, set] of Object.entries(changes)) expect(values[name]).toBe(set ?? undefined);
      for (const [name, was] of Object.entries(parseDotenv(before).values))
        if (/^\w+$/u.test(name) && !(name in changes) && isNoLine(was)) expect(values[name]?.trim()).toBe(was?.trim());
      expect(edit(after, changes)).toBe(after);
    }),
    { numRuns: 3000 },
  );
});

test('every value without line breaks and with at most two kinds of quotes can be written', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme' }).filter((each) => !/[\r\n\0`]/u.test(each)),
      (set) => {
        expect(parseDotenv(edit('A=1\n', { PORT: set })).values['PORT']).toBe(set);
      },
    ),
  );
});

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MUTANTS } from './mutant-list.ts';
import { mutate } from './mutants.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const MUTANT = { file: 'a.ts', old: 'if (a)', becomes: 'if (b)' };

test('a mutant replaces what stands there once, and complains about everything else', () => {
  expect(mutate('x; if (a) y;', MUTANT)).toBe('x; if (b) y;');
  expect(() => mutate('x;', MUTANT)).toThrow('stands 0 times in a.ts');
  expect(() => mutate('if (a) if (a)', MUTANT)).toThrow('stands 2 times in a.ts');
});

test('every mutant still fits the sources', async () => {
  for (const edit of MUTANTS.flatMap(({ edits }) => edits)) {
    const text = await readFile(join(ROOT, edit.file), 'utf8');
    expect(mutate(text, edit)).not.toBe(text);
  }
});

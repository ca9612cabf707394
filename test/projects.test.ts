import { globSync } from 'node:fs';
import { matchesGlob } from 'node:path';
import { expect, test } from 'vitest';
import config from '../vitest.config.ts';

const projects = (config.test?.projects ?? []).map((project) => {
  if (typeof project !== 'object' || !('test' in project)) throw new Error('not written out');
  const { name, include = [], exclude = [] } = project.test ?? {};
  return { name, has: (file: string) => matches(file, include) && !matches(file, exclude) };
});
const matches = (file: string, globs: readonly string[]) => globs.some((glob) => matchesGlob(file, glob));
const projectsOf = (file: string) => projects.filter(({ has }) => has(file)).map(({ name }) => name);

test('every test file belongs to one project, and the contracts of ledgers to two', () => {
  const files = globSync('test/**/*.test.ts');
  expect(files.length).toBeGreaterThan(100);
  for (const file of files) {
    const isContract = file.startsWith('test/ledger/contract/');
    expect(projectsOf(file), file).toEqual(isContract ? ['unit', 'ledger'] : [expect.any(String)]);
  }
  expect(new Set(files.flatMap(projectsOf))).toEqual(new Set(['unit', 'ledger', 'system', 'soak']));
});

test('no test has a name that no project takes', () => {
  expect(
    globSync(['test/**/*.{spec,test}.*', 'src/**/*.{spec,test}.*']).filter(
      (file) => !/^test\/.+\.test\.ts$/u.test(file),
    ),
  ).toEqual([]);
});

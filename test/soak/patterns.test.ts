import { globSync, readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { ESLint } from 'eslint';
import regexp from 'eslint-plugin-regexp';
import ts from 'typescript';
import tseslint from 'typescript-eslint';
import { afterAll, beforeAll, expect, test } from 'vitest';

// What outsiders can send in must be read in time that grows with its length and no faster. The linter's rules judge
// every pattern of `src`: those that stand there, and those that are put together while the modules load, as they came
// out.

const FILES = globSync('src/**/*.{ts,js}');
const RealRegExp = RegExp;
const built: RegExp[] = [];

beforeAll(() => {
  globalThis.RegExp = new Proxy(RealRegExp, {
    construct(target, args, newTarget) {
      const pattern = Reflect.construct(target, args, newTarget) as RegExp;
      if (/\/src\//u.test(new Error().stack ?? '')) built.push(pattern);
      return pattern;
    },
  });
});
afterAll(() => {
  globalThis.RegExp = RealRegExp;
});

test('every pattern that stands in a file takes linear time', async () => {
  const files = FILES.filter((file) => nodesOf(file).some(ts.isRegularExpressionLiteral));
  expect(files.length).toBeGreaterThan(20);
  const results = await linter().lintFiles(files);
  expect(results.flatMap(({ filePath, messages }) => messages.map(({ message }) => `${filePath}: ${message}`))).toEqual(
    [],
  );
});

test('every pattern that is put together takes linear time', async () => {
  const files = FILES.filter((file) => file.endsWith('.ts') && putsTogether(file).length > 0);
  for (const file of files) await import(pathToFileURL(file).href);
  expect(built.length).toBeGreaterThanOrEqual(files.flatMap(putsTogether).length);
  expect(await complaints(built.map(String))).toEqual([]);
});

test('patterns are put together where the modules load, so that each of them is looked at', () => {
  const elsewhere = FILES.flatMap((file) =>
    putsTogether(file)
      .filter((where) => where !== 'module')
      .map(() => file),
  );
  // Of a fixed text, in the page of the sandbox.
  expect(elsewhere).toEqual(['src/sandbox/page/chat.js']);
});

test('the check finds what it should', async () => {
  expect(await complaints([String.raw`/(?:a+)+b/u`])).not.toEqual([]);
  expect(await complaints([String.raw`/\s+$/u`])).not.toEqual([]);
  expect(await complaints([String.raw`/^\s+/u`])).toEqual([]);
});

async function complaints(patterns: readonly string[]): Promise<string[]> {
  const unique = [...new Set(patterns)];
  const [result] = await linter().lintText(unique.map((pattern) => `void ${pattern};`).join('\n'), {
    filePath: 'a.js',
  });
  return (result?.messages ?? []).map(({ line, message }) => `${unique[line - 1] ?? ''}: ${message}`);
}

function linter(): ESLint {
  return new ESLint({
    overrideConfigFile: true,
    overrideConfig: [
      {
        files: ['**/*.{ts,js}'],
        languageOptions: { parser: tseslint.parser },
        plugins: { regexp },
        rules: {
          'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
          'regexp/no-super-linear-move': ['error', { report: 'potential', ignoreSticky: true }],
        },
      },
    ],
  });
}

/** Where a file calls `RegExp`: while its module loads, or later. */
function putsTogether(file: string): ('module' | 'later')[] {
  return nodesOf(file).flatMap((node) => {
    const isCall = (ts.isNewExpression(node) || ts.isCallExpression(node)) && node.expression.getText() === 'RegExp';
    if (!isCall) return [];
    let outer: ts.Node = node;
    while (!ts.isSourceFile(outer) && !ts.isFunctionLike(outer)) outer = outer.parent;
    return [ts.isSourceFile(outer) ? 'module' : 'later'];
  });
}

function nodesOf(file: string): ts.Node[] {
  const nodes: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    nodes.push(node);
    node.forEachChild(visit);
  };
  visit(ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true));
  return nodes;
}

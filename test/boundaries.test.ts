import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { expect, test } from 'vitest';

/** What each room may import besides itself: folders and files of `src/`, and packages. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  command: ['redemption'],
  sentences: ['command', 'desk', 'redemption'],
  time: ['problem.ts', 'node:'],
  redemption: ['time'],
  ledger: [
    'redemption',
    'postgres',
    'time',
    'log.ts',
    'private-files.ts',
    'problem.ts',
    'kysely',
    'pg',
    'zod',
    'node:',
  ],
  mapping: [
    'platforms/hosts.ts',
    'redemption',
    'postgres',
    'time',
    'log.ts',
    'private-files.ts',
    'utf8.ts',
    'lowdb',
    'zod',
    'kysely',
    'node:',
  ],
  config: [
    'loopback.ts',
    'platforms/bot-settings.ts',
    'platforms/settings.ts',
    'platforms/hosts.ts',
    'platforms/wecom/hosts.ts',
    'platforms/dingtalk/hosts.ts',
    'platforms/feishu/hosts.ts',
    'private-files.ts',
    'proxy.ts',
    'redemption',
    'utf8.ts',
    'fastest-levenshtein',
    'zod',
    'node:',
  ],
  pictures: ['redemption', 'time', '@jsquash', 'zxing-wasm', 'node:'],
  postgres: ['time', 'log.ts', 'kysely', 'pg', 'node:'],
  liantuofu: ['content-coding.ts', 'problem.ts', 'redemption', 'time', 'undici', 'zod', 'pino', 'node:'],
  chat: ['command', 'sentences', 'desk', 'redemption', 'time', 'log.ts'],
  platforms: [
    'chat',
    'command',
    'sentences',
    'content-coding.ts',
    'loopback.ts',
    'proxy.ts',
    'redemption',
    'time',
    'transports',
    'log/describe-error.ts',
    'log.ts',
    'xml2js',
    'zod',
    'undici',
    'node:',
  ],
  desk: ['command', 'redemption', 'log.ts', 'fastest-levenshtein'],
  notices: [
    'command',
    'sentences',
    'redemption',
    'mapping',
    // What the platforms' robots share, and no company's folder.
    'platforms/back-off.ts',
    'platforms/hosts.ts',
    'platforms/http.ts',
    'platforms/links.ts',
    'platforms/robot.ts',
    'platforms/robots.ts',
    'time',
    'log.ts',
    'node:',
  ],
  transports: [
    'chat',
    'ledger',
    'redemption',
    'time',
    'log',
    'log.ts',
    'loopback.ts',
    'problem.ts',
    'proxy.ts',
    'koa',
    '@koa/router',
    'ws',
    'node:',
  ],
  operation: [
    'handed-on.ts',
    'liantuofu',
    'log',
    'log.ts',
    'mapping',
    'notices',
    'problem.ts',
    'redemption',
    'time',
    '@koa/router',
    'prom-client',
    'node:',
  ],
  http: ['log', 'log.ts', 'koa', '@koa/router', 'node:'],
  // Of the sentences the vocabulary only: one word for one thing, in the chat and on pages.
  'vendor-list': ['redemption', 'node:'],
  // An exported spreadsheet is the same from a page as from its command.
  console: [
    'desk',
    'sentences/words.ts',
    'tools/export-formats.ts',
    'redemption',
    'pages',
    'time',
    'log.ts',
    'koa',
    '@koa/router',
    'node:',
  ],
  pages: ['handed-on.ts', 'loopback.ts', 'transports/webhook/body.ts', 'node:'],
};

function importsOf(file: string): string[] {
  const source = readFileSync(file, 'utf8');
  return [...source.matchAll(/(?:from|import)\s+'([^']+)'|import\('([^']+)'\)/g)].map((m) => m[1] ?? m[2] ?? '');
}

function target(file: string, specifier: string): string {
  return specifier.startsWith('.') ? place(join(dirname(file), specifier)) : specifier;
}

/** Where a file stands in `src/`. The sentences, which stand on the desk, are a room of their own: the grammar knows none. */
function place(file: string): string {
  return relative('src', file).replace(/^command\/sentences(?:\.ts)?/, 'sentences');
}

const allowed = (room: string, imported: string) =>
  imported.startsWith(`${room}/`) ||
  (MAY_IMPORT[room] ?? []).some(
    (name) => imported === name || imported.startsWith(`${name}/`) || (name === 'node:' && imported.startsWith(name)),
  );

for (const room of Object.keys(MAY_IMPORT)) {
  test(`${room}/ imports only what it may`, () => {
    const files = globSync('src/*/**/*.ts').filter((file) => `${place(file)}/`.startsWith(`${room}/`));
    expect(files.length).toBeGreaterThan(0);
    const strays = files.flatMap((file) =>
      importsOf(file)
        .map((specifier) => target(file, specifier))
        .filter((imported) => !allowed(room, imported))
        .map((imported) => `${file} → ${imported}`),
    );
    expect(strays).toEqual([]);
  });
}

test('no files import each other in a circle', () => {
  const files = globSync('src/**/*.ts');
  const imports = new Map(
    files.map((file) => [
      file,
      importsOf(file)
        .filter((specifier) => specifier.startsWith('.'))
        .map((specifier) => normalize(join(dirname(file), specifier))),
    ]),
  );
  const done = new Set<string>();
  const circles: string[] = [];
  const follow = (file: string, way: readonly string[]): void => {
    if (way.includes(file)) circles.push([...way.slice(way.indexOf(file)), file].join(' → '));
    if (done.has(file) || way.includes(file)) return;
    for (const imported of imports.get(file) ?? []) follow(imported, [...way, file]);
    done.add(file);
  };
  for (const file of files) follow(file, []);
  expect(circles).toEqual([]);
});

test('a start loads nothing of the setup and the console, no package that only some services need, and none of SQL on its main thread', () => {
  const ofThreads = ['kysely', 'pg', 'ws', 'zxing-wasm', '@jsquash'];
  const loaded = new Set<string>();
  const packages: string[] = [];
  const load = (file: string): void => {
    if (loaded.has(file)) return;
    loaded.add(file);
    for (const specifier of importsAtStart(file)) {
      if (specifier.startsWith('.')) load(normalize(join(dirname(file), specifier)));
      else if (ofThreads.some((name) => `${specifier}/`.startsWith(`${name}/`)))
        packages.push(`${file} → ${specifier}`);
    }
  };
  load('src/main.ts');
  expect(loaded).toContain(normalize('src/service.ts'));
  expect([...loaded].filter((file) => /^src\/(?:console|setup)\//u.test(file))).toEqual([]);
  expect(packages).toEqual([]);
});

/** What a file has loaded with it: no types, and not what it imports later. */
function importsAtStart(file: string): string[] {
  const source = readFileSync(file, 'utf8');
  return [...source.matchAll(/^(?:import|export) (?!type )(?:[^']*? from )?'([^']+)'/gmu)].map((m) => m[1] ?? '');
}

test('the chat knows no HTTP, and no platform by its name', () => {
  const knowing = globSync('src/chat/**/*.ts').filter((file) =>
    /http|status|header|response|wecom|dingtalk|feishu/iu.test(withoutComments(readFileSync(file, 'utf8'))),
  );
  expect(knowing).toEqual([]);
});

test('no channel is known by its name outside of its platform’s folder', () => {
  const knowing = globSync('src/**/*.ts').filter((file) => /'wecom-(?:app|bot)'/u.test(readFileSync(file, 'utf8')));
  expect(knowing.filter((file) => !file.startsWith('src/platforms/wecom/'))).toEqual([]);
});

test('only config.ts and main.ts touch the environment', () => {
  const readers = globSync('src/**/*.ts').filter((file) => /process\.env\b/.test(readFileSync(file, 'utf8')));
  expect(readers).toEqual(['src/config.ts']);
});

test('Chinese stands in the sentences, the grammar, the console, the setup, the sandbox and what reads lists only', () => {
  const elsewhere = globSync('src/**/*.ts').filter(
    (file) =>
      !/^src\/(?:command|console|sandbox|setup|vendor-list)\//.test(file) &&
      /\p{Script=Han}/u.test(withoutComments(readFileSync(file, 'utf8'))),
  );
  // What an operator has to find in a Chinese console is called by its name there, remedies are shown in pages too, and the
  // vendor gives its reasons in sentences only.
  expect(elsewhere.toSorted()).toEqual([
    'src/config/settings.ts',
    'src/liantuofu/refusals.ts',
    'src/platforms/dingtalk/errors.ts',
    'src/platforms/feishu/errors.ts',
    'src/platforms/wecom/errors.ts',
  ]);
});

const withoutComments = (source: string) => source.replace(/\/\*[^]*?\*\/|\/\/.*$/gm, '');

import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';

/** What each room may import besides itself: `src/` folders and files, and packages. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  command: ['redemption'],
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
  mapping: ['redemption', 'postgres', 'log.ts', 'private-files.ts', 'utf8.ts', 'lowdb', 'zod', 'kysely', 'node:'],
  postgres: ['time', 'log.ts', 'kysely', 'pg', 'node:'],
  liantuofu: ['content-coding.ts', 'problem.ts', 'redemption', 'time', 'undici', 'zod', 'pino', 'node:'],
  chat: ['command', 'redemption', 'time', 'log.ts'],
  platforms: [
    'chat',
    'command',
    'content-coding.ts',
    'mapping',
    'notices',
    'redemption',
    'time',
    'transports',
    'log.ts',
    'xml2js',
    'zod',
    'undici',
    'node:',
  ],
  desk: ['chat', 'command', 'redemption', 'log.ts', 'fastest-levenshtein'],
  notices: ['chat', 'command', 'redemption', 'mapping', 'platforms', 'log.ts', 'zod', 'node:'],
  transports: ['chat', 'ledger', 'log', 'koa', '@koa/router', 'node:'],
  operation: [
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
};

function importsOf(file: string): string[] {
  const source = readFileSync(file, 'utf8');
  return [...source.matchAll(/(?:from|import)\s+'([^']+)'|import\('([^']+)'\)/g)].map((m) => m[1] ?? m[2] ?? '');
}

function target(file: string, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier;
  const [, room = ''] = normalize(join(dirname(file), specifier)).split('/');
  return room;
}

const allowed = (room: string, imported: string) =>
  imported === room ||
  (MAY_IMPORT[room] ?? []).some(
    (name) => imported === name || imported.startsWith(`${name}/`) || (name === 'node:' && imported.startsWith(name)),
  );

for (const room of Object.keys(MAY_IMPORT)) {
  test(`${room}/ imports only what it may`, () => {
    const files = globSync(`src/${room}/**/*.ts`);
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

test('Chinese stands in the sentences, the grammar and the sandbox only', () => {
  const elsewhere = globSync('src/**/*.ts').filter(
    (file) =>
      !/^src\/(?:command|sandbox)\//.test(file) && /\p{Script=Han}/u.test(withoutComments(readFileSync(file, 'utf8'))),
  );
  // What an operator has to find in a Chinese console is called by its name there, and the vendor gives its reasons in
  // sentences only.
  expect(elsewhere.toSorted()).toEqual([
    'src/config/settings.ts',
    'src/liantuofu/refusals.ts',
    'src/platforms/wecom/app/late.ts',
  ]);
});

const withoutComments = (source: string) => source.replace(/\/\*[^]*?\*\/|\/\/.*$/gm, '');

import { createHash } from 'node:crypto';
import {
  globSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SettingName } from '../../src/config/settings.ts';
import { createFiles } from '../../src/setup/files.ts';
import { CannotWrite, FilesChanged } from '../../src/setup/ports.ts';

const NOW = Date.UTC(2026, 10, 27, 13, 0, 0);
const MAPPING = { stores: [{ code: 'EW_N1' }], staff: [{ user: 'wecom:zhangsan', store: 'EW_N1' }], conversations: [] };
const KEY = new Map<SettingName, string | null>([['LIANTUOFU_KEY', 'new']]);

let cwd = '';
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'setup-files-'));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

const at = (...names: string[]) => join(cwd, ...names);
const read = (...names: string[]) => readFileSync(at(...names), 'utf8');
const files = (env = {}) => createFiles({ cwd, env, now: () => NOW });

/** All that is in the folder, and what it holds. */
function hash(): string {
  const all = globSync('**', { cwd, withFileTypes: true }).filter((entry) => !entry.isDirectory());
  const lines = all.map((entry) => {
    const path = join(entry.parentPath, entry.name);
    return `${path} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`;
  });
  return lines.toSorted().join('\n');
}

test('both are written for this account alone, with a copy of the former .env', async () => {
  writeFileSync(at('.env'), '# mine\nLIANTUOFU_KEY=old\n', { mode: 0o644 });
  const draft = files();
  const places = { dotenv: at('.env'), mapping: at('data', 'mapping.json') };
  expect(await draft.begin()).toEqual({ places, dotenv: '# mine\nLIANTUOFU_KEY=old\n', mapping: null, problems: [] });
  const { paths } = await draft.write(KEY, MAPPING);
  const copy = at('.env.2026-11-27T13-00-00.bak');
  expect(paths).toEqual([at('.env'), at('data', 'mapping.json'), copy]);
  expect(read('.env')).toBe('# mine\nLIANTUOFU_KEY=new\n');
  expect(JSON.parse(read('data', 'mapping.json'))).toEqual(MAPPING);
  expect(readFileSync(copy, 'utf8')).toBe('# mine\nLIANTUOFU_KEY=old\n');
  for (const path of paths) expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('undone, everything is as it was', async () => {
  writeFileSync(at('.env'), 'LIANTUOFU_KEY=old');
  mkdirSync(at('data'));
  writeFileSync(at('data', 'mapping.json'), '{"stores":[],"staff":[],"note":"mine"}');
  const before = hash();
  const draft = files();
  await draft.begin();
  const written = await draft.write(KEY, MAPPING);
  expect(hash()).not.toBe(before);
  await written.undo();
  expect(hash()).toBe(before);
});

test('undone, what was not there is gone again', async () => {
  const draft = files();
  const before = hash();
  await draft.begin();
  await (await draft.write(KEY, MAPPING)).undo();
  expect(hash()).toBe(before);
});

test.each([
  ['nothing', () => undefined],
  [
    'something',
    () => {
      writeFileSync(at('.env'), 'LIANTUOFU_KEY=old');
      mkdirSync(at('data'));
      writeFileSync(at('data', 'mapping.json'), JSON.stringify({ stores: [], staff: [] }));
    },
  ],
])('undone where there was %s, the same draft can be written again', async (_, prepare) => {
  prepare();
  const draft = files();
  await draft.begin();
  await (await draft.write(KEY, MAPPING)).undo();
  await (await draft.write(KEY, MAPPING)).undo();
  const written = await draft.write(KEY, MAPPING);
  expect(written.paths).toContain(at('.env'));
});

test('to begin a draft changes nothing', async () => {
  writeFileSync(at('.env'), 'LIANTUOFU_KEY=old');
  const before = hash();
  await files().begin();
  expect(hash()).toBe(before);
});

test('a link stays a link, and what it leads to is written', async () => {
  mkdirSync(at('secrets'));
  writeFileSync(at('secrets', 'bot.env'), 'LIANTUOFU_KEY=old\n');
  symlinkSync('secrets/bot.env', at('.env'));
  const draft = files();
  await draft.begin();
  await draft.write(KEY, MAPPING);
  expect(lstatSync(at('.env')).isSymbolicLink()).toBe(true);
  expect(read('secrets', 'bot.env')).toBe('LIANTUOFU_KEY=new\n');
});

test('what is the same already is not written', async () => {
  writeFileSync(at('.env'), 'LIANTUOFU_KEY=new\n');
  mkdirSync(at('data'));
  writeFileSync(at('data', 'mapping.json'), JSON.stringify(MAPPING));
  const before = hash();
  const draft = files();
  await draft.begin();
  expect((await draft.write(KEY, MAPPING)).paths).toEqual([]);
  expect(hash()).toBe(before);
});

test.each(['.env', 'data/mapping.json'])(
  '%s that was edited meanwhile is not overwritten, and nothing else is',
  async (name) => {
    writeFileSync(at('.env'), 'LIANTUOFU_KEY=old\n');
    mkdirSync(at('data'));
    writeFileSync(at('data', 'mapping.json'), '{"stores":[],"staff":[]}');
    const draft = files();
    await draft.begin();
    writeFileSync(at(name), `${read(name)}\n`);
    const before = hash();
    const failed = await draft.write(KEY, MAPPING).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(FilesChanged);
    expect((failed as FilesChanged).text.zh).toContain(at(name));
    expect(hash()).toBe(before);
  },
);

test('the mapping is put back where .env cannot be written, and the sentence names the path', async () => {
  writeFileSync(at('.env'), 'LIANTUOFU_KEY=old\n');
  mkdirSync(at('.env.tmp', 'in the way'), { recursive: true });
  const before = hash();
  const draft = files();
  await draft.begin();
  const failed = await draft.write(KEY, MAPPING).catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(CannotWrite);
  expect((failed as CannotWrite).text.zh).toContain(`${at('.env')}（`);
  expect(hash()).toBe(before);
});

test('.env stays as it is where the mapping cannot be written, and the sentence names the path', async () => {
  writeFileSync(at('.env'), 'DATA_DIR=./file/data\n');
  writeFileSync(at('file'), '');
  const before = hash();
  const draft = files();
  const { problems } = await draft.begin();
  const failed =
    problems[0] ?? (await draft.write(KEY, MAPPING).catch((error: unknown) => (error as CannotWrite).text));
  expect(failed).toMatchObject({ zh: expect.stringContaining(at('file', 'data', 'mapping.json')) as string });
  expect(hash()).toBe(before);
});

test('a mapping that is broken, and a .env that is no text, are said at the beginning', async () => {
  writeFileSync(at('.env'), Buffer.from('BOT_NAMES=\xb2\xe2', 'latin1'));
  mkdirSync(at('data'));
  writeFileSync(at('data', 'mapping.json'), '{"stores":');
  const { problems } = await files().begin();
  expect(problems.map(({ en }) => en)).toEqual([
    expect.stringContaining('not UTF-8'),
    expect.stringContaining(at('data', 'mapping.json')),
  ]);
});

test('the mapping is where the settings say, of the environment first', async () => {
  writeFileSync(at('.env'), 'DATA_DIR=./a\n');
  const draft = files({ DATA_DIR: './b' });
  await draft.begin();
  await draft.write(KEY, MAPPING);
  expect(JSON.parse(read('b', 'mapping.json'))).toEqual(MAPPING);
});

test('of the copies of .env only the latest ten are kept, and nothing else is taken for one', async () => {
  writeFileSync(at('.env.mine.bak'), 'mine');
  for (let hour = 0; hour < 12; hour += 1) {
    const draft = createFiles({ cwd, env: {}, now: () => NOW + hour * 3_600_000 });
    await draft.begin();
    await draft.write(new Map<SettingName, string | null>([['LIANTUOFU_KEY', `key${hour}`]]), MAPPING);
  }
  const copies = globSync('.env.2026*.bak', { cwd }).toSorted();
  expect(copies).toHaveLength(10);
  expect(read(copies.at(-1) ?? '')).toContain('key10');
  expect(read('.env.mine.bak')).toBe('mine');
});

test.each([
  ['a folder', () => mkdirSync(at('.env')), '文件夹'],
  ['a link to itself', () => symlinkSync('.env', at('.env')), '链接'],
  ['a link to a folder that is not there', () => symlinkSync('gone/bot.env', at('.env')), '链接'],
])('.env that is %s is told with what to do', async (_what, make, says) => {
  make();
  const draft = files();
  const { problems } = await draft.begin();
  const failed = await draft.write(KEY, MAPPING).catch((error: unknown) => error);
  expect((failed as CannotWrite).text.zh).toContain(says);
  expect([...problems, (failed as CannotWrite).text].every(({ zh }) => zh.includes(at('.env')))).toBe(true);
});

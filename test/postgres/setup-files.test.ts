import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SettingName } from '../../src/config/settings.ts';
import { readMapping } from '../../src/mapping/read-mapping.ts';
import { readStoredMapping } from '../../src/setup/checks/postgres/stored-mapping.ts';
import { createFiles } from '../../src/setup/files.ts';
import { CannotWrite, FilesChanged } from '../../src/setup/ports.ts';
import { createDatabase } from '../support/databases.ts';

const FIRST = { stores: [{ code: 'EW_N1', name: '人民路店' }], staff: [], conversations: [] };
const SECOND = { ...FIRST, staff: [{ user: 'wecom:zhangsan', store: 'EW_N1' }] };
const KEY = new Map<SettingName, string | null>([['LIANTUOFU_KEY', 'new']]);

let cwd = '';
let url = '';
beforeEach(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'setup-database-'));
  url = await createDatabase();
  writeFileSync(join(cwd, '.env'), `DATABASE_URL=${url}\nLIANTUOFU_KEY=old\n`);
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

const files = () => createFiles({ cwd, env: {}, now: () => 0 });
const dotenv = () => readFileSync(join(cwd, '.env'), 'utf8');
const stored = async () => {
  const row = await readStoredMapping(url);
  return row && readMapping(row.content, 'the row', []);
};

test('the mapping goes into the database, and no file is made; the next draft begins with it', async () => {
  const draft = files();
  expect(await draft.begin()).toMatchObject({ mapping: null, problems: [], places: { mapping: null } });
  expect(await stored()).toBeNull();
  const { paths } = await draft.write(KEY, FIRST);
  expect(paths.filter((path) => path.endsWith('mapping.json'))).toEqual([]);
  expect(await stored()).toEqual(FIRST);
  expect(await files().begin()).toMatchObject({ mapping: FIRST, problems: [] });
});

test('undone, the database and .env say what they said', async () => {
  const first = files();
  await first.begin();
  await first.write(new Map(), FIRST);
  const second = files();
  await second.begin();
  const before = dotenv();
  const written = await second.write(KEY, SECOND);
  expect(await stored()).toEqual(SECOND);
  await written.undo();
  expect(await stored()).toEqual(FIRST);
  expect(dotenv()).toBe(before);
});

test('undone where there was none, nobody is in it', async () => {
  const draft = files();
  await draft.begin();
  await (await draft.write(KEY, SECOND)).undo();
  expect((await stored())?.staff ?? []).toEqual([]);
  expect((await files().begin()).problems).toEqual([]);
});

test('what another instance has written meanwhile is not overwritten, neither by writing nor by undoing', async () => {
  const [ours, theirs] = [files(), files()];
  await ours.begin();
  await theirs.begin();
  const written = await theirs.write(new Map(), FIRST);
  const before = dotenv();
  await expect(ours.write(KEY, SECOND)).rejects.toBeInstanceOf(FilesChanged);
  expect(await stored()).toEqual(FIRST);
  expect(dotenv()).toBe(before);
  await ours.begin();
  await ours.write(new Map(), SECOND);
  await expect(written.undo()).rejects.toBeInstanceOf(FilesChanged);
  expect(await stored()).toEqual(SECOND);
});

test('a database that cannot be reached is said, and nothing is written', async () => {
  writeFileSync(join(cwd, '.env'), 'DATABASE_URL=postgres://nobody:secret-word@127.0.0.1:1/none\n');
  const before = dotenv();
  const draft = files();
  const { problems } = await draft.begin();
  expect(problems).toHaveLength(1);
  expect(JSON.stringify(problems)).not.toContain('secret-word');
  await expect(draft.write(KEY, FIRST)).rejects.toBeInstanceOf(CannotWrite);
  expect(dotenv()).toBe(before);
});

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startChild } from '../support/child.ts';
import { createDatabase } from '../support/databases.ts';

const LIVE = {
  LIANTUOFU_APP_ID: 'EW_N1',
  LIANTUOFU_KEY: 'key',
  WECOM_BOT_TOKEN: 'Token01',
  WECOM_BOT_AES_KEY: 'YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXowMTIzNDU',
};
/** Not as the service would write it: an export must give back what was imported. */
const TEXT = '{"stores":[{"code":"EW_1","nmae":"人民路店"}],\n"staff":[{"user":"wecom:zhangsan","store":"EW_1"}]}\n';

let folder: string;
let url: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mapping-'));
  url = await createDatabase();
});
afterEach(() => rm(folder, { recursive: true }));

async function run(args: readonly string[], database: Record<string, string> = { DATABASE_URL: url }) {
  const child = startChild('src/tools/mapping.ts', { ...LIVE, ...database, DATA_DIR: folder }, args);
  const code = await child.exited;
  return { code, said: child.lines.join('\n'), errors: child.errors() };
}

async function file(name: string, text: string): Promise<string> {
  await writeFile(join(folder, name), text);
  return join(folder, name);
}

describe('npm run mapping', () => {
  test('puts a file into the database and gets it out again, to the letter', async () => {
    const target = join(folder, 'out.json');
    const nothing = await run(['export', target]);
    expect(nothing).toMatchObject({ code: 2, errors: expect.stringContaining('import one') as unknown });

    const imported = await run(['import', await file('in.json', TEXT)]);
    expect(imported).toMatchObject({ code: 0, errors: '' });
    expect(imported.said).toContain('1 stores, 1 staff, 0 conversations');
    expect(imported.said).toContain('stores[0].nmae is not a known field');

    expect(await run(['export', target])).toMatchObject({ code: 0 });
    expect(await readFile(target, 'utf8')).toBe(TEXT);
    const again = await run(['export', target]);
    expect(again).toMatchObject({ code: 2, errors: expect.stringContaining('nothing was overwritten') as unknown });
  });

  test('imports nothing that a service could not use, and says where it is wrong', async () => {
    await run(['import', await file('good.json', TEXT)]);
    const refused = await run(['import', await file('bad.json', TEXT.replace('"store":"EW_1"', '"store":"EW_2"'))]);
    expect(refused.code).toBe(2);
    expect(refused.errors).toContain('bad.json: line 2: staff[0].store is EW_2, which is not the code of a store');
    await run(['export', join(folder, 'out.json')]);
    expect(await readFile(join(folder, 'out.json'), 'utf8')).toBe(TEXT);
  });

  test('needs no setting but DATABASE_URL', async () => {
    const none = Object.fromEntries(Object.keys(LIVE).map((name) => [name, '']));
    const alone = { ...none, DATABASE_URL: url };
    expect(await run(['import', await file('in.json', TEXT)], alone)).toMatchObject({ code: 0, errors: '' });
    expect(await run(['export', join(folder, 'out.json')], alone)).toMatchObject({ code: 0, errors: '' });
    expect(await readFile(join(folder, 'out.json'), 'utf8')).toBe(TEXT);
  });

  test('points at a mapping file that no service reads, while no staff is in the database', async () => {
    const path = await file('mapping.json', TEXT);
    const nothing = await run(['export', join(folder, 'a.json')]);
    expect(nothing).toMatchObject({ code: 2 });
    expect(nothing.errors).toContain(`import one, but there is ${path}`);
    expect(nothing.errors).toContain(`npm run mapping -- import ${path}`);
    await run(['import', await file('empty.json', '{"stores":[],"staff":[]}')]);
    expect((await run(['export', join(folder, 'b.json')])).said).toContain(`npm run mapping -- import ${path}`);
    await run(['import', path]);
    expect((await run(['export', join(folder, 'c.json')])).said).toBe(`exported to ${join(folder, 'c.json')}`);
  });

  test('imports nothing that is not UTF-8', async () => {
    const path = join(folder, 'gbk.json');
    const [head = '', tail = ''] = TEXT.split('人民路店');
    await writeFile(path, Buffer.concat([Buffer.from(head), Buffer.from([0xc8, 0xcb]), Buffer.from(tail)]));
    const refused = await run(['import', path]);
    expect(refused.code).toBe(2);
    expect(refused.errors).toContain('gbk.json: line 1, column 35: this is not UTF-8');
    expect((await run(['export', join(folder, 'out.json')])).errors).toContain('There is no mapping in the database');
  });

  test('says what is wrong with its arguments, its settings, its file or its database', async () => {
    for (const args of [[], ['import'], ['erase', 'x.json'], ['import', 'a.json', 'b.json'], ['--force']])
      expect((await run(args)).errors).toContain('npm run mapping -- import');
    expect((await run(['import', 'none.json'])).errors).toContain('none.json cannot be read');
    const good = await file('good.json', TEXT);
    expect((await run(['import', good], {})).errors).toContain('Without DATABASE_URL');
    const nowhere = await run(['import', good], { DATABASE_URL: 'postgres://me:secret@127.0.0.1:1/none' });
    expect(nowhere).toMatchObject({ code: 2, errors: 'the database cannot be reached (ECONNREFUSED).\n' });
  });
});

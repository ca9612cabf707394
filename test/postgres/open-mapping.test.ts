import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLog } from '../../src/log.ts';
import { MappingTable } from '../../src/mapping/mapping-table.ts';
import { openMapping } from '../../src/mapping/open-mapping.ts';
import { createDatabase } from '../support/databases.ts';

const STAFF = '{"stores":[{"code":"EW_1"}],"staff":[{"user":"wecom:zhangsan","store":"EW_1"}]}';
const STORES = '{"stores":[{"code":"EW_1"}],"staff":[]}';
const NOBODY = '{"stores":[],"staff":[],"conversations":[]}';

let databaseUrl: string;
let dataDir: string;
beforeEach(async () => {
  databaseUrl = await createDatabase();
  dataDir = await mkdtemp(join(tmpdir(), 'mapping-'));
});
afterEach(() => rm(dataDir, { recursive: true }));

/** What a service logs that opens its mapping, which holds `fill` from then on. */
async function start(fill?: string): Promise<string> {
  let logged = '';
  const log = createLog({ level: 'info', destination: { write: (line) => void (logged += line) } });
  const mapping = await openMapping({ databaseUrl, dataDir, robotHosts: [], log });
  await mapping.close();
  if (fill !== undefined) {
    await using table = await MappingTable.open(databaseUrl);
    await table.replace(fill);
  }
  return logged;
}

describe('with PostgreSQL, a mapping file in DATA_DIR', () => {
  const path = () => join(dataDir, 'mapping.json');

  test.each([
    ['staff', STAFF],
    ['stores', STORES],
    ['a mistake', '{"stores":'],
  ])(
    'with %s in it is pointed at, with the command that imports it, until there is staff in the database',
    async (_, text) => {
      await writeFile(path(), text);
      // The first start makes an empty mapping, the second finds that one.
      for (let starts = 0; starts < 2; starts += 1) {
        const logged = await start();
        expect(logged).toContain('"level":"warn"');
        expect(logged).toContain(
          `the mapping in the database names no staff, so all users are unbound, but there is ${path()}`,
        );
        expect(logged).toContain(`npm run mapping -- import ${path()}`);
      }
      await start(STAFF);
      expect(await start()).not.toContain('npm run mapping');
    },
  );

  test('that is not there, or empty, is not spoken of', async () => {
    expect(await start()).not.toContain('npm run mapping');
    await writeFile(path(), NOBODY);
    expect(await start()).not.toContain('npm run mapping');
  });
});

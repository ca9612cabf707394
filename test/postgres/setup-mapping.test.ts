import { expect, test } from 'vitest';
import { beginMapping } from '../../src/setup/mapping-place.ts';
import { createDatabase } from '../support/databases.ts';

const MAPPING = { stores: [{ code: 'EW_N1' }], staff: [{ user: 'wecom:zhangsan', store: 'EW_N1' }], conversations: [] };

test('a mapping in a database that was put back can be written again by the same draft', async () => {
  const place = { dataDir: '/nowhere', databaseUrl: await createDatabase(), robotHosts: [] };
  const empty = await beginMapping(place);
  expect(empty.document).toBeNull();
  for (let at = 0; at < 2; at += 1) {
    await empty.write(MAPPING);
    await empty.restore();
  }
  await empty.write(MAPPING);
  const full = await beginMapping(place);
  expect(full.document).toMatchObject(MAPPING);
  for (let at = 0; at < 2; at += 1) {
    await full.write({ ...MAPPING, staff: [] });
    await full.restore();
  }
  expect((await beginMapping(place)).document).toMatchObject(MAPPING);
});

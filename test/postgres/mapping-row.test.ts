import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createLog } from '../../src/log.ts';
import { openLiveMapping, type LiveMapping } from '../../src/mapping/live-mapping.ts';
import { MappingError } from '../../src/mapping/mapping-error.ts';
import { MappingRow } from '../../src/mapping/mapping-row.ts';
import { MappingTable } from '../../src/mapping/mapping-table.ts';
import type { Mapping } from '../../src/mapping/mapping.ts';
import { query, startPostgres, type PostgresServer } from '../support/postgres.ts';

let server: PostgresServer;
let url = '';
let logged = '';
let opened: LiveMapping[] = [];

beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.destroy());
beforeEach(async () => {
  url = await server.createDatabase();
  logged = '';
  opened = [];
});
afterEach(() => Promise.all(opened.map((mapping) => mapping.close())));

describe('a mapping in the database', () => {
  it('is made by the first service, and shared by all', async () => {
    const [one, two] = await Promise.all([open(), open()]);
    expect(logged.match(/made an empty one/gu)).toHaveLength(1);
    await replace(textOf([]));
    await one.change(...bind('zhangsan'));
    await expect.poll(() => two.directory.findStaff('wecom:zhangsan')).toBeDefined();
  });

  it('loses no change when services change it at once', async () => {
    await replace(textOf([]));
    const services = await Promise.all([open(60_000), open(60_000)]);
    const names = Array.from({ length: 5 }, (_, index) => `u${index}`);
    await Promise.all(
      services.map(async (service, index) => {
        for (const name of names) await service.change(...bind(`${name}-${index}`));
      }),
    );
    expect((await usersStored()).toSorted()).toEqual(names.flatMap((name) => [`${name}-0`, `${name}-1`]));
  });

  it('that is replaced by a broken one changes nothing, and is good again once repaired', async () => {
    await replace(textOf([]));
    const mapping = await open();
    await mapping.change(...bind('zhangsan'));
    await replace('{\n"stores": [}');
    await expect.poll(() => mapping.status().ok).toBe(false);
    expect(mapping.status()).toHaveProperty('problem', expect.stringContaining('line 2, column 12'));
    expect(mapping.directory.findStaff('wecom:zhangsan')).toBeDefined();
    await expect(mapping.change(...bind('lisi'))).rejects.toThrow(MappingError);
    await expect(open()).rejects.toThrow('line 2, column 12');

    await replace(textOf(['lisi']));
    await expect.poll(() => mapping.status()).toEqual({ ok: true });
    expect(mapping.directory.findStaff('wecom:lisi')).toBeDefined();
    expect(mapping.directory.findStaff('wecom:zhangsan')).toBeUndefined();
  });

  it('that is gone changes nothing but the status', async () => {
    await replace(textOf([]));
    const mapping = await open();
    await mapping.change(...bind('zhangsan'));
    await query(url, 'delete from mapping');
    await expect.poll(() => mapping.status()).toHaveProperty('problem', expect.stringContaining('is gone'));
    expect(mapping.directory.findStaff('wecom:zhangsan')).toBeDefined();
    // The second change is the version that the first one was before.
    await replace(textOf(['wangwu']));
    await replace(textOf(['lisi']));
    await expect.poll(() => mapping.directory.findStaff('wecom:lisi')).toBeDefined();
    await expect.poll(() => mapping.status()).toEqual({ ok: true });
  });

  it('stays in force while the database is away, and is followed again when it is back', async () => {
    await replace(textOf([]));
    const mapping = await open();
    await mapping.change(...bind('zhangsan'));
    await server.stop();
    try {
      await expect.poll(() => mapping.status().ok).toBe(false);
      expect(mapping.status()).toHaveProperty('problem', expect.stringContaining('cannot be read'));
      expect(mapping.directory.findStaff('wecom:zhangsan')).toBeDefined();
    } finally {
      await server.start();
    }
    await expect.poll(() => mapping.status()).toEqual({ ok: true });
    await mapping.change(...bind('lisi'));
    expect(await usersStored()).toEqual(['zhangsan', 'lisi']);
  });
});

async function open(pollMs = 20): Promise<LiveMapping> {
  const log = createLog({ level: 'info', destination: { write: (line) => void (logged += line) } });
  const mapping = await openLiveMapping(new MappingRow(await MappingTable.open(url)), { log, pollMs });
  opened.push(mapping);
  return mapping;
}

async function replace(content: string): Promise<void> {
  await using table = await MappingTable.open(url);
  await table.replace(content);
}

function textOf(users: readonly string[]): string {
  const staff = users.map((user) => ({ user: `wecom:${user}`, store: 'EW_1' }));
  return JSON.stringify({ stores: [{ code: 'EW_1' }], staff });
}

function bind(user: string): Parameters<LiveMapping['change']> {
  return [`wecom:${user}`, () => ({ name: null, employeeId: null, storeCode: 'EW_1', role: 'staff' })];
}

async function usersStored(): Promise<string[]> {
  const [row] = await query(url, 'select content from mapping');
  const { staff } = JSON.parse(String(row?.['content'])) as Mapping;
  return staff.map(({ user }) => user.replace('wecom:', ''));
}

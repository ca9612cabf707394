import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createLog } from '../../../src/log.ts';
import { openPostgresLedger } from '../../../src/ledger/postgres/ledger.ts';
import { openSqliteLedger } from '../../../src/ledger/sqlite/ledger.ts';
import { createDatabase } from '../../support/databases.ts';
import { query } from '../../support/postgres.ts';
import { lookAt, openShop, openToAll, PEOPLE, look, type Shop } from '../checks/planted.ts';

interface Fault {
  /** What is wrong. */
  readonly of: string;
  /** By which check it is found. */
  readonly check: string;
  readonly as: 'warn' | 'fail';
  /** What its finding says. */
  readonly says: RegExp;
  readonly plant: (shop: Shop) => unknown;
  /** What else cannot be well then. */
  readonly also?: readonly string[];
}

const withPeople = (shop: Shop, change: object) => {
  shop.mapping = JSON.stringify({ ...PEOPLE, ...change }, null, 2);
};
const withMachine = (shop: Shop, change: Partial<Shop['machine']>) => {
  shop.machine = { ...shop.machine, ...change };
};
const withService = (shop: Shop, change: Partial<NonNullable<Shop['service']>>) => {
  if (shop.service !== null) shop.service = { ...shop.service, ...change };
};
const [store] = PEOPLE.stores;
const [boss, clerk] = PEOPLE.staff;
const bot = { channel: 'wecom-bot', name: 'the bot', by: 'connection', up: false, lastMessageAt: 1 } as const;

const FAULTS: readonly Fault[] = [
  {
    of: 'a port that is no number',
    ...{ check: 'settings', as: 'fail', says: /PORT must be a whole number/u },
    plant: ({ settings }) => (settings['PORT'] = 'eighty'),
  },
  {
    of: 'a mistyped name',
    ...{ check: 'settings', as: 'fail', says: /LIANTOUFU_URL is not a setting: did you mean LIANTUOFU_URL/u },
    plant: ({ settings }) => (settings['LIANTOUFU_URL'] = 'https://example.com'),
  },
  {
    of: 'half a channel',
    ...{ check: 'settings', as: 'fail', says: /WECOM_BOT_SECRET is missing/u },
    plant: ({ settings }) => (settings['WECOM_BOT_SECRET'] = ''),
  },
  {
    of: 'a vendor without encryption',
    ...{ check: 'settings', as: 'warn', says: /LIANTUOFU_URL is http/u },
    plant: ({ settings }) => (settings['LIANTUOFU_URL'] = 'http://vendor.example.com'),
  },
  {
    of: 'no settings at all',
    ...{ check: 'live', as: 'warn', says: /sandbox/u },
    plant({ settings, folder }) {
      for (const name of Object.keys(settings)) settings[name] = '';
      settings['DATA_DIR'] = join(folder, 'data');
      settings['PORT'] = '1';
    },
  },
  {
    of: 'a setting that the environment overrides',
    ...{ check: 'environment', as: 'warn', says: /LIANTUOFU_KEY/u },
    plant: ({ environment }) => (environment['LIANTUOFU_KEY'] = 'an-older-key-9876543210'),
  },
  {
    of: 'a broken mapping',
    ...{ check: 'mapping', as: 'fail', says: /mapping\.json: line 2/u },
    plant: (shop) => (shop.mapping = '{\n  "stores": [,\n'),
  },
  {
    of: 'a mapping with an entry that means nothing',
    ...{ check: 'mapping', as: 'fail', says: /staff\[0\]\.user must be/u },
    plant: (shop) => withPeople(shop, { staff: [{ ...boss, user: '店长' }, clerk] }),
  },
  {
    of: 'no mapping',
    ...{ check: 'mapping', as: 'warn', says: /There is none yet/u, also: ['managers'] },
    plant: (shop) => (shop.mapping = null),
  },
  {
    of: 'a store without staff',
    ...{ check: 'stores', as: 'warn', says: /解放路店 EW_N2/u },
    plant: (shop) => withPeople(shop, { stores: [store, { code: 'EW_N2', name: '解放路店' }] }),
  },
  {
    of: 'no store',
    ...{ check: 'stores', as: 'fail', says: /There is no store/u, also: ['staff', 'managers'] },
    plant: (shop) => withPeople(shop, { stores: [], staff: [] }),
  },
  {
    of: 'staff of a store that is not there',
    ...{ check: 'staff', as: 'fail', says: /staff\[1\]\.store is EW_N9/u, also: ['mapping'] },
    plant: (shop) => withPeople(shop, { staff: [boss, { ...clerk, store: 'EW_N9' }] }),
  },
  {
    of: 'staff without a store',
    ...{ check: 'staff', as: 'fail', says: /staff\[1\]\.store is missing/u, also: ['mapping'] },
    plant: (shop) => withPeople(shop, { staff: [boss, { user: 'wecom:zhangsan' }] }),
  },
  {
    of: 'nobody who is a manager',
    ...{ check: 'managers', as: 'warn', says: /There is none/u },
    plant: (shop) => withPeople(shop, { staff: [clerk] }),
  },
  {
    of: 'a mistyped field',
    ...{ check: 'mapping-fields', as: 'warn', says: /staff\[1\]\.employeeID is not a known field/u },
    plant: (shop) => withPeople(shop, { staff: [boss, { ...clerk, employeeID: 12 }] }),
  },
  {
    of: 'an old Node',
    ...{ check: 'node', as: 'fail', says: /Node 20\.19\.0 is too old/u },
    plant: (shop) => withMachine(shop, { node: '20.19.0' }),
  },
  {
    of: 'little memory',
    ...{ check: 'memory', as: 'warn', says: /256 MB/u },
    plant: (shop) => withMachine(shop, { memory: 256 * 1024 ** 2 }),
  },
  {
    of: 'a disk that is nearly full',
    ...{ check: 'disk-space', as: 'fail', says: /50 MB are free/u },
    plant: (shop) => withMachine(shop, { space: async () => ({ freeBytes: 50 * 1024 ** 2, bytes: 1024 ** 4 }) }),
  },
  {
    of: 'a network share',
    ...{ check: 'disk-kind', as: 'fail', says: /nfs4/u },
    plant: (shop) =>
      withMachine(shop, {
        mounts: async () =>
          `22 1 8:1 / / rw - ext4 /dev/sda1 rw\n40 22 0:50 / ${shop.folder} rw shared:1 - nfs4 10.0.0.9:/bot rw`,
      }),
  },
  {
    of: 'a disk that ends with the container',
    ...{ check: 'disk-kind', as: 'warn', says: /overlay/u },
    plant: (shop) => withMachine(shop, { mounts: async () => '22 1 0:30 / / rw - overlay overlay rw' }),
  },
  {
    of: 'a slow disk',
    ...{ check: 'disk-write', as: 'warn', says: /900 ms/u },
    plant: (shop) => withMachine(shop, { syncMs: async () => 900 }),
  },
  {
    of: 'a folder that may not be written',
    ...{ check: 'disk-write', as: 'fail', says: /may not write/u },
    plant: (shop) => withMachine(shop, { mayWrite: async () => false }),
  },
  {
    of: 'a file where the folder of data should be',
    ...{ check: 'disk-write', as: 'fail', says: /\.env is a file and no folder/u, also: ['mapping'] },
    plant: ({ settings, folder }) => (settings['DATA_DIR'] = join(folder, '.env')),
  },
  {
    of: 'nothing that starts it again',
    ...{ check: 'supervisor', as: 'warn', says: /No systemd unit/u },
    plant: (shop) => withMachine(shop, { units: async () => [{ path: '/etc/systemd/system/cron.service', text: '' }] }),
  },
  {
    of: 'a unit that does not restart it',
    ...{ check: 'supervisor', as: 'warn', says: /not again after a crash/u },
    async plant(shop) {
      const units = (await shop.machine.units()) ?? [];
      withMachine(shop, {
        units: async () => units.map((unit) => ({ ...unit, text: unit.text.replace('Restart=on-failure', '') })),
      });
    },
  },
  {
    of: 'a service that cannot accept messages',
    ...{ check: 'service', as: 'fail', says: /database or disk is full/u },
    plant: (shop) =>
      withService(shop, {
        ready: false,
        problems: [{ what: 'ledger', since: '2026-11-23T04:05:06.000Z', detail: 'database or disk is full' }],
      }),
  },
  {
    of: 'another program at the port',
    ...{ check: 'port', as: 'fail', says: /Another program listens/u },
    async plant(shop) {
      const other = createServer((_, response) => response.end('hello')).listen(0, '127.0.0.1');
      onTestFinished(() => void other.close());
      await once(other, 'listening');
      shop.settings['PORT'] = String((other.address() as AddressInfo).port);
      shop.service = null;
    },
  },
  {
    of: 'an address of another machine as HOST',
    ...{ check: 'port', as: 'fail', says: /HOST=192\.0\.2\.1 is no address of this machine/u },
    plant(shop) {
      shop.settings['HOST'] = '192.0.2.1';
      shop.service = null;
    },
  },
  {
    of: 'a name that has no address as HOST',
    ...{ check: 'port', as: 'fail', says: /HOST=no-such-host\.invalid is no address/u },
    plant(shop) {
      shop.settings['HOST'] = 'no-such-host.invalid';
      shop.service = null;
    },
  },
  {
    of: 'a connection that another client has taken',
    ...{ check: 'wecom-connection', as: 'fail', says: /stop the other client/u, also: ['service'] },
    plant: (shop) =>
      withService(shop, {
        problems: [
          {
            what: 'connection',
            since: '2026-11-23T04:05:06.000Z',
            detail: 'the bot: taken over; stop the other client',
          },
        ],
        bots: [bot],
      }),
  },
  {
    of: 'a service that runs with former settings',
    ...{ check: 'wecom-connection', as: 'warn', says: /former settings/u },
    plant: (shop) =>
      withService(shop, {
        bots: [{ channel: 'wecom-bot', name: '/wecom/bot', by: 'callbacks', up: null, lastMessageAt: 1 }],
      }),
  },
  {
    of: 'a ledger of a newer program',
    ...{ check: 'ledger-version', as: 'fail', says: /0099-from-the-future/u },
    async plant({ folder }) {
      const path = join(folder, 'data', 'ledger.db');
      await (await openSqliteLedger(path)).ledger.close();
      const db = new DatabaseSync(path);
      db.exec("insert into kysely_migration values ('0099-from-the-future', '2027-01-01')");
      db.close();
    },
    also: ['ledger-lock'],
  },
  {
    of: 'a ledger that is none',
    ...{ check: 'ledger-file', as: 'fail', says: /file is not a database/u, also: ['ledger-lock'] },
    plant: ({ folder }) =>
      writeFile(join(folder, 'data', 'ledger.db'), 'this is a text and no ledger\n'.repeat(100), { mode: 0o600 }),
  },
  {
    of: 'a ledger that a service has which does not answer',
    ...{ check: 'ledger-lock', as: 'warn', says: new RegExp(`Process ${process.pid} has it`, 'u') },
    async plant(shop) {
      const { ledger } = await openSqliteLedger(join(shop.folder, 'data', 'ledger.db'));
      onTestFinished(() => ledger.close());
      shop.service = null;
    },
  },
  {
    of: 'a database that cannot be reached',
    ...{ check: 'database', as: 'fail', says: /cannot be reached \(ECONNREFUSED\)/u, also: ['mapping-unread'] },
    plant: ({ settings }) => (settings['DATABASE_URL'] = 'postgres://bot:a-database-password@127.0.0.1:1/bot'),
  },
  {
    of: 'a mapping file beside a database',
    ...{
      check: 'mapping-unread',
      as: 'warn',
      says: /which is not read/u,
      also: ['database-durability', 'mapping', 'managers'],
    },
    plant: async ({ settings }) => (settings['DATABASE_URL'] = await createDatabase()),
  },
  {
    of: 'a database without rights',
    ...{
      check: 'database-rights',
      as: 'fail',
      says: /42501/u,
      also: ['database-durability', 'mapping', 'managers', 'mapping-unread'],
    },
    async plant({ settings }) {
      const url = new URL(await createDatabase());
      const role = `r${url.pathname.slice(1)}`;
      await query(url.href, `create role ${role} login password 'weak'`);
      const owner = url.href;
      onTestFinished(async () => {
        await query(owner, `drop role ${role}`);
      });
      url.username = role;
      url.password = 'weak';
      settings['DATABASE_URL'] = url.href;
    },
  },
  {
    of: 'a database that loses what it has committed',
    ...{
      check: 'database-durability',
      as: 'fail',
      says: /default synchronous_commit of the database is off/u,
      also: ['mapping', 'managers', 'mapping-unread'],
    },
    async plant({ settings }) {
      const url = await createDatabase();
      await query(url, `alter database ${new URL(url).pathname.slice(1)} set synchronous_commit = off`);
      settings['DATABASE_URL'] = url;
    },
  },
  {
    of: 'a database that a newer program has used',
    ...{
      check: 'ledger-version',
      as: 'fail',
      says: /0099-from-the-future/u,
      also: ['database-durability', 'mapping', 'managers', 'mapping-unread'],
    },
    async plant({ settings }) {
      const url = await createDatabase();
      const { ledger } = await openPostgresLedger(url, { log: createLog({ level: 'silent' }) });
      await ledger.close();
      await query(url, "insert into kysely_migration values ('0099-from-the-future', '2027-01-01')");
      settings['DATABASE_URL'] = url;
    },
  },
];

describe('of what is wrong here', () => {
  test.each(FAULTS)('$of is found by $check', async ({ check, as, says, plant, also = [] }) => {
    const shop = await openShop();
    await plant(shop);
    const { results } = await lookAt(shop);
    const found = results.find(({ name }) => name === check);
    expect(found).toMatchObject({ outcome: as, seen: { en: expect.stringMatching(says) as string } });
    expect(found?.todo?.en).toBeTruthy();
    expect(found?.seen.zh).toMatch(/\p{Script=Han}|LIANTUOFU_URL/u);
    const others = results.filter(({ name, outcome }) => name !== check && (outcome === 'warn' || outcome === 'fail'));
    expect(others.filter(({ name }) => !also.includes(name))).toEqual([]);
    expect(JSON.stringify(results)).not.toMatch(/vendor-key|bot-secret|older-key|database-password/u);
  });

  test('files that all accounts can open are found by env-file and data-files, and stay as they are', async () => {
    const shop = await openShop();
    await lookAt(shop);
    await openToAll(join(shop.folder, '.env'));
    await openToAll(join(shop.folder, 'data', 'mapping.json'));
    for (let nth = 0; nth < 2; nth += 1) {
      const { results } = await look(shop);
      const failed = results.filter(({ outcome }) => outcome === 'fail');
      expect(failed.map(({ name }) => name)).toEqual(['env-file', 'data-files']);
      expect(failed[0]?.todo?.en).toBe(`Run chmod 600 ${join(shop.folder, '.env')}`);
    }
  });
});

describe('a good set-up', () => {
  test('is green', async () => {
    const { results, counts } = await lookAt(await openShop());
    expect(results.filter(({ outcome }) => outcome === 'warn' || outcome === 'fail')).toEqual([]);
    expect(counts.ok).toBeGreaterThan(20);
  });

  test('is green on its ledger, and what is looked at stays as it was', async () => {
    const shop = await openShop();
    const data = join(shop.folder, 'data');
    await (await openSqliteLedger(join(data, 'ledger.db'))).ledger.close();
    shop.service = null;
    await lookAt(shop);
    const before = await contents(shop.folder);
    const { results } = await look(shop);
    expect(await contents(shop.folder)).toEqual(before);
    expect(results.filter(({ outcome }) => outcome === 'warn' || outcome === 'fail')).toEqual([]);
    expect(results.find(({ name }) => name === 'ledger-file')?.seen.en).toMatch(/is sound/u);
  });

  test('is green on its database but for what this server is set to, and nothing is made in it', async () => {
    const shop = await openShop();
    const url = await createDatabase();
    shop.settings['DATABASE_URL'] = url;
    shop.mapping = null;
    shop.settings['ADMINS'] = 'wecom:boss';
    const { results } = await lookAt(shop);
    const bad = results.filter(({ outcome }) => outcome === 'warn' || outcome === 'fail');
    expect(bad.map(({ name, seen }) => `${name}: ${seen.en}`)).toEqual([
      expect.stringMatching(/^database-durability: the database has fsync = off/u),
      'mapping: There is none yet, so nobody can redeem.',
    ]);
    expect(await query(url, "select 1 from pg_tables where schemaname = 'public'")).toEqual([]);
  });
});

async function contents(folder: string): Promise<Record<string, string>> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = names.filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name));
  return Object.fromEntries(
    await Promise.all(files.toSorted().map(async (path) => [path, (await readFile(path)).toString('base64')] as const)),
  );
}

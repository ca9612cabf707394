import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Checks, Condition, Health } from '../../src/console/health.ts';
import { noteBackup, readLastBackup } from '../../src/ledger/last-backup.ts';
import { createLog } from '../../src/log.ts';
import { createHealth } from '../../src/wire/health.ts';
import { openTestConsole, type TestConsole } from '../support/console.ts';

const NOW = Date.parse('2026-11-27T08:30:00Z');

const CONDITION: Condition = {
  ready: true,
  problems: [],
  bots: [{ name: '/wecom/app', by: 'callbacks', up: null, lastMessageAt: NOW - 60_000 }],
  backlog: { repliesWaiting: 3, repliesHeld: 4, unknowns: 2, oldestUnknownAt: NOW - 3 * 3_600_000 },
  noticesWaiting: 7,
  vendorCalls: { running: 5, waiting: 1, most: 64 },
  backup: { at: NOW - 26 * 3_600_000, file: '/backups/monday.db' },
  ledger: { kind: 'SQLite', version: '3.50.4', bytes: 5 * 1024 ** 2 },
  program: '1.2.3',
  node: '24.1.0',
  startedAt: NOW - 2 * 86_400_000,
};
const CHECKS: Checks = {
  at: NOW - 30_000,
  results: [
    { group: '这台机器', about: 'Node 版本', outcome: 'ok', seen: 'Node 24。', todo: null },
    { group: '联拓富', about: '密钥', outcome: 'fail', seen: '<b>签名不对</b>', todo: '重新填写密钥' },
  ],
};

let office: TestConsole;
let seen: Partial<Condition> = {};
let last: Checks | null = CHECKS;
let runs = 0;
const health: Health = {
  condition: async () => ({ ...CONDITION, ...seen }),
  lastChecks: () => last,
  async runChecks() {
    runs += 1;
    return CHECKS;
  },
};

beforeAll(async () => {
  office = await openTestConsole({ health, now: () => NOW });
});
afterAll(() => office[Symbol.asyncDispose]());

const page = async (change: Partial<Condition> = {}) => {
  seen = change;
  office.as('wecom:boss');
  return (await office.get('/console/health')).text.replace(/\s+/gu, ' ');
};

test('an admin sees what waits, when messages came, the last backup, versions, and each check with what to do', async () => {
  const text = await page();
  for (const said of [
    '能收消息，没有要处理的事。',
    '2笔',
    '3小时前',
    '3条',
    '4条',
    '7条',
    '5笔（最多同时64笔），排队1笔',
    '/wecom/app',
    '用回调',
    '/backups/monday.db',
    '1天前',
    'SQLite 3.50.4，5.0 MB',
    '1.2.3',
    '已运行2天',
    '重新填写密钥',
  ])
    expect(text).toContain(said);
  expect(text).toContain('&lt;b&gt;签名不对');
});

test('what is wrong is said first, by the name of the part', async () => {
  const problem = { what: 'mapping', since: '2026-11-27T08:00:00Z', detail: 'line 3 is no JSON' };
  const text = await page({ problems: [problem] });
  expect(text).toContain('能收消息，有事要处理。');
  expect(text).toMatch(/<b>对照表<\/b>（.*16:00.*起）：.*line 3 is no JSON/u);
  expect(await page({ ready: false, problems: [problem] })).toContain('现在收不了消息。');
});

test('what cannot be read is not shown as nothing', async () => {
  const text = await page({ backlog: null, noticesWaiting: null, backup: null });
  expect(text.match(/读不了账本/gu)).toHaveLength(4);
  expect(text).toContain('没有记录');
  expect(await page({ backup: { at: NOW - 3 * 86_400_000, file: 'x.db' } })).toContain('有点久了');
});

test('it is for admins only, and so is checking again', async () => {
  for (const user of ['wecom:zhang', 'wecom:li']) {
    office.as(user);
    expect((await office.get('/console/health')).status).toBe(403);
    expect((await office.post('/console/health/again', {})).status).toBe(403);
    expect((await office.get('/console')).text).not.toContain('/console/health');
  }
});

test('the button has the checks run again', async () => {
  office.as('wecom:boss');
  runs = 0;
  const { status, headers } = await office.post('/console/health/again', {});
  expect([status, headers.get('location'), runs]).toEqual([303, '/console/health', 1]);
});

test('a look at the page runs nothing and waits for nothing: it shows what they came to, and how long ago', async () => {
  runs = 0;
  expect(await page()).toContain('查的（不到1分钟前）');
  last = null;
  const text = await page();
  last = CHECKS;
  expect(text).toContain('启动以来还没查过');
  expect(text).toContain('现在查');
  expect(runs).toBe(0);
});

/** The health of a service with these parts. */
function healthOf(dataDir: string, now: () => number, bots: () => never[] = () => []) {
  return createHealth({
    settings: { dataDir, databaseUrl: null },
    condition: { obstacles: async () => [], problems: () => [{ what: 'clock', since: 'x', detail: 'it was set' }] },
    seenBots: bots,
    ledger: office.records.ledger,
    notices: office.records.notices,
    vendor: { load: () => ({ running: 0, waiting: 0, most: 64 }) },
    url: () => 'http://127.0.0.1:1',
    now,
    log: createLog({ level: 'silent' }),
  });
}

test('the checks of the setup run once at a time, are kept, and ask no HTTP of the service itself', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'health-'));
  let clock = NOW;
  let asked = 0;
  const ours = healthOf(
    folder,
    () => clock,
    () => {
      asked += 1;
      return [];
    },
  );
  expect(ours.lastChecks()).toBeNull();
  const [one, other] = await Promise.all([ours.runChecks(), ours.runChecks()]);
  expect(one).toBe(other);
  expect(asked).toBe(1);
  expect(ours.lastChecks()).toBe(one);
  const service = one.results.find(({ about }) => about === '正在运行的服务');
  expect(service?.seen).toContain('it was set');
  clock += 61_000;
  expect(await ours.runChecks()).not.toBe(one);
  await rm(folder, { recursive: true });
});

test('a backup leaves its trace beside the ledger, and a broken trace is none', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'health-'));
  expect(await readLastBackup(folder)).toBeNull();
  await noteBackup(folder, { at: 1, file: '/b/one.db' });
  await noteBackup(folder, { at: NOW, file: '/b/two.db' });
  const condition = await healthOf(folder, () => NOW).condition();
  expect(condition.backup).toEqual({ at: NOW, file: '/b/two.db' });
  expect(condition).toMatchObject({
    noticesWaiting: 0,
    backlog: { repliesWaiting: 0, repliesHeld: 0, unknowns: 0, oldestUnknownAt: null },
    ledger: { kind: 'SQLite' },
    startedAt: NOW,
  });
  expect(condition.program).toMatch(/^\d+\.\d+/u);
  await writeFile(join(folder, 'last-backup.json'), '{"at":');
  expect(await readLastBackup(folder)).toBeNull();
  await rm(folder, { recursive: true });
});

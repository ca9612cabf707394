import { execFileSync } from 'node:child_process';
import { mkdtemp, open, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SANDBOX_CARDS } from '../../src/sandbox/cards.ts';
import { startSimulatedVendor, type SimulatedVendor } from '../../src/sandbox/vendor.ts';
import { sayToApp } from '../support/chats.ts';
import { startChild } from '../support/child.ts';
import { makeShop, MAPPING, startServiceProcess, VENDOR, type RunningService } from '../support/service.ts';

const CARD = SANDBOX_CARDS[0]?.card ?? '';
const NOT_STORED = [200, '未提交：系统暂时存不了记录，次数没有扣，请稍后再试'];
const SLOW = SANDBOX_CARDS.find(({ manner }) => manner === 'slow')?.card ?? '';

let vendor: SimulatedVendor;
let shop: Awaited<ReturnType<typeof makeShop>>;
let service: RunningService;
let ledgerFile: string;
beforeEach(async () => {
  vendor = await startSimulatedVendor({ ...VENDOR, slowMs: 1_000 });
  shop = await makeShop(vendor.url, { ADMINS: 'wecom:boss' });
  ledgerFile = join(shop.dataDir, 'ledger.db');
  service = await startServiceProcess(shop.env);
});
afterEach(async () => {
  await service.end('SIGTERM');
  await vendor.close();
  await shop.clear();
});

const readiness = async () => {
  const response = await fetch(`${service.url}/readyz`);
  return { status: response.status, text: await response.text() };
};
const states = () => {
  const db = new DatabaseSync(ledgerFile, { readOnly: true, timeout: 5_000 });
  const rows = db.prepare('select state from redemptions order by id').all();
  db.close();
  return rows.map(({ state }) => state);
};
/** Another program's transaction on the ledger's file. The service may be writing just now: then it waits for its turn. */
const lockedByAnother = () => {
  const db = new DatabaseSync(ledgerFile, { timeout: 5_000 });
  db.exec('begin immediate');
  return db;
};

test('what cannot be stored in time is told as not submitted, and stays so; it recovers by itself', async () => {
  const say = (messageId: string) => sayToApp(service.url, { content: `核销 ${CARD} 1`, messageId });
  const other = lockedByAnother();
  const refused = await Promise.all([say('1'), say('1')]);
  expect(refused.map(({ status, text }) => [status, text])).toEqual([NOT_STORED, NOT_STORED]);
  expect(await readiness()).toMatchObject({ status: 503, text: expect.stringContaining('locked') as string });
  // Also where it is delivered again while nothing has changed.
  expect((await say('1')).text).toContain('未提交');

  other.exec('rollback');
  other.close();
  await expect.poll(async () => (await readiness()).status).toBe(200);
  await expect.poll(states).toEqual(['unsent']);
  expect((await say('1')).text).toContain('未提交');
  expect(vendor.books.calls).toEqual([]);
  expect((await say('2')).text).toContain('核销成功');
  expect(vendor.books.consumptions).toHaveLength(1);
});

test('and a command that could not be stored in time is carried out never, also not later', async () => {
  const ask = (messageId: string) =>
    sayToApp(service.url, { content: '绑定 wecom:new 12 人民路店 小王', user: 'boss', messageId });
  const other = lockedByAnother();
  expect((await ask('1')).text).toContain('未提交');
  other.exec('rollback');
  other.close();
  await expect.poll(async () => (await ask('1')).text).toContain('未提交');
  expect((await readFile(join(shop.dataDir, 'mapping.json'), 'utf8')).includes('wecom:new')).toBe(false);
  expect((await ask('2')).text).toContain('已绑定');
});

test('storage that is away only for a moment holds a message up, and refuses nothing', async () => {
  const other = lockedByAnother();
  const said = sayToApp(service.url, { content: `核销 ${CARD} 1`, messageId: '1' });
  await sleep(1_500);
  other.exec('rollback');
  other.close();
  expect((await said).text).toContain('核销成功');
  expect(vendor.books.consumptions).toHaveLength(1);
});

test('an outcome that cannot be written is told as it is, and written when storage is back', async () => {
  const answer = sayToApp(service.url, { content: `核销 ${SLOW}`, messageId: '1' });
  await expect.poll(() => vendor.books.consumptions.length).toBe(1);
  const other = lockedByAnother();
  expect((await answer).text).toContain('核销成功');
  expect(states()).toEqual(['pending']);
  other.exec('rollback');
  other.close();
  await expect.poll(states, { timeout: 15_000 }).toEqual(['succeeded']);
});

test('a message that is in hand is told to its next delivery while storage is away, also where there is no late way', async () => {
  const hangUp = new AbortController();
  const say = (signal?: AbortSignal) => sayToApp(service.url, { content: `核销 ${SLOW}`, messageId: '1' }, signal);
  const first = say(hangUp.signal).catch(() => null);
  await expect.poll(() => vendor.books.consumptions.length).toBe(1);
  const other = lockedByAnother();
  hangUp.abort();
  expect(await first).toBeNull();
  expect((await say()).text).toContain('核销成功');
  other.exec('rollback');
  other.close();
  await expect.poll(states, { timeout: 15_000 }).toEqual(['succeeded']);
  expect(vendor.books.consumptions).toHaveLength(1);
});

test('what is stored only while the service ends, for a sender that has hung up, is finished before it has ended', async () => {
  const gone = AbortSignal.timeout(300);
  const say = (content: string, messageId: string, user: string) =>
    sayToApp(service.url, { content, messageId, user }, gone).catch(() => null);
  const other = lockedByAnother();
  const said = [say(`核销 ${CARD} 1`, '1', 'zhangsan'), say('绑定 wecom:new 12 人民路店 小王', '2', 'boss')];
  expect(await Promise.all(said)).toEqual([null, null]);
  const ended = service.end('SIGTERM');
  await sleep(500);
  other.exec('rollback');
  other.close();
  expect(await ended).toBe(0);

  expect(states()).toEqual(['unsent']);
  const db = new DatabaseSync(ledgerFile, { readOnly: true });
  const commands = db.prepare("select answers from messages where message_id = '2'").all();
  db.close();
  expect(commands).toMatchObject([{ answers: expect.stringContaining('已绑定') as string }]);
  expect(await readFile(join(shop.dataDir, 'mapping.json'), 'utf8')).toContain('wecom:new');
  expect(vendor.books.calls).toEqual([]);
});

test('a damaged ledger stops the start with a sentence that says so', async () => {
  await sayToApp(service.url, { content: `核销 ${CARD}`, messageId: '1' });
  await service.end('SIGTERM');
  const file = await open(ledgerFile, 'r+');
  await file.write(Buffer.alloc((await file.stat()).size, 0xaa), 0);
  await file.close();
  const child = startChild('src/main.ts', shop.env);
  expect(await child.exited).toBe(1);
  expect(child.lines.join('\n')).toContain('file is not a database');
});

test('a full disk: no call, and it recovers when there is room again', async (context) => {
  const disk = await mkdtemp(join(tmpdir(), 'disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', disk], { stdio: 'ignore' });
  } catch {
    await rm(disk, { recursive: true });
    context.skip('mounting a small disk needs root');
  }
  const full = await startServiceProcess({ ...shop.env, DATA_DIR: disk, USER_LINES_PER_MINUTE: '10000' });
  try {
    await writeFile(join(disk, 'mapping.json'), JSON.stringify(MAPPING));
    await expect
      .poll(async () => (await sayToApp(full.url, { content: `核销 ${CARD}`, messageId: '1' })).text, {
        timeout: 5_000,
      })
      .not.toBeNull();
    const filler = await open(join(disk, 'filler'), 'w');
    await expect(async () => {
      for (;;) await filler.write(Buffer.alloc(4096));
    }).rejects.toThrow('ENOSPC');
    await filler.close();

    const calls = vendor.books.calls.length;
    expect((await sayToApp(full.url, { content: `核销 ${CARD}`, messageId: '2' })).text).toContain('未提交');
    const ready = await fetch(`${full.url}/readyz`);
    expect([ready.status, await ready.text()]).toEqual([503, expect.stringContaining('full') as string]);
    expect(vendor.books.calls).toHaveLength(calls);

    // A small write finds room where a claim does not: what is said about it has to be true of claims.
    const { size } = await stat(join(disk, 'filler'));
    const many = Array.from({ length: 20 }, (_, line) => `核销 91409535329440${1000 + line} 1 ${'字'.repeat(60)}`).join(
      '\n',
    );
    const told: { readonly stored: boolean; readonly ready: number }[] = [];
    for (let pages = 0; pages < 24; pages += 4) {
      await truncate(join(disk, 'filler'), size - pages * 4096);
      const { text } = await sayToApp(full.url, { content: many, messageId: String(100 + pages) });
      told.push({ stored: text !== NOT_STORED[1], ready: (await fetch(`${full.url}/readyz`)).status });
    }
    expect(told).toContainEqual({ stored: false, ready: 503 });
    expect(told).not.toContainEqual({ stored: false, ready: 200 });

    await rm(join(disk, 'filler'));
    expect((await sayToApp(full.url, { content: `核销 ${CARD}`, messageId: '2' })).text).toContain('未提交');
    const recovered = await sayToApp(full.url, { content: `核销 ${CARD}`, messageId: '3' });
    expect(recovered.text).toMatch(/核销成功|未绑定/);
    expect((await fetch(`${full.url}/readyz`)).status).toBe(200);
  } finally {
    await full.end('SIGTERM');
    execFileSync('umount', [disk]);
    await rm(disk, { recursive: true });
  }
});

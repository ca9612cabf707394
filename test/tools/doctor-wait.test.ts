import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createLog } from '../../src/log.ts';
import { openPostgresLedger } from '../../src/ledger/postgres/ledger.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import { startSimulatedVendor } from '../../src/sandbox/vendor.ts';
import { sayToBot } from '../support/chats.ts';
import { startChild } from '../support/child.ts';
import { createDatabase } from '../support/databases.ts';
import { QUICK } from '../support/gateways/lines.ts';
import { freePort } from '../support/postgres.ts';
import { makeShop, startServiceProcess, VENDOR } from '../support/service.ts';
import { BOT, CARD } from '../setup/listening-at.ts';

let open = new AsyncDisposableStack();
afterEach(async () => {
  const used = open;
  open = new AsyncDisposableStack();
  await used.disposeAsync();
});

/** A shop with a bot that is reached by callbacks, at a port of its own. */
async function openShop(vendorUrl = 'http://127.0.0.1:1', change: Record<string, string> = {}) {
  const port = await freePort();
  const shop = await makeShop(vendorUrl, { PORT: String(port), ...change }, BOT);
  open.defer(shop.clear);
  const say = (text: string, id: string) =>
    sayToBot(`http://127.0.0.1:${port}`, { content: text, messageId: id, chatId: 'wr1' });
  return { ...shop, say };
}

function doctor(env: Record<string, string>, wait = '--wait') {
  const child = startChild('src/tools/doctor.ts', env, ['--json', wait]);
  return {
    child,
    /** Resolves when it waits. */
    waits: () => expect.poll(() => child.errors(), { timeout: 20_000 }).toContain('Waiting for a message'),
    async ended() {
      const code = await child.exited;
      const { checks } = JSON.parse(child.lines.join('\n')) as {
        checks: { name: string; outcome: string; seen: string; todo: string }[];
      };
      return { code, first: checks.find(({ name }) => name === 'first-message') };
    },
  };
}

test('where no service runs it listens itself, says who wrote, and an order that it heard is never carried out', async () => {
  const vendor = await startSimulatedVendor({ ...VENDOR, cards: [QUICK] });
  open.defer(() => vendor.close());
  const { env, say } = await openShop(vendor.url);
  const waiting = doctor(env);
  await waiting.waits();
  expect(waiting.child.errors()).toContain('redeems nothing');
  await expect
    .poll(() => say(`核销 ${CARD}`, 'M-1').catch(() => null), { timeout: 10_000 })
    .toMatchObject({
      text: expect.stringContaining('未提交') as string,
    });
  const { first } = await waiting.ended();
  expect(first).toMatchObject({ outcome: 'ok', seen: expect.stringMatching(/wecom:zhangsan wrote “核销/u) as string });
  expect(first?.seen).not.toContain(CARD);

  const service = await startServiceProcess(env);
  open.defer(async () => {
    await service.end('SIGTERM');
  });
  expect((await say(`核销 ${CARD}`, 'M-1')).text).toContain('未提交');
  expect(vendor.books.consumptions).toEqual([]);
});

test('Ctrl+C ends the waiting with a report, and leaves nothing behind', async () => {
  const { env, dataDir } = await openShop();
  const waiting = doctor(env);
  await waiting.waits();
  waiting.child.process.kill('SIGINT');
  const { code, first } = await waiting.ended();
  expect(code).toBe(130);
  expect(first).toMatchObject({ outcome: 'fail', seen: 'It was ended before a message came.' });
  expect(await readdir(dataDir)).toEqual(['mapping.json']);
});

test('it waits as long as it is told to', async () => {
  const { env } = await openShop();
  const { code, first } = await doctor(env, '--wait=1').ended();
  expect(code).toBe(1);
  expect(first).toMatchObject({ outcome: 'fail', seen: 'No message came.' });
  const wrong = startChild('src/tools/doctor.ts', env, ['--wait=soon']);
  expect(await wrong.exited).toBe(2);
  expect(wrong.errors()).toContain('--wait takes a number of seconds');
});

test('where another instance shares the database it says so, and listens to nothing', async () => {
  const url = await createDatabase();
  const { ledger } = await openPostgresLedger(url, { log: createLog({ level: 'silent' }) });
  open.defer(() => ledger.close());
  const { env } = await openShop(undefined, { DATABASE_URL: url });
  const waiting = doctor(env);
  expect((await waiting.ended()).first).toMatchObject({
    outcome: 'fail',
    seen: 'Running instances that share this database: 1. They have the bots.',
  });
  expect(waiting.child.errors()).toBe('');
});

test('where a service has the ledger at another port it says so, and listens to nothing', async () => {
  const { env, dataDir } = await openShop();
  const { ledger } = await openSqliteLedger(join(dataDir, 'ledger.db'));
  open.defer(() => ledger.close());
  const waiting = doctor(env);
  expect((await waiting.ended()).first).toMatchObject({
    outcome: 'fail',
    seen: expect.stringContaining(`Process ${process.pid} has this ledger`) as string,
  });
  expect(waiting.child.errors()).toBe('');
});

test('where a check says that it could not listen here it does not try, and names that check', async () => {
  const { env } = await openShop();
  const waiting = doctor({ ...env, HOST: '203.0.113.7' });
  expect((await waiting.ended()).first?.seen).toContain('port failed');
  expect(waiting.child.errors()).toBe('');
});

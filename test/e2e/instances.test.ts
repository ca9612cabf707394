import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startSimulatedVendor, type SimulatedVendor } from '../../src/sandbox/vendor.ts';
import { sayToApp } from '../support/chats.ts';
import { startChild } from '../support/child.ts';
import type { AppTextFields } from '../support/wecom.ts';
import { query, startPostgres, type PostgresServer } from '../support/postgres.ts';
import { makeShop, startServiceProcess, VENDOR, type RunningService } from '../support/service.ts';

/** `INSTANCES_LINES=2000` for the long run. */
const LINES = Number(process.env['INSTANCES_LINES'] ?? 150);
const AT_ONCE = 25;

let vendor: SimulatedVendor;
let postgres: PostgresServer;
let databaseUrl: string;
let shop: Awaited<ReturnType<typeof makeShop>>;
let services: RunningService[];

beforeAll(async () => {
  postgres = await startPostgres();
  databaseUrl = await postgres.createDatabase();
  const cards = Array.from({ length: LINES }, (_, index) => ({
    card: cardOf(index),
    label: '',
    balance: 1_000_000,
    expired: false,
    manner: 'normal' as const,
    dynamicCode: null,
  }));
  vendor = await startSimulatedVendor({ ...VENDOR, cards });
  shop = await makeShop(vendor.url, { DATABASE_URL: databaseUrl, USER_LINES_PER_MINUTE: '1000000' });
  const imported = startChild('src/tools/mapping.ts', shop.env, ['import', join(shop.dataDir, 'mapping.json')]);
  expect(await imported.exited, imported.errors()).toBe(0);
  services = await Promise.all([startServiceProcess(shop.env), startServiceProcess(shop.env)]);
}, 60_000);

afterAll(async () => {
  expect(await Promise.all(services.map((service) => service.end('SIGTERM')))).toEqual([0, 0]);
  await vendor.close();
  await postgres.destroy();
  await shop.clear();
}, 60_000);

const cardOf = (index: number) => String(900_000_000_000_000_000n + BigInt(index));

interface Told {
  /** What each instance said first; '' for nothing. */
  readonly first: readonly string[];
  /** What all of them say once the line's outcome is on record. */
  readonly last: string;
}

/**
 * Delivers a message to all at once, and again until they say the same of what is on record: storage that does not answer in
 * time makes them say that it was not submitted, or that they cannot tell yet. As a platform does, with the time of its own.
 */
async function deliver(message: AppTextFields): Promise<Told> {
  const at = Date.now();
  const say = async (url: string) => {
    const { text } = await sayToApp(url, message, undefined, at);
    return (text ?? '').split('【之前的消息】', 1).join('').trim();
  };
  const first = await Promise.all(services.map(({ url }) => say(url)));
  for (let heard = first; ; heard = await Promise.all(services.map(({ url }) => say(url)))) {
    const [last = ''] = heard;
    if (receiptOf(last) !== null && heard.every((text) => text === last)) return { first, last };
  }
}

const receiptOf = (text: string) => /R-[0-9A-Z]+/.exec(text)?.[0] ?? null;

test(
  `two instances that are both delivered every callback make one call a line (${LINES} lines)`,
  async () => {
    let left = Array.from({ length: LINES }, (_, index) => index);
    let refused = 0;
    // Whoever reads that a line was not submitted types it again. A busy machine gets fewer of them at once each time.
    for (let round = 0; left.length > 0; round++) {
      const again: number[] = [];
      const speaker = async () => {
        for (let index = left.pop(); index !== undefined; index = left.pop()) {
          const message = { content: `核销 ${cardOf(index)} 1 L${index}`, messageId: `8${round}000${index}` };
          const { first, last } = await deliver(message);
          expect(last).toMatch(/^(?:核销成功|未提交)/u);
          const isDone = last.startsWith('核销成功');
          if (!isDone) again.push(index);
          expect(vendor.books.consumptions.some(({ remark }) => remark.startsWith(`L${index} `))).toBe(isDone);
          const spoken = first.filter((text) => text !== '');
          expect(spoken.length).toBeGreaterThan(0);
          for (const text of spoken.filter((text) => receiptOf(text) !== null)) {
            expect([text.slice(0, 3), receiptOf(text)]).toEqual([last.slice(0, 3), receiptOf(last)]);
          }
          // What is on no record is never said to have been done.
          for (const text of spoken.filter((text) => receiptOf(text) === null)) expect(text).not.toContain('核销成功');
        }
      };
      await Promise.all(Array.from({ length: Math.max(1, AT_ONCE >> round) }, speaker));
      refused += again.length;
      left = again;
    }

    expect(vendor.books.consumptions).toHaveLength(LINES);
    expect(new Set(vendor.books.consumptions.map(({ remark }) => remark.split(' ')[0])).size).toBe(LINES);
    const rows = await query(databaseUrl, 'select state, count(*)::int as rows from redemptions group by state');
    const expected = [
      { state: 'succeeded', rows: LINES },
      ...(refused > 0 ? [{ state: 'unsent', rows: refused }] : []),
    ];
    expect(rows).toHaveLength(expected.length);
    expect(rows).toEqual(expect.arrayContaining(expected));
  },
  300_000 + LINES * 100,
);

test('the mapping that they share can be taken out, changed and put back while they run', async () => {
  const file = join(shop.dataDir, 'exported.json');
  const exported = startChild('src/tools/mapping.ts', shop.env, ['export', file]);
  expect(await exported.exited, exported.errors()).toBe(0);
  const mapping = JSON.parse(await readFile(file, 'utf8')) as { staff: object[] };
  mapping.staff.push({ user: 'wecom:newcomer', name: '小新', employeeId: 21, store: 'EW_N2949193145', role: 'staff' });
  await writeFile(file, JSON.stringify(mapping));
  const imported = startChild('src/tools/mapping.ts', shop.env, ['import', file]);
  expect(await imported.exited, imported.errors()).toBe(0);
  let serial = 0;
  for (const { url } of services) {
    await expect
      .poll(
        async () =>
          (await sayToApp(url, { content: `核销 ${cardOf(0)}`, messageId: `9000${++serial}`, user: 'newcomer' })).text,
        { timeout: 30_000 },
      )
      .toContain('核销成功');
  }
  await rm(file);
}, 90_000);

/** Says it until it is answered in words: a platform delivers a message again where it was not. */
async function hear(url: string, message: AppTextFields): Promise<string> {
  const { text } = await sayToApp(url, message);
  return text ?? '';
}

test('what one instance refused while the database was away is refused by the others too, as soon as it is back', async () => {
  const message = (messageId: string) => ({ content: `核销 ${cardOf(0)} 1`, messageId });
  const booked = vendor.books.consumptions.length;
  await postgres.stop();
  const [first] = services;
  const refused = await Promise.all(['7001', '7002'].map((id) => hear(first?.url ?? '', message(id))));
  expect(refused.map((text) => text.slice(0, 3))).toEqual(['未提交', '未提交']);
  await postgres.start();
  // Delivered again to the others the moment the database takes it.
  const again = await Promise.all(['7001', '7002'].flatMap((id) => services.map(({ url }) => hear(url, message(id)))));
  for (const text of again) expect(text).toMatch(/^(?:$|未提交)/u);
  await expect
    .poll(() => Promise.all(services.map(({ url }) => hear(url, message('7001')))), { timeout: 30_000 })
    .toEqual(services.map(() => expect.stringContaining('未提交') as string));
  expect(vendor.books.consumptions).toHaveLength(booked);
  // And new ones are redeemed again.
  await expect
    .poll(() => hear(first?.url ?? '', message(`71${Date.now()}`)), { timeout: 30_000 })
    .toContain('核销成功');
}, 60_000);

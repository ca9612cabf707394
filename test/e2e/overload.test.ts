import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, expect, test } from 'vitest';
import type { SandboxCard } from '../../src/sandbox/cards.ts';
import { createChaos } from '../../src/sandbox/vendor-chaos.ts';
import { startSimulatedVendor, type SimulatedVendor } from '../../src/sandbox/vendor.ts';
import { pollBot, sayToApp, sayToBot } from '../support/chats.ts';
import { makeShop, startServiceProcess, VENDOR, type RunningService } from '../support/service.ts';

/** `LOAD_LINES=10000` for the long run. */
const LINES = Number(process.env['LOAD_LINES'] ?? 600);
const MEGABYTE = 1024 * 1024;

let shop: Awaited<ReturnType<typeof makeShop>>;
let vendor: SimulatedVendor;
let service: RunningService;

async function start(options: Partial<Parameters<typeof startSimulatedVendor>[0]>, env: Record<string, string>) {
  vendor = await startSimulatedVendor({ ...VENDOR, ...options });
  shop = await makeShop(vendor.url, { LIANTUOFU_CARD_DETAIL: 'off', ...env });
  service = await startServiceProcess(shop.env);
}
afterEach(async () => {
  expect(await service.end('SIGTERM')).toBe(0);
  await vendor.close();
  await shop.clear();
});

const cardOf = (index: number) => String(900_000_000_000_000_000n + BigInt(index));
const cards = (total: number, manner: SandboxCard['manner']): SandboxCard[] =>
  Array.from({ length: total }, (_, index) => ({
    card: cardOf(index),
    label: '',
    balance: 1_000_000,
    expired: false,
    manner,
    detail: 'shown',
    dynamicCode: null,
  }));

interface Row {
  readonly remark: string;
  readonly state: string;
  readonly reason: string | null;
}
const rows = (): Row[] => {
  const db = new DatabaseSync(join(shop.dataDir, 'ledger.db'), { readOnly: true, timeout: 5_000 });
  const found = db.prepare('select remark, state, reason from redemptions').all();
  db.close();
  return found as unknown as Row[];
};

/**
 * What a message comes to. Delivered again, as a platform does, until that is on record: where the machine is so busy that
 * storage does not answer in time, people are told first that it is under way, or that nothing is known yet.
 */
async function hear(say: typeof sayToApp | typeof sayToBot, content: string, messageId: string): Promise<string> {
  const at = Date.now();
  for (;;) {
    const { status, text, finished } = await say(service.url, { content, messageId }, undefined, at);
    expect(status).toBe(200);
    if (finished && text !== null && RECEIPT.test(text)) return text.split('【之前的消息】', 1).join('').trim();
  }
}
const RECEIPT = /R-[0-9A-Z]+/;

test('a person who types more lines a minute than allowed is told so, and no other person is', async () => {
  await start({ cards: cards(10, 'normal') }, { USER_LINES_PER_MINUTE: '3' });
  const said: string[] = [];
  for (let index = 0; index < 4; index++) {
    said.push(await hear(sayToBot, `核销 ${cardOf(index)}`, `m${index}`));
  }
  // On a very slow machine a minute may have passed since the first.
  const refused = said.filter((text) => text.includes('一分钟'));
  expect(refused.length).toBeLessThanOrEqual(1);
  for (const text of refused) expect(text).toContain('未提交');
  expect(vendor.books.consumptions).toHaveLength(4 - refused.length);
  expect(rows().filter(({ reason }) => reason === 'too-many-lines')).toHaveLength(refused.length);
});

test('of forty messages at once, as many reach the vendor as one person may send in a minute; so do looks at cards', async () => {
  await start({ cards: cards(40, 'normal') }, { USER_LINES_PER_MINUTE: '30' });
  const say = (content: string, messageId: string) =>
    sayToBot(service.url, { content, messageId }).then(({ text }) => text ?? '');
  const forty = await Promise.all(
    Array.from({ length: 40 }, (_, index) => hear(sayToBot, `核销 ${cardOf(index)}`, `forty-${index}`)),
  );
  expect(forty.filter((text) => text.includes('核销成功'))).toHaveLength(30);
  for (const text of forty.filter((text) => !text.includes('核销成功'))) expect(text).toMatch(/未提交.*过一分钟/);
  expect(vendor.books.consumptions).toHaveLength(30);
  // What was delivered before is told as it was, and not counted again.
  expect(await hear(sayToBot, `核销 ${cardOf(0)}`, 'forty-0')).toBe(forty[0]);
  for (const content of [`查询 ${cardOf(0)}`, '确认'])
    expect(await say(content, content)).toMatch(/没有处理.*过一分钟/);
  expect(await say('记录', 'records')).toContain('30次');
});

test('of a hundred looks at cards at once, as many reach the vendor as one person may have in a minute', async () => {
  await start({ cards: cards(40, 'normal') }, { USER_LINES_PER_MINUTE: '30' });
  const looks = await Promise.all(
    Array.from({ length: 100 }, async (_, index) => {
      const messageId = `look-${index}`;
      let heard = await sayToBot(service.url, { content: `查询 ${cardOf(index % 40)}`, messageId });
      while (!heard.finished) heard = await pollBot(service.url, messageId);
      return heard.text ?? '';
    }),
  );
  const turnedAway = looks.filter((text) => text.includes('过一分钟'));
  const lookedUp = looks.filter((text) => text.includes('剩余'));
  expect(lookedUp.length).toBeLessThanOrEqual(30);
  expect(turnedAway.length).toBeLessThanOrEqual(70);
  // Where the machine is so busy that storage does not take a message in time, that is told, and nobody looks.
  const rest = looks.filter((text) => !turnedAway.includes(text) && !lookedUp.includes(text));
  for (const text of rest) expect(text).toMatch(/存不了记录|查不了记录/u);
  expect(vendor.books.looks.length).toBeGreaterThan(0);
  expect(vendor.books.looks.length).toBeLessThanOrEqual(30);
});

test('when the vendor cannot keep up, what could not be sent in time is told that it was not submitted, and is on record', async () => {
  const patient = { USER_LINES_PER_MINUTE: '1000', LIANTUOFU_TIMEOUT_MS: '20000' };
  await start({ cards: cards(400, 'slow'), slowMs: 4_000 }, patient);
  const texts = await Promise.all(
    Array.from({ length: 400 }, (_, index) => hear(sayToApp, `核销 ${cardOf(index)} 1 L${index}`, `7${index}`)),
  );
  const turnedAway = texts.filter((text) => text.startsWith('未提交') && text.includes('次数没有扣'));
  const succeeded = texts.filter((text) => text.startsWith('核销成功'));
  expect(turnedAway.length + succeeded.length).toBe(400);
  expect(vendor.books.consumptions).toHaveLength(succeeded.length);
  expect(rows().filter(({ state }) => state === 'unsent')).toHaveLength(turnedAway.length);
  const tooMany = turnedAway.filter((text) => text.includes('现在发的人太多') && text.includes('稍后再试'));
  expect(rows().filter(({ reason }) => reason === 'busy')).toHaveLength(tooMany.length);
  // 64 every four seconds, until a call would have too little time left to be answered.
  expect(succeeded.length).toBeGreaterThanOrEqual(64);
  expect(succeeded.length).toBeLessThanOrEqual(4 * 64);
  expect(tooMany.length).toBeGreaterThan(0);
}, 120_000);

test(
  `${LINES} lines, 200 at once, with a vendor that is slow, resets and hangs: the books agree and memory stays small`,
  async () => {
    await start(
      { cards: cards(LINES, 'normal'), moods: createChaos('load') },
      { USER_LINES_PER_MINUTE: '1000000', LIANTUOFU_TIMEOUT_MS: '2000' },
    );
    let next = 0;
    let largest = 0;
    const speaker = async () => {
      while (next < LINES) {
        const index = next++;
        const say = () => hear(sayToBot, `核销 ${cardOf(index)} 1 L${index}`, `m${index}`);
        const told = await say();
        if (index % 7 === 0) expect(await say()).toBe(told);
        if (index % 50 === 0) largest = Math.max(largest, await residentBytes());
      }
    };
    await Promise.all(Array.from({ length: 200 }, speaker));

    const consumed = new Map<string, number>();
    for (const { remark } of vendor.books.consumptions) {
      const line = remark.split(' ')[0] ?? '';
      consumed.set(line, (consumed.get(line) ?? 0) + 1);
    }
    expect([...consumed.values()].every((times) => times === 1)).toBe(true);
    const all = rows();
    expect(all).toHaveLength(LINES);
    const states = Object.groupBy(all, ({ state }) => state);
    for (const { remark } of states['succeeded'] ?? []) expect(consumed.has(remark)).toBe(true);
    for (const { remark } of [...(states['refused'] ?? []), ...(states['unsent'] ?? [])]) {
      expect(consumed.has(remark)).toBe(false);
    }
    expect(states['pending']).toBeUndefined();
    expect(states['unknown']?.length).toBeGreaterThan(0);
    expect(largest).toBeLessThan(300 * MEGABYTE);
    const counts = Object.entries(states).map(([state, found]) => `${state} ${found?.length ?? 0}`);
    console.info(`${LINES} lines: ${counts.join(', ')}; largest RSS ${Math.round(largest / MEGABYTE)} MB`);
  },
  180_000 + LINES * 60,
);

/** Where the system tells; 0 elsewhere. */
async function residentBytes(): Promise<number> {
  if (process.platform !== 'linux') return 0;
  const status = await readFile(`/proc/${service.process.pid ?? 0}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? Number.NaN) * 1024;
}

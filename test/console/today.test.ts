import { connect } from 'node:net';
import { request } from 'node:http';
import { readdirSync, readFileSync } from 'node:fs';
import { brotliCompressSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Outcome, Store } from '../../src/redemption/redemption.ts';
import { MAPPING, ONE, TWO } from '../desk/office.ts';
import { newLine, newMessage } from '../ledger/fixtures.ts';
import { openTestConsole, type TestConsole } from '../support/console.ts';

const STORES: Readonly<Record<string, Store>> = {
  [ONE]: { code: ONE, name: '人民路店' },
  [TWO]: { code: TWO, name: '解放路店' },
};
const YES: Outcome = { state: 'succeeded', vendorMsg: null };
const UNKNOWN: Outcome = { state: 'unknown', reason: 'timeout' };

let console: TestConsole;
beforeEach(async () => {
  console = await openTestConsole();
});
afterEach(() => console[Symbol.asyncDispose]());

async function claim(user = 'wecom:zhang', store: string = ONE) {
  const line = newLine({ store: STORES[store] ?? null });
  const [row] = (await console.records.ledger.claim(newMessage({ user }), [line])).message.redemptions;
  if (row === undefined) throw new Error('no row');
  return row;
}
const redeem = async (outcome: Outcome, user?: string, store?: string) =>
  console.records.ledger.settle(await claim(user, store), outcome);

/** The live feed as a browser has it. */
function listen(user: string, path: string, headers: Record<string, string> = {}) {
  const heard = { text: '', ended: false, status: 0, headers: {} as Record<string, unknown> };
  const asked = request(`${console.url}${path}`, { headers: { 'x-visitor': user, ...headers }, agent: false });
  asked.on('response', (response) => {
    heard.status = response.statusCode ?? 0;
    heard.headers = response.headers;
    response.setEncoding('utf8');
    response.on('data', (text: string) => (heard.text += text));
    response.on('close', () => (heard.ended = true));
  });
  asked.on('error', () => (heard.ended = true));
  asked.end();
  return Object.assign(heard, { leave: () => asked.destroy() });
}
const lastId = (text: string) => [...text.matchAll(/^id: (\d+)$/gmu)].at(-1)?.[1] ?? '';

test('shows each the redemptions of the day that they may know of', async () => {
  const zhang = await redeem(YES);
  const li = await redeem(YES, 'wecom:li');
  const zhao = await redeem(UNKNOWN, 'wecom:zhao', TWO);
  const shown = async (user: string, path = '/console') => {
    console.as(user);
    const { text } = await console.get(path);
    return [zhang, li, zhao].filter(({ receipt }) => text.includes(`/console/r/${receipt}`));
  };
  expect(await shown('wecom:zhang')).toEqual([zhang]);
  expect(await shown('wecom:li')).toEqual([zhang, li]);
  expect(await shown('wecom:boss')).toEqual([zhang, li, zhao]);
  expect(await shown('wecom:boss', `/console?store=${TWO}`)).toEqual([zhao]);
  expect(await shown('wecom:boss', '/console?outcome=succeeded')).toEqual([zhang, li]);
  // The store of another manager is not looked at.
  expect(await shown('wecom:li', `/console?store=${TWO}`)).toEqual([zhang, li]);
});

test('leads to what is unknown, also of a day before, and says which is which', async () => {
  const row = await redeem(UNKNOWN);
  console.database.exec('update redemptions set claimed_at = claimed_at - 3 * 86400000');
  console.as('wecom:li');
  const { text } = await console.get('/console');
  expect(text).not.toContain(row.receipt);
  expect(text).toContain('href="/console/unknowns"');
  expect(text).toMatch(/有 <b data-count="unknowns">1<\/b> 笔结果未知/u);
  expect(text).toContain('今天还没有核销');
});

test('a page of 50 rows is small over the wire, and its files are kept by the browser', async () => {
  for (let n = 0; n < 60; n += 1) await redeem(n % 3 === 0 ? UNKNOWN : YES);
  const { port } = new URL(console.url);
  const over = (path: string, coding: string) =>
    new Promise<string>((resolve) => {
      const socket = connect(Number(port), '127.0.0.1');
      let text = '';
      socket.setEncoding('latin1').on('data', (part) => (text += String(part)));
      socket.on('close', () => resolve(text));
      socket.write(
        `GET ${path} HTTP/1.1\r\nHost: x\r\nX-Visitor: wecom:li\r\nAccept-Encoding: ${coding}\r\nConnection: close\r\n\r\n`,
      );
    });
  console.as('wecom:li');
  const { text, headers } = await console.get('/console', { 'accept-encoding': 'identity' });
  expect([...text.matchAll(/<tr\s+id="r/gu)]).toHaveLength(50);
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('content-security-policy')).toContain("default-src 'none'");
  const files = [...text.matchAll(/(?:href|src)="(\/console\/assets\/[^"]+)"/gu)].map(([, path]) => path ?? '');
  const modules = ['busy', 'confirm', 'copy', 'feed', 'refresh', 'search'].map((name) =>
    (files.find((path) => path.endsWith('console.js')) ?? '').replace('console.js', `${name}.js`),
  );
  const page = await over('/console', 'br');
  expect(page).toMatch(/^HTTP\/1.1 200/u);
  let sum = page.length;
  expect(sum).toBeLessThan(12_000);
  for (const path of new Set([...files, ...modules])) {
    const answer = await over(path, 'gzip, br');
    expect(answer).toMatch(/^HTTP\/1.1 200/u);
    expect(answer).toContain('max-age=31536000, immutable');
    sum += answer.length;
  }
  expect(sum).toBeLessThan(30_000);
  expect((await over('/console', 'gzip')).toLowerCase()).toContain('content-encoding: gzip');
});

test('all modules of the console together are at most 4 KB', () => {
  const folder = new URL('../../src/pages/browser/', import.meta.url);
  const read = new Set<string>();
  const add = (name: string) => {
    if (read.has(name)) return;
    read.add(name);
    const text = readFileSync(new URL(name, folder), 'utf8');
    for (const [, other = ''] of text.matchAll(/from '\.\/([^']+)'/gu)) add(other);
  };
  add('console.js');
  expect(readdirSync(folder)).toEqual(expect.arrayContaining([...read]));
  const size = [...read].reduce((sum, name) => sum + brotliCompressSync(readFileSync(new URL(name, folder))).length, 0);
  expect(size).toBeLessThanOrEqual(4096);
});

test('tells live what happens, each what they may know, as the rows of the page', async () => {
  const since = Date.now();
  const li = listen('wecom:li', `/console/feed?since=${since}`);
  const qian = listen('wecom:qian', `/console/feed?since=${since}`);
  await expect.poll(() => li.status).toBe(200);
  expect(li.headers).toMatchObject({ 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
  const row = await claim();
  await expect.poll(() => li.text).toContain('正在核销');
  await console.records.ledger.settle(row, YES);
  await expect.poll(() => li.text).toContain('核销成功');
  const news = li.text.split('\n').filter((line) => line.startsWith('data: {'));
  const { rows, counts } = JSON.parse((news.at(-1) ?? '').slice(6)) as { rows: string[]; counts: object };
  expect(counts).toMatchObject({ succeeded: 1, all: 1, times: 2, unknowns: 0 });
  console.as('wecom:li');
  expect((await console.get('/console')).text.replaceAll(/\s+/gu, '')).toContain(rows[0]?.replaceAll(/\s+/gu, ''));
  // A full card never gets there.
  expect(li.text).not.toContain(row.card);
  expect(qian.text).not.toContain('<tr');
});

test('who comes again hears what happened meanwhile', async () => {
  const first = listen('wecom:li', `/console/feed?since=${Date.now()}`);
  await redeem(YES);
  await expect.poll(() => first.text).toContain('核销成功');
  first.leave();
  const missed = await redeem(UNKNOWN);
  const again = listen('wecom:li', '/console/feed?since=0', { 'last-event-id': lastId(first.text) });
  await expect.poll(() => again.text).toContain(missed.receipt);
  // After too long a time the page loads itself anew.
  const late = listen('wecom:li', '/console/feed', { 'last-event-id': '5' });
  await expect.poll(() => late.text).toContain('event: all');
});

test('who is unbound hears nothing more and is out at once, and so is who asks again', async () => {
  const zhang = listen('wecom:zhang', `/console/feed?since=${Date.now()}`);
  await expect.poll(() => zhang.status).toBe(200);
  await console.mapping.change('wecom:zhang', () => null);
  const row = await redeem(YES);
  await expect.poll(() => zhang.ended).toBe(true);
  expect(zhang.text).toContain('event: out');
  expect(zhang.text).not.toContain(row.receipt);
  const again = listen('wecom:zhang', '/console/feed');
  await expect.poll(() => again.status).toBe(401);
});

test('one person has a few connections at most', async () => {
  const all = Array.from({ length: 9 }, () => listen('wecom:li', '/console/feed'));
  await expect.poll(() => all.filter(({ status }) => status === 200).length).toBe(8);
  await expect.poll(() => all.filter(({ status }) => status === 503).length).toBe(1);
});

test('500 people hear of one redemption, by a few looks at the ledger for all of them', async () => {
  await console[Symbol.asyncDispose]();
  const staff = Array.from({ length: 500 }, (_, n) => ({
    ...{ user: `wecom:m${n}`, name: `店长${n}`, employeeId: n + 1, store: ONE, role: 'manager' as const },
  }));
  console = await openTestConsole({ mapping: { ...MAPPING, staff } });
  const reads = { changes: 0, counts: 0 };
  const { ledger } = console.records;
  for (const [name, counted] of [
    ['findChanges', 'changes'],
    ['countUnknowns', 'counts'],
  ] as const) {
    const read = ledger[name].bind(ledger) as (...args: unknown[]) => unknown;
    Object.assign(ledger, { [name]: (...args: unknown[]) => ((reads[counted] += 1), read(...args)) });
  }
  const people = staff.map(({ user }) => listen(user, `/console/feed?since=${Date.now()}`));
  await expect.poll(() => people.filter(({ status }) => status === 200).length).toBe(500);
  const row = await redeem(YES, 'wecom:m0');
  await expect.poll(() => people.filter(({ text }) => text.includes(row.receipt)).length).toBe(500);
  // One look for all of them, not one for each.
  expect(reads.changes).toBeLessThan(50);
  expect(reads.counts).toBeLessThan(50);
});

test('who comes again after a long time loads the page anew, and nobody else does', async () => {
  const li = listen('wecom:li', `/console/feed?since=${Date.now()}`);
  await expect.poll(() => li.status).toBe(200);
  // More than one look reads, of hours before.
  await redeem(YES);
  const [line] = console.database.prepare('select * from redemptions').all();
  const columns = Object.keys(line ?? {}).filter((name) => name !== 'id');
  const copied = columns.map((name) => {
    if (name === 'receipt') return `'R-' || (10000000 + ?)`;
    if (name === 'line') return '100 + ?';
    return name === 'claimed_at' || name === 'settled_at' ? `${name} - 7200000 + 0 * ?` : name;
  });
  const marks = copied.join().split('?').length - 1;
  const insert = console.database.prepare(
    `insert into redemptions (${columns.join()}) select ${copied.join()} from redemptions order by id limit 1`,
  );
  for (let n = 1; n <= 2_100; n++) insert.run(...Array.from({ length: marks }, () => n));
  const late = listen('wecom:boss', '/console/feed', { 'last-event-id': '5' });
  await expect.poll(() => late.text).toContain('event: all');
  const row = await redeem(UNKNOWN);
  await expect.poll(() => li.text).toContain(row.receipt);
  await expect.poll(() => late.text).toContain(row.receipt);
  expect(li.text).not.toContain('event: all');
});

test('who is signed out hears nothing more at the next heartbeat', { timeout: 30_000 }, async () => {
  const zhang = listen('wecom:zhang', `/console/feed?since=${Date.now()}`);
  const li = listen('wecom:li', `/console/feed?since=${Date.now()}`);
  await expect.poll(() => zhang.status).toBe(200);
  console.signOut('wecom:zhang');
  await expect.poll(() => zhang.ended, { timeout: 20_000 }).toBe(true);
  expect(zhang.text).toContain('event: out');
  // The others hear that the connection is alive, and where they are.
  await expect.poll(() => li.text).toMatch(/^:\nid: \d+$/mu);
  expect(li.ended).toBe(false);
});

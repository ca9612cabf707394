import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';

// Every link of the console of a sandbox that has its history, followed as each of its people.

let dataDir: string;
let app: Awaited<ReturnType<typeof startApp>>;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'links-'));
  app = await startApp(readConfig({ PORT: '0', DATA_DIR: dataDir }), pino({ level: 'silent' }));
}, 60_000);

afterAll(async () => {
  await app.stop();
  await rm(dataDir, { recursive: true });
});

/** Links that differ only in their values are tried so often. */
const TRIED = 4;
/** Where links of each page are looked for. */
const LEVELS = 3;
const OUTCOMES: Readonly<Record<string, string>> = {
  ...{ succeeded: '核销成功', refused: '核销失败', unsent: '未提交', unknown: '结果未知' },
  ...{ pending: '正在核销…', asked: '待确认' },
};

interface Link {
  readonly to: string;
  /** What is written on it. */
  readonly words: string;
}

const plain = (markup: string) =>
  markup
    .replaceAll(/<[^>]*>/gu, ' ')
    .replaceAll(/\s+/gu, ' ')
    .trim();

function linksOf(text: string): Link[] {
  return [...text.matchAll(/<a\s[^>]*href="([^"#]+)"[^>]*>([\s\S]*?)<\/a/gu)].map(([, href = '', inner = '']) => ({
    to: href.replaceAll('&amp;', '&'),
    words: plain(inner),
  }));
}

/** The rows of a table of redemptions, by the names of their columns. */
function rowsOf(text: string): Record<string, string>[] {
  const [, body = ''] = /<tbody[^>]*>([\s\S]*?)<\/tbody>/u.exec(text) ?? [];
  const rows = [...body.matchAll(/<tr[\s\S]*?<\/tr>/gu)].map(([row]) => {
    const cells = row.matchAll(/<td data-column="([^"]+)"[^>]*>([\s\S]*?)<\/td>/gu);
    return Object.fromEntries([...cells].map(([, name = '', cell = '']) => [name, plain(cell)]));
  });
  return rows.filter((row) => '单号' in row);
}

/** What of a filter the page does not keep to. */
function brokenFilters(to: string, text: string): string[] {
  const query = new URL(to, app.url).searchParams;
  const [from, last, outcome, store] = ['from', 'to', 'outcome', 'store'].map((name) => query.get(name));
  const broken: string[] = [];
  for (const row of rowsOf(text)) {
    const time = row['时间'] ?? '';
    // Of today there is only the hour.
    const day = time.length > 11 ? time.slice(0, 10) : null;
    if (from != null && day !== null && day < from) broken.push(`${day} is before ${from}`);
    if (last != null && day !== null && day > last) broken.push(`${day} is after ${last}`);
    if (outcome != null && row['结果']?.startsWith(OUTCOMES[outcome] ?? '?') !== true)
      broken.push(`${row['结果']} is not ${outcome}`);
    if (store != null && row['门店'] !== STORES[store]) broken.push(`${row['门店']} is not ${store}`);
  }
  // What an address says and a page does not know is no filter.
  const known = /^(?:from|to|outcome|store|user|name|tail|like|mine|before)$/u;
  if (to.startsWith('/console/records'))
    for (const name of query.keys()) if (!known.test(name)) broken.push(`${name} is no filter of the records`);
  return broken;
}

const STORES: Readonly<Record<string, string>> = { EW_N2949193145: '人民路店', EW_N2949193146: '解放路店' };

async function logIn(person: string | null): Promise<string> {
  const response = await fetch(`${app.url}/sandbox/console`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ person }),
  });
  expect(response.status).toBe(204);
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
}

describe.each([
  ['staff', 'zhangsan'],
  ['a manager', 'lijingli'],
  ['an admin', null],
])('as %s', (_, person) => {
  test('every link leads to a page that shows what it says', { timeout: 120_000 }, async () => {
    const cookie = await logIn(person);
    const seen = new Set<string>();
    const tried = new Map<string, number>();
    const wrong: string[] = [];
    let next: Link[] = [{ to: '/console', words: '' }];
    for (let level = 0; level <= LEVELS; level++) {
      const found: Link[] = [];
      for (const { to, words } of next) {
        const { pathname, searchParams } = new URL(to, app.url);
        const outcome = searchParams.get('outcome') ?? '';
        const shape = [pathname.replace(/R-\w{8}/u, 'R'), ...[...searchParams.keys()].toSorted(), outcome].join(' ');
        const count = tried.get(shape) ?? 0;
        if (seen.has(to) || count >= TRIED) continue;
        seen.add(to);
        tried.set(shape, count + 1);
        const response = await fetch(`${app.url}${to}`, { headers: { cookie }, redirect: 'manual' });
        const text = await response.text();
        if (response.status !== 200) wrong.push(`${to}: ${response.status}`);
        if (response.headers.get('content-type')?.startsWith('text/html') !== true) continue;
        wrong.push(...brokenFilters(to, text).map((what) => `${to}: ${what}`));
        // A number of redemptions leads to as many.
        const isCount = /^\d+$/u.test(words) && to.startsWith('/console/records');
        const rows = rowsOf(text).length;
        if (isCount && rows !== Math.min(Number(words), 50)) wrong.push(`${to}: ${rows} instead of ${words}`);
        found.push(...linksOf(text).filter(({ to: other }) => other.startsWith('/console')));
      }
      next = found;
    }
    expect(wrong).toEqual([]);
    expect(seen.size).toBeGreaterThan(40);
    expect([...tried.keys()].some((shape) => shape.startsWith('/console/records'))).toBe(true);
  });
});

import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { ONE } from '../desk/office.ts';
import { newLine, newMessage } from '../ledger/fixtures.ts';
import { openTestConsole, type TestConsole } from '../support/console.ts';
import { FAINT_TEXTS, fitsWidth, NAMELESS, PHONE } from './page.ts';
import { findChromium, openBrowser } from './program.ts';

const chromium = findChromium();
const WIDE = { viewport: { width: 1440, height: 900 } };
let browser: Browser;
let console: TestConsole;
beforeAll(async () => {
  if (chromium !== null) browser = await openBrowser(chromium);
});
afterAll(async () => {
  if (chromium !== null) await browser.close();
});
beforeEach(async () => {
  console = await openTestConsole();
  console.as('wecom:boss');
});
afterEach(() => console[Symbol.asyncDispose]());

async function claim(code: string = ONE) {
  const line = newLine({ store: { code, name: code } });
  const [row] = (await console.records.ledger.claim(newMessage({ user: 'wecom:zhang' }), [line])).message.redemptions;
  return row ?? expect.fail('no row');
}

async function open(options: BrowserContextOptions, path = '/console') {
  const context = await browser.newContext({ ...options, locale: 'zh-CN' });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  onTestFinished(async () => {
    await context.close();
    expect(complaints).toEqual([]);
  });
  await page.goto(`${console.url}${path}`);
  return page;
}

test.skipIf(chromium === null)('a redemption comes up by itself, and becomes what it comes to', async () => {
  const page = await open(WIDE);
  await page.getByText('实时更新', { exact: true }).waitFor();
  await page.getByText('今天还没有核销。').waitFor();
  const row = await claim();
  const shown = page.getByRole('row').filter({ hasText: row.receipt });
  await shown.getByText('正在核销…').waitFor();
  await shown.getByRole('link').focus();
  await console.records.ledger.settle(row, { state: 'succeeded', vendorMsg: null });
  await shown.getByText('核销成功').waitFor();
  expect(await shown.count()).toBe(1);
  // Who is on the row with the keyboard stays there.
  expect(await page.evaluate('document.activeElement.textContent')).toBe(row.receipt);
  expect(await page.getByRole('link', { name: '核销成功 1' }).count()).toBe(1);
  expect(await page.getByText('今天还没有核销。').isHidden()).toBe(true);
});

test.skipIf(chromium === null)('works without scripts, and fits a phone, light and dark', async () => {
  const row = await claim();
  await console.records.ledger.settle(row, { state: 'unknown', reason: 'timeout' });
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const size of [PHONE, WIDE]) {
      const page = await open({ ...size, colorScheme, javaScriptEnabled: false });
      await page.getByRole('link', { name: '结果未知 1' }).click();
      await page.waitForURL(/outcome=unknown/u);
      await page.getByText(row.receipt).waitFor();
      await page.getByRole('combobox', { name: '门店' }).selectOption('解放路店');
      await page.getByRole('button', { name: '看', exact: true }).click();
      await page.getByText('今天没有「结果未知」的。').waitFor();
    }
    for (const size of [PHONE, WIDE]) {
      const page = await open({ ...size, colorScheme });
      await page.getByText('实时更新', { exact: true }).waitFor();
      expect(await fitsWidth(page)).toBe(true);
      expect(await page.evaluate(FAINT_TEXTS)).toEqual([]);
      expect(await page.evaluate(NAMELESS)).toEqual([]);
    }
  }
});

test.skipIf(chromium === null)(
  'the store is chosen without another page, and all of the page is about it then',
  async () => {
    const row = await claim();
    const page = await open(WIDE);
    await page.getByText(row.receipt).waitFor();
    await page.getByRole('combobox', { name: '门店' }).selectOption('解放路店');
    await page.getByText('今天还没有核销。').waitFor();
    expect(new URL(page.url()).searchParams.get('store')).toBe('EW_N2');
    // What happens elsewhere does not come up there any more, and the filters stay with the store.
    expect(await page.getByRole('link', { name: '全部 0' }).getAttribute('href')).toBe('/console?store=EW_N2');
    await page.getByText('实时更新', { exact: true }).waitFor();
    await claim();
    const there = await claim('EW_N2');
    await page.getByText(there.receipt).waitFor();
    expect(await page.locator('#rows tr').count()).toBe(1);
    expect(await page.getByRole('link', { name: '全部 1' }).count()).toBe(1);
  },
);

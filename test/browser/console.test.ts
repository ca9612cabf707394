// Walks through the console of the real sandbox. With `PICTURES=<folder>` it leaves a picture of each page.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import process from 'node:process';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { fitsWidth, PHONE } from './page.ts';
import { findChromium, openBrowser, startProgram, type Program } from './program.ts';

const WIDE = { viewport: { width: 1440, height: 900 } };
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** What axe finds on the page, in short. */
const VIOLATIONS = `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
  violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => id + ' at ' + target.join(' '))))`;

/** The people of the sandbox, what their navigation leads to, and what it does not; the colours that they have on a phone, and wide. */
const PEOPLE = [
  {
    name: '张三',
    looks: ['light', 'dark'],
    person: 'zhangsan',
    pages: ['今天', '记录', '结果未知'],
    closed: ['figures', 'staff', 'staff/person', 'staff/changes', 'shops', 'shops/changes', 'reconciliation', 'health'],
  },
  {
    name: '李经理',
    looks: ['dark', 'light'],
    person: 'lijingli',
    pages: ['今天', '记录', '结果未知', '统计', '员工', '门店', '对账'],
    closed: ['health'],
  },
  {
    name: '管理员',
    looks: ['light', 'dark'],
    person: null,
    pages: ['今天', '记录', '结果未知', '统计', '员工', '门店', '对账', '健康'],
    closed: [],
  },
] as const;
const BELOW = {
  店员: [],
  店长: ['staff/person?user=wecom%3Azhangsan', 'staff/person', 'staff/changes', 'shops/changes'],
};

/** Axe takes some seconds a page where others work on the machine. */
const WALK_MS = 180_000;

const chromium = findChromium();

if (chromium === null) {
  const why = 'Chromium is not installed, so the console was not tried in a browser';
  console.warn(why);
  test(`skipped: ${why}`, (context) => context.skip(why));
} else {
  describe('the console of the sandbox, in a real browser', () => walk(chromium));
}

function walk(executable: string): void {
  let program: Program;
  let browser: Browser;
  beforeAll(async () => {
    [program, browser] = await Promise.all([startProgram(), openBrowser(executable)]);
  });
  afterAll(async () => {
    await browser.close();
    expect(await program.stop()).toBe(0);
  });

  /** A browser that has come in as this person. When the test ends, no page of it may have complained. */
  async function enter(person: string | null, options: BrowserContextOptions): Promise<Page> {
    const context = await browser.newContext({ ...options, locale: 'zh-CN', bypassCSP: true });
    const entered = await context.request.post(`${program.url}/sandbox/console`, { data: { person } });
    expect(entered.status()).toBe(204);
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => {
      // A form that comes back with what is wrong with it is no complaint.
      if (['error', 'warning'].includes(message.type()) && !message.text().includes('status of 422'))
        complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => {
      if (!request.url().startsWith(`${program.url}/`)) complaints.push(`asked for ${request.url()}`);
    });
    onTestFinished(async () => {
      await context.close();
      expect(complaints).toEqual([]);
    });
    return page;
  }

  const at = (path: string) => `${program.url}/console${path === '' ? '' : `/${path}`}`;

  async function look(page: Page, what: string): Promise<void> {
    const folder = process.env['PICTURES'];
    const file = `${folder ?? ''}/console ${what}.png`.replaceAll(' ', '-');
    if (folder !== undefined) await page.screenshot({ path: file, fullPage: true });
    expect(await fitsWidth(page), `${what} fits its width`).toBe(true);
    await page.evaluate(AXE);
    expect(await page.evaluate(VIOLATIONS), what).toEqual([]);
  }

  describe.each(PEOPLE)('$name', ({ name, person, pages, closed, looks: [phone, wide] }) => {
    test.each([
      { where: `390 ${phone}`, options: { ...PHONE, colorScheme: phone } },
      { where: `1440 ${wide}`, options: { ...WIDE, colorScheme: wide } },
    ])(
      'sees each page that the navigation has, at $where',
      async ({ where, options }) => {
        const page = await enter(person, options);
        await page.goto(at(''));
        const links = page.getByRole('navigation', { name: '页面' }).getByRole('link');
        expect((await links.allTextContents()).map((text) => text.trim())).toEqual(pages);
        const hrefs: string[] = [];
        for (const link of await links.all()) hrefs.push((await link.getAttribute('href')) ?? '');
        for (const [index, href] of [...hrefs, '/console/mine'].entries()) {
          const response = await page.goto(`${program.url}${href}`);
          expect(response?.status()).toBe(200);
          await look(page, `${name} ${pages[index] ?? '我的'} ${where}`);
        }
        await page.goto(at('records'));
        await page.getByRole('link', { name: /^R-/u }).first().click();
        await page.waitForURL(/\/r\/R-/u);
        await look(page, `${name} 时间线 ${where}`);
        for (const path of BELOW[person === 'zhangsan' ? '店员' : '店长']) {
          expect((await page.goto(at(path)))?.status()).toBe(200);
          await look(page, `${name} ${path.replaceAll(/\W/gu, '-')} ${where}`);
        }
      },
      WALK_MS,
    );

    test('gets 403 for what the navigation does not have', async () => {
      const context = await browser.newContext();
      await context.request.post(`${program.url}/sandbox/console`, { data: { person } });
      for (const path of closed) expect((await context.request.get(at(path))).status(), path).toBe(403);
      await context.close();
    });
  });

  test.each([PHONE, WIDE])(
    'without scripts a redemption is filtered, searched and followed at $viewport.width',
    async (size) => {
      const page = await enter('lijingli', { ...size, javaScriptEnabled: false });
      await page.goto(at('records'));
      const receipt = (await page.getByRole('link', { name: /^R-/u }).first().textContent())?.trim() ?? '';
      await page.getByLabel('查什么').fill(receipt);
      await page.getByRole('button', { name: '查找' }).click();
      // A whole receipt leads to what is meant at once.
      await page.waitForURL(at(`r/${receipt}`));
      await page.goto(at('records'));
      await page.getByRole('link', { name: '核销失败', exact: true }).click();
      await page.waitForURL(/outcome=refused/u);
      await page.getByRole('link', { name: /^R-/u }).first().waitFor();
      expect(await page.getByRole('row').filter({ hasText: '核销成功' }).count()).toBe(0);
    },
  );

  test('without scripts an unknown is settled with a reason, after one more look at what will be on record', async () => {
    const page = await enter('lijingli', { ...PHONE, javaScriptEnabled: false });
    await page.goto(at('unknowns'));
    const first = page.getByLabel('您是怎么知道的？').first();
    await page.getByRole('button', { name: '已核销…' }).first().click();
    await page.getByRole('alert').waitFor();
    await page.goto(at('unknowns'));
    await first.selectOption({ index: 1 });
    const receipt = (await page.getByRole('link', { name: /^R-/u }).first().textContent())?.trim() ?? '';
    await page.getByRole('button', { name: '已核销…' }).first().click();
    await page.getByRole('heading', { name: '请再看一遍' }).waitFor();
    await page.getByRole('button', { name: '确认，就这样记录' }).click();
    await page.waitForURL(/done=/u);
    await page.goto(at(`r/${receipt}`));
    await page.getByText('核销成功').first().waitFor();
  });

  test('without scripts a person is edited after a look at what changes, and the change is undone', async () => {
    const page = await enter('lijingli', { ...PHONE, javaScriptEnabled: false });
    await page.goto(at('staff'));
    await page.getByRole('link', { name: '修改张三' }).click();
    await page.getByLabel('工号').fill('12');
    await page.getByRole('button', { name: '下一步：看看会改什么' }).click();
    await page.getByRole('row', { name: '工号 11 12' }).waitFor();
    await page.getByRole('button', { name: /确认/u }).click();
    await page.getByText('已保存，马上生效。').waitFor();
    await page.getByRole('link', { name: '变更记录和撤销' }).click();
    await page.getByRole('button', { name: /^撤销/u }).first().click();
    await page.getByRole('button', { name: '确认撤销' }).click();
    await page.getByText('已撤销，马上生效。').waitFor();
    await page.goto(at('staff'));
    await page.getByRole('row').filter({ hasText: '张三' }).getByRole('cell', { name: '11', exact: true }).waitFor();
  });
}

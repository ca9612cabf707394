import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { SetupView } from '../../src/setup/ports.ts';
import { EMPTY_VIEW, FakeSetup, report, result, servePages } from '../setup/pages/fake-setup.ts';
import { FAINT_TEXTS, fitsWidth, NAMELESS } from './page.ts';
import { findChromium, openBrowser } from './program.ts';

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const DESKTOP = { viewport: { width: 1440, height: 900 } };

const NAME = '<b>李"经理"</b>';

/** Each page with as much on it as it can have. */
const VENDOR: Partial<SetupView> = {
  steps: { ...EMPTY_VIEW.steps, vendor: 'trouble' },
  vendor: {
    appId: 'EW_N2949193174',
    keyEnds: 'bb30',
    url: '',
    report: report(
      result('ok', '联拓富能不能访问', 'api.liantuofu.com 有应答，用了 0.2 秒。'),
      result(
        'fail',
        '密钥对不对',
        '用这个密钥和用一个故意写错的密钥，联拓富回的话一样：「签名错误」。',
        '从联拓富给您的那封邮件里重新复制密钥：前后不要带空格。',
      ),
      result('warn', '时钟', '这台电脑的时间比联拓富慢 7 秒。', '打开系统设置里的「自动设置时间」。'),
      result('skipped', '次卡详情', '密钥还不对，所以没查。'),
    ),
  },
};
const PLATFORM: Partial<SetupView> = {
  steps: { ...EMPTY_VIEW.steps, vendor: 'done', platform: 'trouble' },
  way: 'feishu-callbacks',
  waysDone: ['feishu-callbacks'],
  values: {
    PUBLIC_URL: { text: 'https://redeem.example.com', ends: null },
    FEISHU_APP_ID: { text: 'cli_a1b2c3d4e5f60718', ends: null },
    FEISHU_APP_SECRET: { text: null, ends: '9Xyz' },
  },
  wayReport: report(
    result('fail', '飞书的凭证', '飞书说 App Secret 不对（10014）。', '从「凭证与基础信息」重新复制。'),
  ),
};
const CONNECT: Partial<SetupView> = {
  steps: { ...EMPTY_VIEW.steps, vendor: 'done', platform: 'done' },
  way: 'wecom-app-callbacks',
  values: {
    PUBLIC_URL: { text: 'https://redeem.example.com/', ends: null },
    WECOM_APP_TOKEN: { text: 'q4Zt8vK2mXp7Lw9Rb3Ns6Yd1', ends: null },
    WECOM_APP_AES_KEY: { text: 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ', ends: null },
  },
  people: {
    stores: [],
    staff: [{ user: 'wecom:lijingli', name: NAME, employeeId: null, store: '', role: 'manager' }],
    conversations: [],
  },
  listening: {
    bots: [
      {
        channel: 'wecom-app',
        name: '/wecom/app',
        by: 'callbacks',
        path: '/wecom/app',
        state: 'waiting',
        why: null,
        checkedAt: null,
      },
      {
        channel: 'x',
        name: 'wecom-bot',
        by: 'connection',
        path: null,
        state: 'down',
        why: { zh: 'Secret 不对：从机器人的页面重新复制。', en: 'Wrong secret: copy it again.' },
        checkedAt: null,
      },
    ],
    heard: [
      {
        user: 'wecom:zhangsan',
        conversation: 'wecom:wrGROUP',
        text: '核销 …4024 2 <script>alert(1)</script>',
        at: 1_790_000_000_000,
      },
      { user: 'wecom:lijingli', conversation: null, text: '帮助', at: 1_790_000_001_000 },
    ],
  },
};

const chromium = findChromium();

if (chromium === null) {
  const why = 'Chromium is not installed, so the pages were not tried in a browser';
  console.warn(why);
  test(`skipped: ${why}`, (context) => context.skip(why));
} else {
  describe('in a real browser', () => tryPages(chromium));
}

function tryPages(executable: string): void {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser(executable);
  });
  afterAll(() => browser.close());

  /** A page that is in; when the test ends, the browser must have complained about nothing. */
  async function open(setup: FakeSetup, path: string, options: BrowserContextOptions = {}): Promise<Page> {
    const url = await servePages(setup);
    const context = await browser.newContext({ ...DESKTOP, locale: 'zh-CN', ...options });
    await context.addCookies([{ name: 'in', value: 'yes', url }]);
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => {
      // A browser says so of every form that was refused.
      if (['error', 'warning'].includes(message.type()) && !/status of 4\d\d/u.test(message.text()))
        complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => {
      if (!request.url().startsWith(url)) complaints.push(`asked for ${request.url()}`);
    });
    onTestFinished(async () => {
      await context.close();
      expect(complaints).toEqual([]);
    });
    await page.goto(url + path);
    return page;
  }

  describe.each([
    ['the overview', '/setup', VENDOR],
    ['the vendor’s page', '/setup/vendor', VENDOR],
    ['the choice of a platform', '/setup/platform', {}],
    ['the page of a platform', '/setup/platform', PLATFORM],
    ['the page of the connection', '/setup/connect', CONNECT],
    ['the page of a connection that is not there yet', '/setup/connect', {}],
  ])('%s', (what, path, view) => {
    test.each([
      ['a phone', 'light', PHONE],
      ['a phone', 'dark', PHONE],
      ['a desktop', 'light', DESKTOP],
      ['a desktop', 'dark', DESKTOP],
    ] as const)('fits %s in %s colours, can be read, and each control has a name', async (where, colorScheme, size) => {
      const page = await open(new FakeSetup(view), path, { ...size, colorScheme });
      await page.evaluate("document.querySelectorAll('details').forEach((fold) => (fold.open = true))");
      expect(await fitsWidth(page)).toBe(true);
      expect(await page.evaluate(NAMELESS)).toEqual([]);
      expect(await page.evaluate(FAINT_TEXTS)).toEqual([]);
      const folder = process.env['PICTURES'];
      if (folder !== undefined)
        await page.screenshot({
          path: `${folder}/${what} ${where} ${colorScheme}.png`.replaceAll(' ', '-'),
          fullPage: true,
        });
    });
  });

  const focused = (page: Page) =>
    page.evaluate('document.activeElement.id || document.activeElement.textContent.trim()');

  test('the keyboard alone is enough: past the header, through the form, and sent', async () => {
    const setup = new FakeSetup();
    const page = await open(setup, '/setup/vendor');
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('跳到正文');
    await page.keyboard.press('Enter');
    expect(page.url()).toContain('#main');
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('field-appId');
    await page.keyboard.type('EW_N1');
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('field-key');
    await page.keyboard.type('k1');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('保存并检查');
    await Promise.all([
      page.waitForResponse((response) => response.request().method() === 'POST'),
      page.keyboard.press('Enter'),
    ]);
    await page.waitForLoadState();
    expect(setup.asked).toEqual([['saveVendor', { appId: 'EW_N1', key: 'k1', url: '' }, 0]]);
  });

  test('the focus goes to the first field with a problem, also where it is folded away', async () => {
    const setup = new FakeSetup();
    setup.next = {
      kind: 'problems',
      problems: [{ field: 'url', message: { zh: '地址要以 https:// 开头。', en: 'https' } }],
    };
    const page = await open(setup, '/setup/vendor');
    await page.getByLabel('appId').fill('EW_N1');
    await page.getByRole('button', { name: '保存并检查' }).click();
    await page.getByRole('alert').waitFor();
    expect(await focused(page)).toBe('field-url');
    expect(await page.getByLabel('appId').inputValue()).toBe('EW_N1');
  });

  test('a connection that comes up and a message that comes in show up by themselves, and what is being typed stays', async () => {
    const setup = new FakeSetup(CONNECT);
    const page = await open(setup, '/setup/connect');
    await page.getByLabel('姓名').fill('张三');
    await page.getByLabel('姓名').focus();
    const { bots, heard } = CONNECT.listening ?? { bots: [], heard: [] };
    const newcomer = { user: 'wecom:new', conversation: null, text: '<i>帮助</i>', at: 1_790_000_002_000 };
    setup.change({
      listening: {
        bots: bots.map((bot) => ({
          ...bot,
          state: 'up' as const,
          why: null,
          checkedAt: bot.path === null ? null : 1_790_000_002_000,
        })),
        heard: [newcomer, ...heard],
      },
    });
    await page.getByText('后台的检查到了', { exact: true }).waitFor();
    await page.getByText('已连上').waitFor();
    await page.getByText('<i>帮助</i>').waitFor();
    const names = await page.getByLabel('姓名').all();
    expect(await Promise.all(names.map((field) => field.inputValue()))).toEqual(['张三', '']);
    expect(await focused(page)).toBe('name-wecom:zhangsan');
    await page.getByRole('button', { name: '设为店长：zhangsan' }).click();
    await page.waitForLoadState();
    expect(setup.asked).toEqual([['takeManager', 'wecom:zhangsan', '张三', 1]]);
  });

  test('a value is copied by its button', async () => {
    const page = await open(new FakeSetup(CONNECT), '/setup/connect');
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('button', { name: '复制 Token' }).click();
    await page.getByText('已复制').first().waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe('q4Zt8vK2mXp7Lw9Rb3Ns6Yd1');
  });

  test('where the browser has no clipboard, the value is copied by selecting it', async () => {
    const page = await open(new FakeSetup(CONNECT), '/setup/connect');
    await page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })");
    await page.getByRole('button', { name: '复制 Token' }).click();
    await page
      .getByText(/已复制|已选中/u)
      .first()
      .waitFor();
    expect(await page.evaluate('getSelection().toString()')).toBe('q4Zt8vK2mXp7Lw9Rb3Ns6Yd1');
  });

  test('without scripts the pages work: a form is sent, and the connection is looked at again by itself', async () => {
    const setup = new FakeSetup(CONNECT);
    const page = await open(setup, '/setup/connect', { javaScriptEnabled: false });
    expect(await page.getByRole('button', { name: /复制/u }).count()).toBe(0);
    await page.getByRole('link', { name: '现在刷新' }).waitFor();
    expect(await page.locator('meta[http-equiv=refresh]').count()).toBe(1);
    await page.getByRole('button', { name: '设为店长：zhangsan' }).click();
    await page.waitForLoadState();
    expect(setup.asked).toEqual([['takeManager', 'wecom:zhangsan', '', 0]]);
  });

  test('the code of the address opens the setup with one key', async () => {
    const page = await open(new FakeSetup(), '/setup');
    await page.context().clearCookies();
    await page.goto(`${new URL(page.url()).origin}/setup?code=right-code`);
    expect(await fitsWidth(page)).toBe(true);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: '五分钟接入真实群聊' }).waitFor();
  });
}

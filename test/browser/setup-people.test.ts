import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { FieldProblem, SetupView } from '../../src/setup/ports.ts';
import { EMPTY_VIEW, report, result, servePages } from '../setup/pages/fake-setup.ts';
import { KeepingSetup } from '../setup/pages/keeping-setup.ts';
import { FAINT_TEXTS, fitsWidth, NAMELESS } from './page.ts';
import { findChromium, openBrowser } from './program.ts';

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const DESKTOP = { viewport: { width: 1440, height: 900 } };

const NAME = '<b>李"经理"</b>';
const PEOPLE: SetupView['people'] = {
  stores: [
    { code: 'EW_N2949193145', name: '人民路店' },
    { code: 'EW_N2949193146', name: NAME },
  ],
  staff: [
    { user: 'wecom:lijingli', name: NAME, employeeId: 11, store: 'EW_N2949193145', role: 'manager' },
    {
      user: 'wecom:woAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
      name: '张三',
      employeeId: null,
      store: 'EW_N2949193146',
      role: 'staff',
    },
  ],
  conversations: [{ id: 'wecom:wrAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', store: 'EW_N2949193145' }],
};
const HEARD = [
  { user: 'wecom:zhaomin', conversation: 'wecom:wrBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB', text: NAME, at: 1_800_000_000_000 },
  { user: 'wecom:lijingli', conversation: null, text: '帮助', at: 1_800_000_000_000 },
];
const steps = { ...EMPTY_VIEW.steps, vendor: 'done', platform: 'done', connect: 'done' } as const;
const LISTENED: Partial<SetupView> = { steps, listening: { bots: [], heard: HEARD } };
const FULL: Partial<SetupView> = {
  ...LISTENED,
  people: PEOPLE,
  robots: [
    {
      platform: 'wecom',
      url: 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k-1234',
      secret: null,
      store: null,
    },
    {
      platform: 'dingtalk',
      url: 'https://oapi.dingtalk.com/robot/send?access_token=t-5678',
      secret: 'SECabcd9999',
      store: 'EW_N2949193145',
    },
  ],
};
const SUMMARY: Partial<SetupView> = {
  ...FULL,
  way: 'wecom-connection',
  vendor: { appId: 'EW_N2949193174', keyEnds: 'bb30', url: '', report: null },
  values: { WECOM_BOT_ID: { text: 'aibXYZ', ends: null }, WECOM_BOT_SECRET: { text: null, ends: 'zz99' } },
  summary: report(
    result('ok', '联拓富能不能访问', 'api.liantuofu.com 有应答。'),
    result('fail', '密钥对不对', `联拓富说「${NAME}」。`, '重新复制密钥。'),
    { ...result('warn', '磁盘', '还剩 900 MB。', '腾出一些空间。'), group: 'storage' },
    { ...result('skipped', '公网地址', '用的是长连接，不需要。'), group: 'public' },
  ),
};
const failed = { state: 'failed', why: { zh: `端口 3000 ${NAME} 被占用。`, en: 'x' }, written: [] } as const;
const live = { state: 'live', why: null, written: ['/srv/bot/.env', '/srv/bot/data/mapping.json'] } as const;

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

  async function open(setup: KeepingSetup, path: string, options: BrowserContextOptions = {}): Promise<Page> {
    const url = await servePages(setup);
    const context = await browser.newContext({ ...DESKTOP, locale: 'zh-CN', ...options });
    await context.addCookies([{ name: 'in', value: 'yes', url }]);
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => {
      // A browser says so of every form that was refused, and of a server that is away.
      if (['error', 'warning'].includes(message.type()) && !/status of 4\d\d|ERR_FAILED/u.test(message.text()))
        complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    onTestFinished(async () => {
      await context.close();
      expect(complaints).toEqual([]);
    });
    await page.goto(url + path);
    return page;
  }

  const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).click();
  const field = (page: Page, name: string) => page.locator(`[name="${name}"]`);

  /** As a copied table is: the first store's cells are merged over its two people. */
  const SHEET = [
    '门店编号\t门店名称\t姓名\t账号\t工号\t角色',
    'EW_N1\t人民路店\t李经理\twecom:li\t10\t店长',
    '\t\t张三\twecom:zhang\t11\t店员',
    'EW_N2\t解放路店\t赵敏\twecom:zhao\t十二\t店员',
  ].join('\n');

  test.each([
    ['with scripts', true],
    ['without scripts', false],
  ])(
    'a spreadsheet is pasted, what was not understood is mended, and it goes on (%s)',
    async (_with, javaScriptEnabled) => {
      const setup = new KeepingSetup(LISTENED, {
        people: ({ staff }) =>
          staff.flatMap(({ user }, at): FieldProblem[] =>
            user.includes(' ') ? [{ field: `staff[${at}].user`, message: { zh: '账号不能有空格。', en: '-' } }] : [],
          ),
      });
      const page = await open(setup, '/setup/people', { javaScriptEnabled });
      await page.getByText('从表格粘贴').click();
      await page.getByLabel('从 Excel、WPS').fill(SHEET);
      await press(page, '看看读懂了什么');
      const understood = page.getByRole('status').filter({ hasText: '读懂了' });
      await understood.waitFor();
      expect(await understood.innerText()).toContain('2 家门店');
      expect(await understood.innerText()).toContain('合并');
      expect(await understood.innerText()).toMatch(/第 4 行[^]*十二/u);
      expect(setup.view().people.stores).toEqual([]);

      await press(page, '加到名单里');
      await page.waitForURL('**/setup/people');
      expect(setup.view().people.staff.map(({ store }) => store)).toEqual(['EW_N1', 'EW_N1', 'EW_N2']);
      await field(page, 'staff[2].employeeId').fill('12');
      await field(page, 'staff[1].user').fill('wecom:zhang san');
      await press(page, '下一步');
      // What is wrong is told at its field, which has the focus, and nothing of the form is lost.
      expect(await page.getByRole('alert').innerText()).toContain('账号不能有空格');
      expect(await page.evaluate('document.activeElement.name')).toBe('staff[1].user');
      expect(await field(page, 'staff[2].employeeId').inputValue()).toBe('12');
      await field(page, 'staff[1].user').fill('wecom:zhang');
      await field(page, 'staff[1].user').press('Enter');
      await page.waitForURL('**/setup/robots');
      expect(setup.view().people.staff.at(-1)).toMatchObject({ employeeId: 12, store: 'EW_N2' });
    },
  );

  test('who wrote becomes a manager by one tap, and the only store is theirs', async () => {
    const setup = new KeepingSetup({
      ...LISTENED,
      people: { ...PEOPLE, stores: PEOPLE.stores.slice(0, 1), staff: [] },
    });
    const page = await open(setup, '/setup/people', PHONE);
    await press(page, '设为店长 wecom:zhaomin');
    await page.waitForURL('**/setup/people');
    expect(setup.view().people.staff).toMatchObject([
      { user: 'wecom:zhaomin', role: 'manager', store: 'EW_N2949193145' },
    ]);
    await field(page, 'staff[0].name').fill('赵敏');
    await press(page, '下一步');
    await page.waitForURL('**/setup/robots');
  });

  test('a second tab overwrites nothing', async () => {
    const setup = new KeepingSetup(FULL);
    const page = await open(setup, '/setup/people');
    await press(page, '再加一家门店');
    setup.savePeople({ ...PEOPLE, stores: PEOPLE.stores.slice(0, 1) }, setup.view().revision);
    await press(page, '下一步');
    expect(await page.getByRole('alert').innerText()).toContain('别的窗口');
    expect(setup.view().people.stores).toHaveLength(1);
  });

  test('a group robot is added and tried, and its address is shown by its end only', async () => {
    const setup = new KeepingSetup({ ...LISTENED, people: PEOPLE });
    const page = await open(setup, '/setup/robots');
    await page.getByLabel('Webhook 地址').fill('https://open.feishu.cn/open-apis/bot/v2/hook/abcd-9876');
    await press(page, '保存这个群机器人');
    await page.getByRole('heading', { name: '飞书 ••••9876' }).waitFor();
    await press(page, '发一条测试消息');
    await page.getByText('发出去了').waitFor();
    expect(await page.content()).not.toContain('abcd-');
    await press(page, '移除');
    expect(setup.view().robots).toEqual([]);
  });

  test('going live is followed to its end, also while the service does not answer', async () => {
    const setup = new KeepingSetup({ ...SUMMARY, summary: report(result('ok', '密钥', '对的。')) });
    const page = await open(setup, '/setup/summary');
    await press(page, '上线');
    await page.getByText('正在写设置').waitFor();
    await page.route('**/setup/**', (route) => route.abort());
    await page.waitForTimeout(2_000);
    await page.unroute('**/setup/**');
    setup.change({ live });
    await page.getByText('已经上线，现在').waitFor();
    expect(await page.getByText('npm run doctor').count()).toBe(2);
  });

  describe.each([
    ['the people', '/setup/people', FULL],
    ['the people before there are any', '/setup/people', LISTENED],
    ['the robots', '/setup/robots', FULL],
    ['the summary', '/setup/summary', SUMMARY],
    ['a failed start', '/setup/summary', { ...SUMMARY, live: failed }],
    ['the end', '/setup/summary', { ...SUMMARY, world: 'live' as const, live }],
  ])('the page of %s', (what, path, view) => {
    test.each([
      ['a phone', 'light', PHONE],
      ['a phone', 'dark', PHONE],
      ['a desktop', 'light', DESKTOP],
      ['a desktop', 'dark', DESKTOP],
    ] as const)('fits %s in %s colours, can be read, and each control has a name', async (where, colorScheme, size) => {
      const page = await open(new KeepingSetup(view), path, { ...size, colorScheme });
      await page.evaluate("document.querySelectorAll('details').forEach((fold) => (fold.open = true))");
      expect(await fitsWidth(page)).toBe(true);
      expect(await page.evaluate(NAMELESS)).toEqual([]);
      expect(await page.evaluate(FAINT_TEXTS)).toEqual([]);
      const folder = process.env['PICTURES'];
      const file = `${folder ?? ''}/${what} ${where} ${colorScheme}.png`.replaceAll(' ', '-');
      if (folder !== undefined) await page.screenshot({ path: file, fullPage: true });
    });
  });
}

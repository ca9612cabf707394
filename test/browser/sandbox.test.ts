import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SANDBOX_CARDS } from '../../src/sandbox/cards.ts';
import { become, DESKTOP, FAINT_TEXTS, fitsWidth, input, NARROW, openPage, PHONE } from './page.ts';
import { findChromium, openBrowser, startProgram, type Program } from './program.ts';

const card = SANDBOX_CARDS.find(({ manner }) => manner === 'normal')?.card ?? '';
const slow = SANDBOX_CARDS.find(({ manner }) => manner === 'slow')?.card ?? '';

const chromium = findChromium();

if (chromium === null) {
  const why = 'Chromium is not installed, so the page was not tried in a browser';
  console.warn(why);
  test(`skipped: ${why}`, (context) => context.skip(why));
} else {
  describe('in a real browser', () => tryPage(chromium));
}

function tryPage(executable: string): void {
  let program: Program;
  let browser: Browser;

  beforeAll(async () => {
    [program, browser] = await Promise.all([startProgram(), openBrowser(executable)]);
  });

  afterAll(async () => {
    await browser.close();
    expect(await program.stop()).toBe(0);
  });

  const open = (options: BrowserContextOptions) => openPage(browser, program, options);

  /** Types and sends; resolves with the finished answer to it. */
  async function ask(page: Page, text: string): Promise<string> {
    const bubbles = page.locator('.bot:not(.working) .bubble');
    await page.locator('.entry').first().waitFor();
    const before = await bubbles.count();
    await input(page).fill(text);
    await input(page).press('Enter');
    await bubbles.nth(before).waitFor();
    return bubbles.nth(before).innerText();
  }

  test.each([
    ['a phone', PHONE],
    ['a desktop', DESKTOP],
  ])('a redemption typed on %s gets its reply', async (_where, size) => {
    const page = await open(size);
    await become(page, '张三');
    const reply = await ask(page, `核销 ${card} 2`);
    expect(reply).toContain('【沙箱】');
    expect(reply).toContain('核销成功');
    expect(reply).toContain('人民路店');
    expect(await input(page).inputValue()).toBe('');
    expect(await page.locator('.mine .bubble').last().innerText()).toBe(`@核销助手 核销 ${card} 2`);
  });

  test('an unbound person is told so, with their id', async () => {
    const page = await open(PHONE);
    await become(page, '路人');
    const reply = await ask(page, `核销 ${card} 1`);
    expect(reply).toContain('未绑定');
    expect(reply).toContain('wecom:luren');
  });

  test('a refusal reaches the manager in the vendor’s words', async () => {
    const page = await open(PHONE);
    await become(page, '李经理');
    expect(await ask(page, '核销 100000000000009999 1')).toContain('核销失败「次卡不存在」');
  });

  test('a card that answers slowly shows a bubble that says so, which then becomes the outcome', async () => {
    const page = await open(PHONE);
    await become(page, '赵敏');
    await page.locator('.entry').first().waitFor();
    const working = page.locator('.working .bubble', { hasText: '【沙箱】' });
    const [reply] = await Promise.all([ask(page, `核销 ${slow} 1`), working.waitFor()]);
    expect(reply).toContain('核销成功');
    expect(await page.locator('.working').count()).toBe(0);
  });

  test('a question has buttons, and a tap on one of them is an answer', async () => {
    const page = await open(PHONE);
    await become(page, '赵敏');
    expect(await ask(page, `核销 ${card} 7`)).toContain('【沙箱】待确认');
    // What comes of a tap is said below the card as well.
    const bubbles = page.locator('.bot');
    const place = (await bubbles.count()) - 1;
    const question = bubbles.nth(place).locator('.ask');
    expect(await question.locator('.ask-title').innerText()).toBe('【沙箱】待确认：核销7次？');
    expect(await fitsWidth(page)).toBe(true);
    await become(page, '路人');
    await question.getByRole('button', { name: '确认' }).tap();
    await question.locator('.ask-title', { hasText: '未绑定' }).waitFor();
    await become(page, '赵敏');
    await question.getByRole('button', { name: '确认' }).tap();
    await question.locator('.ask-title', { hasText: '核销成功' }).waitFor();
    await page.locator('.bot .bubble', { hasText: /核销成功[^]*7次/u }).waitFor();
    await question.getByRole('button', { name: '核对' }).waitFor();
    expect(await question.getByRole('button', { name: '确认' }).count()).toBe(0);
  });

  test('a tap on a card types it, and the card shows what is left', async () => {
    const page = await open(PHONE);
    await page.getByRole('button', { name: '次卡', exact: true }).tap();
    const ticket = page.locator(`.card[data-code="${card}"]`);
    expect(await ticket.locator('.number').innerText()).toBe('9140 9535 3294 4040 24');
    const before = Number((await ticket.locator('.left').innerText()).replace(/\D/g, ''));
    await ticket.tap();
    expect(await input(page).inputValue()).toBe(`核销 ${card} 1`);
    expect(await ticket.isVisible()).toBe(false);

    await page.getByRole('button', { name: '发送' }).tap();
    await page.getByRole('button', { name: '次卡', exact: true }).tap();
    await ticket.locator('.left', { hasText: `余${before - 1}次` }).waitFor();
  });

  test('the messages of the chosen person stand on the right', async () => {
    const page = await open(PHONE);
    await become(page, '赵敏');
    await ask(page, '帮助');
    const own = page.locator('.mine', { hasText: '帮助' });
    expect(await own.count()).toBeGreaterThan(0);
    await become(page, '路人');
    expect(await page.locator('.mine', { hasText: /^帮助$/ }).count()).toBe(0);
    expect(await page.locator('.entry', { hasText: '赵敏' }).last().isVisible()).toBe(true);
  });

  test('what is typed is never taken for markup', async () => {
    const page = await open(PHONE);
    const typed = '核销 <img src=x onerror=alert(1)> **2**';
    await ask(page, typed);
    expect(await page.locator('.mine .bubble').last().innerText()).toBe(`@核销助手 ${typed}`);
    expect(await page.locator('.log img').count()).toBe(0);
  });

  test('Shift+Enter begins a line, Enter sends', async () => {
    const page = await open(DESKTOP);
    await input(page).focus();
    await page.keyboard.type('帮助');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('帮助');
    expect(await input(page).inputValue()).toBe('帮助\n帮助');
    await page.keyboard.press('Enter');
    await page.locator('.mine .bubble', { hasText: '帮助' }).last().waitFor();
    expect(await input(page).inputValue()).toBe('');
  });

  test.each([
    ['the key says that it composes', '{ isComposing: true }'],
    ['the key stands for an input method, as in Safari', '{ keyCode: 229 }'],
  ])('Enter picks a word and sends nothing while %s', async (what, key) => {
    const page = await open(DESKTOP);
    const typed = `核销 ${what}`;
    await input(page).fill(typed);
    const event = `new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true, ...${key} })`;
    expect(await page.evaluate(`document.getElementById('text').dispatchEvent(${event})`)).toBe(true);
    expect(await input(page).inputValue()).toBe(typed);
    await input(page).press('Enter');
    await page.locator('.mine .bubble', { hasText: typed }).waitFor();
    expect(await page.locator('.mine .bubble', { hasText: typed }).count()).toBe(1);
  });

  test('a list of buttons says of each what it answers', async () => {
    const page = await open(PHONE);
    await become(page, '李经理');
    expect(await ask(page, `核销 ${card} 8`)).toContain('【沙箱】待确认');
    const buttons = await page.locator('.bot').last().locator('.ask button').all();
    const names = await Promise.all(buttons.map((button) => button.getAttribute('aria-label')));
    expect(names.map((name) => name?.slice(0, 3))).toEqual(['确认：', '取消：']);
    for (const name of names) expect(name).toMatch(/核销8次.*尾号4024/u);
    await page.getByRole('button', { name: '取消：核销8次' }).tap();
    await page.locator('.ask-title', { hasText: '未提交' }).last().waitFor();
  });

  test.each([
    ['844 × 390', { width: 844, height: 390 }],
    ['667 × 375', { width: 667, height: 375 }],
    ['932 × 430', { width: 932, height: 430 }],
    ['568 × 320', { width: 568, height: 320 }],
    ['1280 × 500', { width: 1280, height: 500 }],
  ])('on a phone on its side (%s) the cards lie beside the chat', async (_what, viewport) => {
    const page = await open({ viewport, hasTouch: true, isMobile: true });
    const boxOf = async (selector: string) => {
      const box = await page.locator(selector).first().boundingBox();
      return box ?? { x: 0, y: 0, width: 0, height: 0 };
    };
    const ticket = page.locator('.card').first();
    const { x, y, width } = await boxOf('.card');
    expect(x).toBeGreaterThanOrEqual((await boxOf('.log')).width);
    expect(x + width).toBeLessThanOrEqual(viewport.width);
    expect(y + 20).toBeLessThan(viewport.height);
    expect((await boxOf('.log')).height).toBeGreaterThan(100);
    const send = await boxOf('.send');
    expect(send.y + send.height).toBeLessThanOrEqual(viewport.height);
    await ticket.tap();
    expect(await input(page).inputValue()).toBe(`核销 ${card} 1`);
    expect(await fitsWidth(page)).toBe(true);
    await page.getByRole('button', { name: '通知群' }).tap();
    expect(await page.locator('.notices').isVisible()).toBe(true);
    expect(await ticket.isVisible()).toBe(false);
    await page.getByRole('button', { name: '聊天' }).tap();
    expect(await ticket.isVisible()).toBe(true);
  });

  test.each([
    ['light', PHONE],
    ['light', DESKTOP],
    ['dark', PHONE],
    ['dark', DESKTOP],
  ] as const)('in %s colours everything can be read', async (colorScheme, size) => {
    const page = await open({ ...size, colorScheme });
    await become(page, '赵敏');
    await ask(page, '核销 555555555555550009 1');
    expect(await page.evaluate(FAINT_TEXTS)).toEqual([]);
    const ground = await page.evaluate("getComputedStyle(document.querySelector('.phone')).backgroundColor");
    expect(ground).toBe(colorScheme === 'dark' ? 'rgb(18, 24, 21)' : 'rgb(239, 242, 240)');
  });

  test('the chat of a restarted service takes the place of the former one', async () => {
    const page = await open(PHONE);
    await page.locator('.entry').first().waitFor();
    const greeting = {
      id: 'g',
      author: null,
      text: '重新开始',
      inReplyTo: null,
      finished: true,
      card: null,
      at: 0,
      revision: 1,
    };
    await page.route('**/sandbox/chat?*', (route) => {
      const entries = route.request().url().endsWith('after=0') ? [greeting] : [];
      return route.fulfill({ json: { session: 'another', revision: 1, entries, notices: [], balances: {} } });
    });
    await page.locator('.bubble', { hasText: '重新开始' }).waitFor();
    expect(await page.locator('.entry').count()).toBe(1);
  });

  test('the groups beside the chat are told, behind a tab on a phone', async () => {
    const page = await open(PHONE);
    await become(page, '张三');
    const [, receipt = ''] = /(R-\w+)/.exec(await ask(page, '核销 555555555555550001 1')) ?? [];
    const notice = page.locator('.notice', { hasText: receipt }).filter({ hasText: '人民路店通知群' });
    await notice.waitFor({ state: 'attached' });
    expect(await notice.isVisible()).toBe(false);
    await page.locator('#unread').waitFor();
    await page.getByRole('button', { name: '通知群' }).tap();
    await notice.waitFor();
    expect(await notice.locator('.bubble').innerText()).toMatch(/^【沙箱】核销失败\n+人民路店，张三/);
    expect(await notice.locator('.meta').innerText()).toContain('企业微信');
    expect(await page.locator('#unread').isVisible()).toBe(false);
    expect(await input(page).isVisible()).toBe(false);
    expect(await fitsWidth(page)).toBe(true);
    await page.getByRole('button', { name: '聊天' }).tap();
    expect(await input(page).isVisible()).toBe(true);
  });

  test.each([
    ['beside the phone', DESKTOP],
    ['below the cards', { viewport: { width: 960, height: 900 } }],
  ])('on a desktop the other groups lie %s', async (where, size) => {
    const page = await open(size);
    const box = async (selector: string) => (await page.locator(selector).boundingBox()) ?? { x: 0, y: 0, width: 0 };
    const [phone, notices, panel] = [await box('.phone'), await box('.notices'), await box('.panel')];
    expect(notices.x).toBeGreaterThan(phone.x + phone.width);
    if (where === 'beside the phone') expect(panel.x).toBeGreaterThan(notices.x + notices.width);
    else expect(notices.y).toBeGreaterThan(panel.y);
    expect(await fitsWidth(page)).toBe(true);
  });

  test.each([
    ['a phone', PHONE],
    ['a narrow phone', NARROW],
    ['a phone on its side', { viewport: { width: 740, height: 360 } }],
    ['a desktop', DESKTOP],
  ])('the way to the setup is in sight on %s, and covers nothing', async (_where, size) => {
    const page = await open(size);
    const ways = page.getByRole('link', { name: '接入真实群聊' });
    expect(await ways.count()).toBe(1);
    expect(await ways.getAttribute('href')).toBe('/setup');
    const { x = 0, y = 0, width = 0, height = 0 } = (await ways.boundingBox()) ?? {};
    expect(Math.min(x, y)).toBeGreaterThan(0);
    expect(x + width).toBeLessThanOrEqual(size.viewport.width);
    expect(y + height).toBeLessThanOrEqual(size.viewport.height);
    // Nothing lies on the end of a line of the words beside it.
    expect(
      await page.evaluate(`(() => {
        const range = document.createRange();
        range.selectNodeContents(document.getElementById('status'));
        return [...range.getClientRects()].every(({ right, top }) => document.elementFromPoint(right - 2, top + 2).id === 'status');
      })()`),
    ).toBe(true);
  });

  test('nothing sticks out on the narrowest phone, however long the word', async () => {
    const page = await open(NARROW);
    expect(await fitsWidth(page)).toBe(true);
    await ask(page, '9'.repeat(300));
    expect(await fitsWidth(page)).toBe(true);
    await page.getByRole('button', { name: '次卡', exact: true }).tap();
    expect(await fitsWidth(page)).toBe(true);
    // Below 16 px a phone zooms in as soon as one types.
    expect(await page.evaluate('getComputedStyle(document.getElementById("text")).fontSize')).toBe('16px');
  });

  test('on a desktop the cards lie beside the phone', async () => {
    const page = await open(DESKTOP);
    const phone = await page.locator('.phone').boundingBox();
    const ticket = await page.locator('.card').first().boundingBox();
    expect(phone?.width).toBe(400);
    expect(ticket?.x).toBeGreaterThan((phone?.x ?? 0) + (phone?.width ?? 0));
    expect(await fitsWidth(page)).toBe(true);
  });
}

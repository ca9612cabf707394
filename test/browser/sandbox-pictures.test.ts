import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SAMPLE_PICTURES } from '../../src/sandbox/samples.ts';
import { become, DESKTOP, FAINT_TEXTS, fitsWidth, input, NARROW, openPage, PHONE } from './page.ts';
import { findChromium, openBrowser, startProgram, type Program } from './program.ts';

const fileOf = (id: string) => fileURLToPath(new URL(`../../src/sandbox/pictures/${id}.jpg`, import.meta.url));
const labelOf = (id: string) => SAMPLE_PICTURES.find((sample) => sample.id === id)?.label ?? '';

const chromium = findChromium();

if (chromium === null) {
  const why = 'Chromium is not installed, so the page was not tried in a browser';
  console.warn(why);
  test(`skipped: ${why}`, (context) => context.skip(why));
} else {
  describe('pictures, in a real browser', () => tryPictures(chromium));
}

function tryPictures(executable: string): void {
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
  const attachment = (page: Page) => page.getByRole('group', { name: '要发的图片' });
  const send = (page: Page) => page.getByRole('button', { name: '发送' });
  const mine = (page: Page) => page.locator('.mine').last();

  /** Takes a sample picture into the next message, on a phone. */
  async function pick(page: Page, id: string): Promise<void> {
    await page.getByRole('button', { name: '图片', exact: true }).tap();
    await page.getByRole('button', { name: labelOf(id) }).tap();
    await attachment(page).waitFor();
  }

  /** Sends what is ready and resolves with the bot's finished answer. */
  async function answerTo(page: Page): Promise<Locator> {
    const bubbles = page.locator('.bot:not(.working)');
    await bubbles.first().waitFor();
    const before = await bubbles.count();
    await send(page).tap();
    await bubbles.nth(before).waitFor();
    return bubbles.nth(before);
  }

  /** Rejects where the browser cannot show it. */
  async function seen(image: Locator): Promise<void> {
    await image.waitFor();
    await image.evaluate('(element) => element.decode()');
  }

  test('a code that was photographed is redeemed by a tap', async () => {
    const page = await open(PHONE);
    await become(page, '张三');
    await pick(page, 'phone');
    const question = await answerTo(page);
    await seen(mine(page).getByRole('img', { name: '动态核销码' }));
    expect(await question.locator('.bubble').innerText()).toContain('待确认');
    const buttons = await question.locator('.ask button').allInnerTexts();
    expect(buttons.map((label) => label.replace(' ', ''))).toEqual(['1次', '2次', '取消']);
    expect(await fitsWidth(page)).toBe(true);
    await question.getByRole('button', { name: /^2\s?次/u }).tap();
    await question.locator('.ask-title', { hasText: '核销成功' }).waitFor();
    await page.locator('.bot .bubble', { hasText: /核销成功[^]*2\s?次/u }).waitFor();
  });

  test('a photograph of another person’s is redeemed by quoting it', async () => {
    const page = await open(PHONE);
    await become(page, '赵敏');
    await pick(page, 'card');
    await page.getByRole('checkbox', { name: '@核销助手' }).uncheck();
    await send(page).tap();
    await mine(page).getByRole('img', { name: '条码' }).waitFor();
    expect(await mine(page).locator('.bubble').isVisible()).toBe(false);

    await become(page, '张三');
    await page.getByRole('button', { name: '引用赵敏的图片' }).last().tap();
    expect(await attachment(page).innerText()).toContain('引用 赵敏 的图片');
    await input(page).fill('核销 2');
    const question = await answerTo(page);
    expect(await mine(page).innerText()).toMatch(/赵敏：\[图片\]\s*@核销助手 核销 2/u);
    await question.getByRole('button', { name: '确认' }).tap();
    await question.locator('.ask-title', { hasText: '核销成功' }).waitFor();
    await page.locator('.bot .bubble', { hasText: /核销成功[^]*尾号\s?4024[^]*2\s?次/u }).waitFor();
  });

  test.each([
    ['no-code', '没找到核销码'],
    ['expired', '已过期'],
    ['two-cards', '哪一张'],
  ])('%s: %s', async (id, says) => {
    const page = await open(PHONE);
    await become(page, '李经理');
    await pick(page, id);
    const answer = await answerTo(page);
    expect(await answer.innerText()).toContain(says);
    expect(await answer.innerText()).not.toContain('核销成功');
  });

  test('a file of one’s own is sent with what is typed', async () => {
    const page = await open(PHONE);
    await become(page, '李经理');
    await page.getByRole('button', { name: '图片', exact: true }).tap();
    await page.getByLabel('选自己的图片').setInputFiles(fileOf('no-code'));
    await attachment(page).waitFor();
    await seen(attachment(page).getByRole('img'));
    await input(page).fill('帮助');
    await answerTo(page);
    expect(await mine(page).locator('.bubble').innerText()).toBe('@核销助手 帮助');
    await seen(mine(page).getByRole('img', { name: '自己的图片' }));
    expect(await attachment(page).isVisible()).toBe(false);
  });

  test('on a phone a picture can be taken or chosen; elsewhere it is chosen', async () => {
    const phone = await open(PHONE);
    await phone.getByRole('button', { name: '图片', exact: true }).tap();
    expect(await phone.getByText('拍一张').isVisible()).toBe(true);
    expect(await phone.getByLabel('拍一张').getAttribute('capture')).toBe('environment');
    expect(await phone.getByLabel('选自己的图片').getAttribute('capture')).toBeNull();
    const desktop = await open(DESKTOP);
    expect(await desktop.getByText('拍一张').isVisible()).toBe(false);
    expect(await desktop.getByText('选自己的图片').isVisible()).toBe(true);
  });

  test('a file over 10 MB is not sent, and the page says why', async () => {
    const page = await open(PHONE);
    await page.getByRole('button', { name: '图片', exact: true }).tap();
    const buffer = Buffer.alloc(10 * 1024 * 1024 + 1);
    await page.getByLabel('选自己的图片').setInputFiles({ name: 'large.jpg', mimeType: 'image/jpeg', buffer });
    expect(await page.getByRole('alert').innerText()).toContain('超过 10 MB');
    expect(await attachment(page).isVisible()).toBe(false);
    // The next good one takes the complaint away.
    await page.getByLabel('选自己的图片').setInputFiles(fileOf('card'));
    await attachment(page).waitFor();
    expect(await page.getByRole('alert').isVisible()).toBe(false);
  });

  test('what was picked can be put back', async () => {
    const page = await open(PHONE);
    await pick(page, 'card');
    await page.getByRole('button', { name: '不发这张图片' }).tap();
    expect(await attachment(page).isVisible()).toBe(false);
    const before = await page.locator('.entry').count();
    await send(page).tap();
    expect(await page.locator('.entry').count()).toBe(before);
  });

  test('the keyboard is enough', async () => {
    const page = await open(DESKTOP);
    await become(page, '李经理');
    await page.getByRole('button', { name: labelOf('no-code') }).focus();
    await page.keyboard.press('Enter');
    await attachment(page).waitFor();
    await page.keyboard.press('Enter');
    await mine(page).getByRole('img', { name: '没有码' }).waitFor();
    await page.getByRole('button', { name: '引用李经理的图片' }).last().press('Enter');
    await page.keyboard.type('帮助');
    await page.keyboard.press('Enter');
    await mine(page).getByText('帮助').waitFor();
  });

  test.each([
    ['light', PHONE],
    ['dark', PHONE],
    ['light', NARROW],
    ['dark', DESKTOP],
  ] as const)(
    'in %s colours everything fits, can be read, and has words for those who cannot see it',
    async (colorScheme, size) => {
      const page = await open({ ...size, colorScheme });
      if (size !== DESKTOP) await page.getByRole('button', { name: '图片', exact: true }).tap();
      expect(await page.evaluate(FAINT_TEXTS)).toEqual([]);
      expect(await fitsWidth(page)).toBe(true);
      await page.getByRole('button', { name: labelOf('two-cards') }).click();
      await page.getByRole('checkbox', { name: '@核销助手' }).uncheck();
      expect(await page.evaluate(FAINT_TEXTS)).toEqual([]);
      await send(page).click();
      await mine(page).getByRole('img').waitFor();
      await page
        .getByRole('button', { name: /^引用.*的图片$/u })
        .last()
        .click();
      expect(await page.evaluate(FAINT_TEXTS)).toEqual([]);
      expect(await fitsWidth(page)).toBe(true);
      const wordless = page.locator('.log img:not([alt]), .log img[alt=""], .attachment img[alt=""]');
      expect(await wordless.count()).toBe(0);
    },
  );
}

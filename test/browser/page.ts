import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';
import type { Program } from './program.ts';

export const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
export const NARROW = { viewport: { width: 320, height: 568 }, hasTouch: true, isMobile: true };
export const DESKTOP = { viewport: { width: 1280, height: 800 } };

/** Texts on the page whose contrast with what is behind them is below WCAG's 4.5 to 1. */
export const FAINT_TEXTS = `(() => {
  const parse = (color) => color.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b]
    .map((part) => part / 255)
    .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
  const behind = (element) => {
    for (let at = element; at !== null; at = at.parentElement) {
      const [r, g, b, a = 1] = parse(getComputedStyle(at).backgroundColor);
      if (a === 1) return [r, g, b];
    }
    return matchMedia('(prefers-color-scheme: dark)').matches ? [18, 24, 21] : [230, 238, 232];
  };
  return [...document.querySelectorAll('body *')]
    .filter((element) => element.checkVisibility() && [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== ''))
    .filter((element) => element.closest('.unseen, .avatar') === null)
    .map((element) => {
      const [ink, ground] = [light(parse(getComputedStyle(element).color)), light(behind(element))];
      return { text: element.textContent.slice(0, 20), ratio: (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05) };
    })
    .filter(({ ratio }) => ratio < 4.5);
})()`;

/** Controls without a name that a screen reader could say. */
export const NAMELESS = `[...document.querySelectorAll('a, button, input:not([type=hidden]), textarea, select, summary')]
  .filter((control) => control.checkVisibility())
  .filter((control) => {
    const label = control.labels?.[0]?.textContent ?? control.getAttribute('aria-label') ?? control.textContent;
    return label.trim() === '';
  })
  .map((control) => control.outerHTML)`;

/** A fresh page; when the test ends, it must have logged no error and made no request elsewhere. */
export async function openPage(browser: Browser, program: Program, options: BrowserContextOptions): Promise<Page> {
  const context = await browser.newContext({ ...options, locale: 'zh-CN' });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    if (!request.url().startsWith(`${program.url}/`)) complaints.push(`asked for ${request.url()}`);
  });
  onTestFinished(async () => {
    await context.close();
    expect(complaints).toEqual([]);
  });
  await page.goto(program.url);
  await page.getByRole('radio', { name: '张三' }).waitFor();
  return page;
}

export const input = (page: Page) => page.getByRole('textbox', { name: '消息' });
export const become = (page: Page, name: string) => page.getByRole('radio', { name }).check();

export async function fitsWidth(page: Page): Promise<boolean> {
  return (await page.evaluate('document.documentElement.scrollWidth <= innerWidth')) === true;
}

/** Takes the pictures of the console for its guide: `node test/browser/console-screenshots.ts` writes `docs/console-*.png`. */
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { become, input } from './page.ts';
import { findChromium, openBrowser, startProgram } from './program.ts';

/** Each is as high as what it is to show. */
const PICTURES = [
  { name: 'today', path: '', size: { width: 1120, height: 760 } },
  { name: 'redemption', path: null, size: { width: 960, height: 980 } },
  { name: 'unknowns', path: '/unknowns', size: { width: 960, height: 860 } },
  { name: 'figures', path: '/figures', size: { width: 1120, height: 900 } },
] as const;

/** What is redeemed today: done, done, not sent, and one of which it is not known. */
const TYPED = [
  ['核销 914095353294404024 2', '核销成功'],
  ['核销 914095353294405137 1', '核销成功'],
  ['核销 914095353294406241 1', '未提交'],
  ['核销 914095353294414020 1', '结果未知'],
] as const;

const chromium = findChromium();
if (chromium === null) throw new Error('Chromium is not installed; CHROMIUM_PATH may say where it is');

const program = await startProgram();
const browser = await openBrowser(chromium);
try {
  const context = await browser.newContext({ locale: 'zh-CN', colorScheme: 'light', reducedMotion: 'reduce' });
  await context.request.post(`${program.url}/sandbox/console`, { data: { person: 'lijingli' } });
  const page = await context.newPage();
  await page.goto(program.url);
  await become(page, '张三');
  for (const [text, outcome] of TYPED) {
    const answered = page.locator('.bot .bubble').filter({ hasText: outcome });
    const before = await answered.count();
    await input(page).fill(text);
    await page.getByRole('button', { name: '发送' }).click();
    await answered.nth(before).waitFor();
  }
  for (const { name, path, size } of PICTURES) {
    await page.setViewportSize(size);
    if (path === null) {
      // One that was unknown for a while has the most to tell.
      await page.goto(`${program.url}/console/records?outcome=unknown`);
      await page.getByRole('link', { name: /^R-/u }).first().click();
      await page.waitForURL(/\/r\/R-/u);
    } else {
      await page.goto(`${program.url}/console${path}`);
    }
    const file = fileURLToPath(new URL(`../../docs/console-${name}.png`, import.meta.url));
    await page.screenshot({ path: file });
    process.stdout.write(`${file}\n`);
  }
} finally {
  await browser.close();
  await program.stop();
}

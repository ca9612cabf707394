/** Takes the pictures of the console for its guide: `node test/browser/console-screenshots.ts` writes `docs/console-*.png`. */
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { findChromium, openBrowser, startProgram } from './program.ts';

/** Each is as high as what it is to show. */
const PICTURES = [
  { name: 'today', path: '', size: { width: 1120, height: 760 } },
  { name: 'redemption', path: null, size: { width: 760, height: 900 } },
  { name: 'unknowns', path: '/unknowns', size: { width: 760, height: 860 } },
  { name: 'figures', path: '/figures', size: { width: 1120, height: 900 } },
] as const;

const chromium = findChromium();
if (chromium === null) throw new Error('Chromium is not installed; CHROMIUM_PATH may say where it is');

const program = await startProgram();
const browser = await openBrowser(chromium);
try {
  const context = await browser.newContext({ locale: 'zh-CN', colorScheme: 'light', reducedMotion: 'reduce' });
  await context.request.post(`${program.url}/sandbox/console`, { data: { person: 'lijingli' } });
  const page = await context.newPage();
  for (const { name, path, size } of PICTURES) {
    await page.setViewportSize(size);
    if (path === null) {
      // One that was unknown for a while has the most to tell.
      await page.goto(`${program.url}/console/records?state=unknown`);
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

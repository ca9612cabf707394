/** Takes the READMEs' picture of the sandbox page: `node test/browser/screenshot.ts` writes `docs/sandbox.png`. */
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { SAMPLE_PICTURES } from '../../src/sandbox/samples.ts';
import { findChromium, openBrowser, startProgram } from './program.ts';

const PICTURE = fileURLToPath(new URL('../../docs/sandbox.png', import.meta.url));
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const SCALE = 1.2;
const MARGIN = 20;

const STYLE = `
  body { margin: 0; padding: ${MARGIN}px; display: flex; gap: ${MARGIN}px; background: #dbe4df; }
  figure { position: relative; margin: 0; line-height: 0; }
  img { width: ${PHONE.viewport.width}px; border-radius: 22px; }
  i { position: absolute; width: 52px; height: 52px; margin: -26px; border: 3px solid #fff; border-radius: 50%; background: #1f7a5c80; }
`;

const chromium = findChromium();
if (chromium === null) throw new Error('Chromium is not installed; CHROMIUM_PATH may say where it is');

const program = await startProgram();
const browser = await openBrowser(chromium);
try {
  const looks = { deviceScaleFactor: SCALE, locale: 'zh-CN', reducedMotion: 'reduce' } as const;
  const page = await browser.newPage({ ...PHONE, ...looks });
  await page.goto(program.url);
  const answers = page.locator('.bot .bubble');
  await answers.first().waitFor();
  await page.getByRole('button', { name: '图片', exact: true }).tap();
  await page.getByRole('button', { name: SAMPLE_PICTURES[0]?.label ?? '' }).tap();
  await page.getByRole('button', { name: '发送' }).tap();
  const button = page.getByRole('button', { name: /^1\s?次/u });
  await button.waitFor();
  const { x, y, width, height } = (await button.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  const before = await page.screenshot();
  await button.tap();
  await page.locator('.ask-title', { hasText: '核销成功' }).waitFor();
  await answers.filter({ hasText: '核销成功' }).waitFor();
  const after = await page.screenshot();

  // Both side by side, and where it was tapped.
  const { width: wide, height: high } = PHONE.viewport;
  const size = { width: 2 * wide + 3 * MARGIN, height: high + 2 * MARGIN };
  const both = await browser.newPage({ ...looks, viewport: size });
  const [asked, done] = [before, after].map((png) => `<img src="data:image/png;base64,${png.toString('base64')}">`);
  const finger = `<i style="left: ${x + width / 2}px; top: ${y + height / 2}px"></i>`;
  await both.setContent(`<style>${STYLE}</style><figure>${asked}${finger}</figure><figure>${done}</figure>`);
  await both.screenshot({ path: PICTURE });
  process.stdout.write(`${PICTURE}\n`);
} finally {
  await browser.close();
  await program.stop();
}

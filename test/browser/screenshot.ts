/** Takes the README's picture of the sandbox page: `node test/browser/screenshot.ts` writes `docs/sandbox.png`. */
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { SANDBOX_CARDS, type CardManner } from '../../src/sandbox/cards.ts';
import { findChromium, openBrowser, startProgram } from './program.ts';

const PICTURE = fileURLToPath(new URL('../../docs/sandbox.png', import.meta.url));

const find = (manner: CardManner) => SANDBOX_CARDS.find((card) => card.manner === manner)?.card ?? '';

const CONVERSATION = [
  ['李经理', '核销 914095353294499999 1'],
  ['赵敏', `核销 ${find('reset-after')} 1 会员日`],
  ['张三', `核销 ${find('normal')} 2`],
] as const;

const chromium = findChromium();
if (chromium === null) throw new Error('Chromium is not installed; CHROMIUM_PATH may say where it is');

const program = await startProgram();
const browser = await openBrowser(chromium);
try {
  const page = await browser.newPage({
    viewport: { width: 1080, height: 940 },
    deviceScaleFactor: 2,
    locale: 'zh-CN',
    reducedMotion: 'reduce',
  });
  await page.goto(program.url);
  const answers = page.locator('.bot .bubble');
  await answers.first().waitFor();
  for (const [index, [who, text]] of CONVERSATION.entries()) {
    await page.getByRole('radio', { name: who }).check();
    await page.getByRole('textbox', { name: '消息' }).fill(text);
    await page.getByRole('button', { name: '发送' }).click();
    await answers.nth(index + 1).waitFor();
  }
  await page.locator('.card .left', { hasText: '余 18次' }).waitFor();
  // A gradient makes the file three times as large.
  await page.locator('.phone').screenshot({ path: PICTURE });
  process.stdout.write(`${PICTURE}\n`);
} finally {
  await browser.close();
  await program.stop();
}

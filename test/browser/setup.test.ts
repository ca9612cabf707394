import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { SANDBOX_CARDS } from '../../src/sandbox/cards.ts';
import { startSimulatedVendor, type SimulatedVendor } from '../../src/sandbox/vendor.ts';
import { WAYS } from '../../src/setup/ways.ts';
import { overWecom } from '../support/gateways/over-wecom.ts';
import { VENDOR } from '../support/service.ts';
import { findChromium, openBrowser } from './program.ts';
import { REACHING, startFront, type Reaching } from './reaching.ts';

const CARD = SANDBOX_CARDS.find(({ manner }) => manner === 'normal')?.card ?? '';
const STORE = 'EW_N2949193145';

const chromium = findChromium();

if (chromium === null) {
  const why = 'Chromium is not installed, so the setup was not played in a browser';
  console.warn(why);
  test(`skipped: ${why}`, (context) => context.skip(why));
} else {
  describe('from npm start to the first real redemption', () => play(chromium));
}

function play(executable: string): void {
  let browser: Browser;
  let folder: string;
  let vendor: SimulatedVendor;
  let children: ChildProcess[];

  beforeAll(async () => {
    browser = await openBrowser(executable);
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    [folder, vendor] = await Promise.all([
      mkdtemp(join(tmpdir(), 'fresh-')),
      startSimulatedVendor({ port: 0, ...VENDOR }),
    ]);
    children = [];
  });
  afterEach(async () => {
    for (const child of children) {
      if (child.exitCode !== null) continue;
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    await vendor.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Runs a program in the empty folder; resolves with what the first line that fits says. */
  async function run(program: string, port: string, pattern: RegExp): Promise<string> {
    const env = { PATH: process.env['PATH'], PORT: port };
    const stdio = ['ignore', 'pipe', 'inherit'] as const;
    const child = spawn(process.execPath, [resolve(program)], { cwd: folder, env, stdio: [...stdio] });
    children.push(child);
    const lines: string[] = [];
    return new Promise((found, failed) => {
      createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
        lines.push(line);
        const [, said] = pattern.exec(line) ?? [];
        if (said !== undefined) found(said);
      });
      child.once('exit', () => failed(new Error(`${program} ended:\n${lines.join('\n')}`)));
    });
  }

  const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).first().click();
  const fill = (page: Page, name: string, value: string) => page.locator(`[name="${name}"]`).fill(value);

  /** Starts the program in the empty folder, and opens its setup as a person does. */
  async function enter(port: string): Promise<{ page: Page; sandbox: string }> {
    const sandbox = await run('src/main.ts', port, /"url":"(http:[^"]+)".*"msg":"listening"/u);
    const invitation = await run('src/tools/setup.ts', port, /(http:\S+\/setup\?code=\S+)/u);
    const context = await browser.newContext({ locale: 'zh-CN' });
    const page = await context.newPage();
    await page.goto(sandbox);
    await page.getByRole('link', { name: '接入真实群聊' }).click();
    await page.goto(invitation);
    await press(page, '进入设置');
    await page.getByRole('heading', { name: '五分钟接入真实群聊' }).waitFor();
    return { page, sandbox };
  }

  async function giveVendor(page: Page, sandbox: string, key: string): Promise<void> {
    await page.goto(new URL('/setup/vendor', sandbox).href);
    await unfold(page);
    await fill(page, 'url', vendor.url);
    await fill(page, 'appId', VENDOR.appId);
    await fill(page, 'key', key);
    await press(page, '保存并检查');
    await page.getByRole('heading', { name: /这两个值可以用|还不能用/u }).waitFor();
  }

  const unfold = (page: Page) =>
    page.evaluate("document.querySelectorAll('details').forEach((fold) => (fold.open = true))");

  /** Waits until the person was told something that fits. */
  async function hears(reaching: Reaching, pattern: RegExp): Promise<string> {
    const find = () => reaching.told().find((text) => pattern.test(text));
    await expect.poll(find, { timeout: 20_000 }).toBeDefined();
    return find() ?? '';
  }

  test.each(WAYS)('by $id, without touching a file', { timeout: 120_000 }, async ({ id, by, asks }) => {
    const port = await freePort();
    const front = await startFront(port);
    const reaching = await REACHING[id](front.url);
    try {
      const { page, sandbox } = await enter(port);
      await giveVendor(page, sandbox, VENDOR.key);
      await page.goto(new URL('/setup/platform', sandbox).href);

      await unfold(page);
      await page.locator(`button[name="way"][value="${id}"]`).first().click();
      await page.locator(`[name="${asks[0]}"]`).waitFor();
      await unfold(page);
      for (const [name, value] of Object.entries({ ...reaching.asked, ...reaching.folded }))
        await fill(page, name, value);
      await press(page, '保存并检查');
      await page.waitForURL('**/setup/connect');

      // The console is told while the page waits, which shows it without a reload.
      if (by === 'callbacks') await page.getByText('在等后台的检查').waitFor();
      await reaching.save(async (label) => {
        const copy = page.getByRole('button', { name: `复制 ${label}`, exact: true });
        return (await copy.locator('xpath=preceding-sibling::code').textContent()) ?? '';
      });
      if (by === 'connection') await page.getByText('已连上', { exact: true }).waitFor();
      // DingTalk's check proves nothing of the secret.
      else if (id !== 'dingtalk-callbacks') await page.getByText('后台的检查到了', { exact: true }).waitFor();
      await reaching.say('帮助', `${id}-help`);
      await press(page, /^设为店长/u);
      // While it listens, an order is told that it was not submitted.
      await reaching.say(`核销 ${CARD} 2`, `${id}-early`);
      await hears(reaching, /未提交/u);
      await page.goto(new URL('/setup/people', sandbox).href);

      await fill(page, 'stores[0].code', STORE);
      await fill(page, 'stores[0].name', '人民路店');
      await fill(page, 'staff[0].name', '李经理');
      await press(page, '下一步');
      await page.waitForURL('**/setup/robots');
      await page.getByRole('button', { name: '下一步' }).last().click();
      await page.waitForURL('**/setup/summary', { timeout: 30_000 });
      await page.getByRole('button', { name: /上线/u }).click();
      await page.getByText('已经上线，现在运行的是正式的服务').waitFor({ timeout: 60_000 });
      await page.getByRole('link', { name: /上线\s*，已完成/u }).waitFor();
      await page.getByText('已经上线，可以关掉这一页').waitFor();

      await reaching.say(`核销 ${CARD} 1`, `${id}-first`);
      const reply = await hears(reaching, /核销成功/u);
      expect(reply).toContain('人民路店');
      expect(reply).not.toContain('【沙箱】');
      // What was ordered while it only listened was never carried out.
      expect(vendor.books.consumptions).toHaveLength(1);
      expect(await readFile(join(folder, '.env'), 'utf8')).toContain(VENDOR.appId);
      // The simulated chat is not there any more.
      expect((await fetch(sandbox)).status).toBe(404);
      await page.context().close();
    } finally {
      front.close();
      await reaching.close();
    }
  });

  test(
    'what is wrong is said where it is typed, and once it is mended the way goes on',
    { timeout: 120_000 },
    async () => {
      const gateway = await overWecom();
      try {
        const { page, sandbox } = await enter(await freePort());
        await giveVendor(page, sandbox, VENDOR.key.replace('0', 'f'));
        await page.getByText('还不能用，请看下面').waitFor();
        await page.getByText('密钥不对').waitFor();
        // A second tab has this page still.
        const second = await page.context().newPage();
        await second.goto(page.url());
        await fill(page, 'key', VENDOR.key);
        await press(page, '保存并检查');
        await page.getByText('这两个值可以用').waitFor();
        await fill(second, 'appId', 'EW_N1');
        await press(second, '保存并检查');
        await second.getByText('在别的窗口里已经改过了').waitFor();
        await second.close();

        await page.goto(new URL('/setup/platform', sandbox).href);
        await page.locator('button[name="way"][value="wecom-connection"]').first().click();
        const giveBot = async (secret: string) => {
          await page.goto(new URL('/setup/platform', sandbox).href);
          await unfold(page);
          await fill(page, 'WECOM_BOT_ID', gateway.env['WECOM_BOT_ID'] ?? '');
          await fill(page, 'WECOM_BOT_SECRET', secret);
          await fill(page, 'WECOM_SOCKET_URL', gateway.env['WECOM_SOCKET_URL'] ?? '');
          await press(page, '保存并检查');
          await page.waitForURL('**/setup/connect');
        };
        await giveBot(`${gateway.env['WECOM_BOT_SECRET'] ?? ''}x`);
        await page.getByText('企业微信不接受这个连接').waitFor();
        await giveBot(gateway.env['WECOM_BOT_SECRET'] ?? '');
        await page.getByText('已连上', { exact: true }).waitFor();
        gateway.kick?.();
        await page.getByText('这个机器人在别处连接了').waitFor();
        await page.getByRole('link', { name: '回去看平台的值' }).click();
        await press(page, '保存并检查');
        await page.goto(new URL('/setup/connect', sandbox).href);
        await page.getByText('已连上', { exact: true }).waitFor();
        await page.context().close();
      } finally {
        await gateway.close();
      }
    },
  );
}

async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return String(port);
}

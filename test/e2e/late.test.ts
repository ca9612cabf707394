import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { SANDBOX_CARDS } from '../../src/sandbox/cards.ts';
import { startSimulatedVendor, type SimulatedVendor } from '../../src/sandbox/vendor.ts';
import { pollBot, sayInDingtalk, sayToApp, sayToBot } from '../support/chats.ts';
import { APP_SECRET, startPlatforms, type Platforms } from '../support/platforms.ts';
import { DINGTALK_CLIENT_ID, makeShop, startServiceProcess, VENDOR, type RunningService } from '../support/service.ts';

const SLOW = SANDBOX_CARDS.find(({ manner }) => manner === 'slow')?.card ?? '';
const QUICK = SANDBOX_CARDS[0]?.card ?? '';
/** Longer than every platform listens. */
const SLOW_MS = 5_500;

describe.concurrent('a reply that comes too late for its callback', () => {
  let vendor: SimulatedVendor;
  let platforms: Platforms;
  let shop: Awaited<ReturnType<typeof makeShop>>;
  let service: RunningService;

  const shopWith = (change: Record<string, string>) =>
    makeShop(vendor.url, {
      WECOM_API_URL: platforms.url,
      DINGTALK_WEBHOOK_HOSTS: platforms.host,
      USER_LINES_PER_MINUTE: '1000',
      ...change,
    });

  beforeAll(async () => {
    vendor = await startSimulatedVendor({ ...VENDOR, slowMs: SLOW_MS });
    platforms = await startPlatforms();
    shop = await shopWith({ WECOM_APP_SECRET: APP_SECRET });
    service = await startServiceProcess(shop.env);
  });
  afterAll(async () => {
    await service.end('SIGTERM');
    await vendor.close();
    await platforms.close();
    await shop.clear();
  });

  const finals = (remark: string) => {
    const receipt = vendor.books.consumptions
      .find((entry) => entry.remark.startsWith(`${remark} `))
      ?.remark.split(' ')[1];
    return platforms.delivered.filter(({ text }) => receipt !== undefined && text.includes(receipt));
  };

  test('reaches the user of the app by message/send, once', async ({ expect }) => {
    const heard = await sayToApp(service.url, { content: `核销 ${SLOW} 1 app`, messageId: '1' });
    expect(heard).toEqual({ status: 200, text: null, finished: true });
    const sent = await platforms.delivery(({ channel, text }) => channel === 'wecom-app' && text.includes('核销成功'));
    expect(sent).toMatchObject({ to: 'zhangsan', mentions: [] });
    await sleep(1_500);
    expect(finals('app')).toHaveLength(1);
    // WeCom may not have heard the empty answer and deliver once more: the person was told already.
    expect((await sayToApp(service.url, { content: `核销 ${SLOW} 1 app`, messageId: '1' })).text).toBeNull();
  });

  test('is shown in the bubble of the bot by the polls, without response_url', async ({ expect }) => {
    const responseUrl = platforms.responseUrl('polled');
    const first = await sayToBot(service.url, { content: `核销 ${SLOW} 1 bot`, messageId: 'bot-1', responseUrl });
    expect(first).toMatchObject({ status: 200, text: '正在核销…', finished: false });
    expect(await pollBot(service.url, 'bot-1')).toMatchObject({ text: '正在核销…', finished: false });
    await expect.poll(() => pollBot(service.url, 'bot-1')).toMatchObject({ finished: true });
    expect((await pollBot(service.url, 'bot-1')).text).toContain('核销成功');
    expect(platforms.delivered.filter(({ to }) => to === 'polled')).toEqual([]);
  });

  test('ends a bubble that no service knows with an apology', async ({ expect }) => {
    const heard = await pollBot(service.url, 'never-seen');
    expect(heard.finished).toBe(true);
    expect(heard.text).toContain('抱歉');
    expect(heard.text).not.toMatch(/核销成功|核销失败/);
  });

  test('is still shown in the bubble after a restart in between', async ({ expect }) => {
    const other = await shopWith({});
    let running = await startServiceProcess(other.env);
    const first = await sayToBot(running.url, { content: `核销 ${SLOW} 1 restart`, messageId: 'bot-2' });
    expect(first.finished).toBe(false);
    expect(await running.end('SIGTERM')).toBe(0);
    running = await startServiceProcess(other.env);
    const polled = await pollBot(running.url, 'bot-2');
    expect(polled.finished).toBe(true);
    expect(polled.text).toContain('核销成功');
    await running.end('SIGTERM');
    await other.clear();
  });

  test('reaches the group in DingTalk by sessionWebhook and mentions the sender', async ({ expect }) => {
    const heard = await sayInDingtalk(service.url, `核销 ${SLOW} 1 ding`, {
      msgId: 'ding-1',
      sessionWebhook: platforms.sessionWebhook('session-1'),
    });
    expect(heard).toEqual({ status: 200, text: null, finished: true });
    const sent = await platforms.delivery(({ to }) => to === 'session-1');
    expect(sent.text).toContain('核销成功');
    expect(sent.mentions).toEqual(['staff001']);
    await sleep(1_500);
    expect(finals('ding')).toHaveLength(1);
  });

  test('reaches the group in DingTalk by the OpenAPI where a callback brings no webhook', async ({ expect }) => {
    const other = await shopWith({ DINGTALK_CLIENT_ID, DINGTALK_MODE: 'http', DINGTALK_API_URL: platforms.url });
    const running = await startServiceProcess(other.env);
    const heard = await sayInDingtalk(running.url, `核销 ${SLOW} 1 api`, { msgId: 'ding-5' });
    expect(heard.text).toBeNull();
    const sent = await platforms.delivery(({ to }) => to === 'cidGROUP==');
    expect(sent.text).toMatch(/核销成功[^]*\n@staff001$/u);
    await sleep(1_500);
    expect(finals('api')).toHaveLength(1);
    const metrics = await (await fetch(`${running.url}/metrics`)).text();
    expect(metrics).toContain('platform_quota_used_total{platform="dingtalk",kind="api"} 1');
    await running.end('SIGTERM');
    await other.clear();
  });

  test('goes to the retried callback that is still open, and then not by message/send as well', async ({ expect }) => {
    const message = { content: `核销 ${SLOW} 1 retried`, messageId: '2' };
    const first = sayToApp(service.url, message);
    await sleep(3_000);
    const second = sayToApp(service.url, message);
    expect((await first).text).toBeNull();
    expect((await second).text).toContain('核销成功');
    await sleep(1_500);
    expect(finals('retried')).toEqual([]);
  });

  test('waits for the next message where the webhook is not to be trusted', async ({ expect }) => {
    const other = await shopWith({ DINGTALK_WEBHOOK_HOSTS: 'oapi.dingtalk.com' });
    const running = await startServiceProcess(other.env);
    const heard = await sayInDingtalk(running.url, `核销 ${SLOW} 1 held`, {
      msgId: 'ding-2',
      sessionWebhook: platforms.sessionWebhook('session-2'),
    });
    expect(heard.text).toBeNull();
    await running.line((line) => line.includes('"result":"hold"'));
    const next = await sayInDingtalk(running.url, '帮助', { msgId: 'ding-3' });
    expect(next.text).toMatch(/核销 卡号[^]*核销成功/);
    expect((await sayInDingtalk(running.url, '帮助', { msgId: 'ding-4' })).text).not.toContain('核销成功');
    expect(platforms.delivered.filter(({ to }) => to === 'session-2')).toEqual([]);
    expect(running.lines.join('\n')).toContain('DINGTALK_WEBHOOK_HOSTS');
    await running.end('SIGTERM');
    await other.clear();
  });

  test('goes, without the secret of the app, to the next delivery after WeCom has hung up', async ({ expect }) => {
    const other = await shopWith({});
    const running = await startServiceProcess(other.env);
    const message = { content: `核销 ${SLOW} 1 secretless`, messageId: '3' };
    await expect(sayToApp(running.url, message, AbortSignal.timeout(5_000))).rejects.toThrow();
    expect((await sayToApp(running.url, message)).text).toContain('核销成功');

    await expect(
      sayToApp(running.url, { content: `核销 ${SLOW} 1 lost`, messageId: '4' }, AbortSignal.timeout(500)),
    ).rejects.toThrow();
    await running.line((line) => line.includes('"result":"hold"'));
    const next = await sayToApp(running.url, { content: `核销 ${QUICK} 1 next`, messageId: '5' });
    expect(next.text?.match(/核销成功/g)).toHaveLength(2);
    await running.end('SIGTERM');
    await other.clear();
  });

  test('is told after the service was killed in the middle: unknown, and not to be repeated', async ({ expect }) => {
    const other = await shopWith({ WECOM_APP_SECRET: APP_SECRET });
    let running = await startServiceProcess(other.env);
    const answer = sayToApp(running.url, { content: `核销 ${SLOW} 1 killed`, messageId: '6', user: 'zhangsan' });
    const failed = expect(answer).rejects.toThrow();
    await expect.poll(() => vendor.books.consumptions.some(({ remark }) => remark.startsWith('killed '))).toBe(true);
    await running.end('SIGKILL');
    await failed;
    running = await startServiceProcess(other.env);
    const sent = await platforms.delivery(({ text }) => text.includes('结果未知'));
    expect(sent.to).toBe('zhangsan');
    expect(sent.text).toContain('请勿重复核销');
    await sleep(500);
    expect(finals('killed')).toHaveLength(1);
    await running.end('SIGTERM');
    await other.clear();
  });
});

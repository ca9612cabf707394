import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SANDBOX_CARDS } from '../../src/sandbox/cards.ts';
import { startSimulatedVendor, type SimulatedVendor } from '../../src/sandbox/vendor.ts';
import { startWecomGateway, type WecomGateway } from '../support/gateways/wecom.ts';
import { APP_SECRET, startPlatforms } from '../support/platforms.ts';
import { APP_KEYS, makeShop, startServiceProcess, VENDOR, type RunningService } from '../support/service.ts';

const SLOW = SANDBOX_CARDS.find(({ manner }) => manner === 'slow')?.card ?? '';
const QUICK = SANDBOX_CARDS[0]?.card ?? '';
/** Longer than a person is to look at nothing. */
const SLOW_MS = 5_000;

/** The settings of a shop whose only channel is the AI bot by its connection. */
const ONLY_CONNECTION = { WECOM_APP_TOKEN: '', WECOM_APP_AES_KEY: '', WECOM_APP_AGENT_ID: '', DINGTALK_APP_SECRET: '' };

/** What the other platforms' connections have not: see `connections.test.ts` for what they share. */
describe('the AI bot by its connection', () => {
  let vendor: SimulatedVendor;
  let gateway: WecomGateway;

  const settings = (change: Record<string, string> = {}) => ({
    ...ONLY_CONNECTION,
    WECOM_BOT_TOKEN: '',
    WECOM_BOT_AES_KEY: '',
    WECOM_BOT_ID: gateway.botId,
    WECOM_BOT_SECRET: gateway.secret,
    WECOM_SOCKET_URL: gateway.url,
    USER_LINES_PER_MINUTE: '100000',
    ...change,
  });

  beforeAll(async () => {
    vendor = await startSimulatedVendor({
      ...VENDOR,
      slowMs: SLOW_MS,
      cards: SANDBOX_CARDS.map((card) => ({ ...card, balance: 1_000 })),
    });
    gateway = await startWecomGateway({ subscribesPerMinute: 1_000 });
  });
  afterAll(async () => {
    await vendor.close();
    await gateway.close();
  });

  const spent = (remark: string) => vendor.books.consumptions.filter((entry) => entry.remark.startsWith(`${remark} `));
  const told = (chat: string) =>
    gateway.shown.filter((shown) => shown.chat === chat && shown.finished && shown.text.includes('核销成功'));

  describe('once it is up', () => {
    let shop: Awaited<ReturnType<typeof makeShop>>;
    let service: RunningService;
    beforeAll(async () => {
      shop = await makeShop(vendor.url, settings());
      service = await startServiceProcess(shop.env);
      await gateway.subscribed();
    });
    afterAll(async () => {
      await service.end('SIGTERM');
      await shop.clear();
    });

    test('it says that it takes longer, and finishes that bubble', async () => {
      gateway.say({ content: `核销 ${SLOW} 1 slow`, messageId: 'M-slow', chatId: 'wrSLOW' });
      const working = await gateway.showing(({ chat }) => chat === 'wrSLOW');
      expect(working).toMatchObject({ finished: false, text: '正在核销…' });
      await expect.poll(() => told('wrSLOW')).toHaveLength(1);
      expect(gateway.shown.filter(({ chat }) => chat === 'wrSLOW')).toHaveLength(1);
      expect(spent('slow')).toHaveLength(1);
    });

    test.each(['before', 'after'] as const)(
      'it tells what was lost where the connection is cut %s the answer',
      async (when) => {
        const chatId = `wrCUT${when}`;
        gateway.cut('aibot_respond_msg', when);
        gateway.say({ content: `核销 ${QUICK} 1 ${when}`, messageId: `M-${when}`, chatId });
        await expect.poll(() => told(chatId).some(({ kind }) => kind === 'markdown')).toBe(true);
        expect(spent(when)).toHaveLength(1);
        await gateway.subscribed();
      },
    );

    test('it tells what is on no record too', async () => {
      gateway.cut('aibot_respond_msg', 'before');
      gateway.say({ content: '帮助', messageId: 'M-help', chatId: 'wrHELP' });
      expect(await gateway.showing(({ chat }) => chat === 'wrHELP')).toMatchObject({ kind: 'markdown' });
      await gateway.subscribed();
    });
  });

  test('what is due when it is kicked goes to the person by the app', async () => {
    const platforms = await startPlatforms();
    const appKeys = { WECOM_APP_TOKEN: APP_KEYS.token, WECOM_APP_AES_KEY: APP_KEYS.aesKey };
    const app = { ...appKeys, WECOM_APP_AGENT_ID: '1000002', WECOM_APP_SECRET: APP_SECRET };
    const other = await makeShop(vendor.url, settings({ ...app, WECOM_API_URL: platforms.url }));
    const running = await startServiceProcess(other.env);
    await gateway.subscribed();
    gateway.say({ content: `核销 ${SLOW} 1 kicked`, messageId: 'M-kicked', chatId: 'wrKICKED' });
    await gateway.showing(({ chat }) => chat === 'wrKICKED');
    gateway.kick();
    await expect
      .poll(() => platforms.delivered)
      .toMatchObject([{ to: 'zhangsan', text: expect.stringContaining('核销成功') as string }]);
    expect(spent('kicked')).toHaveLength(1);
    await running.end('SIGTERM');
    await platforms.close();
    await other.clear();
  });

  test('who writes while the service stops is told that nothing was submitted', async () => {
    const other = await makeShop(vendor.url, settings());
    const running = await startServiceProcess(other.env);
    await gateway.subscribed();
    gateway.say({ content: `核销 ${SLOW} 1 inHand`, messageId: 'M-inHand', chatId: 'wrINHAND' });
    await expect.poll(() => spent('inHand')).toHaveLength(1);
    const ended = running.end('SIGTERM');
    const isListening = () => fetch(`${running.url}/healthz`).then(Boolean, () => false);
    await expect.poll(isListening).toBe(false);
    const names = Array.from({ length: 20 }, (_, index) => `stop${index}`);
    for (const name of names) {
      await sleep(100);
      const message = { content: `核销 ${QUICK} 1 ${name}`, messageId: `M-${name}`, chatId: `wr-${name}` };
      expect(gateway.say(message)).toBe(true);
    }
    expect(await ended).toBe(0);
    expect(told('wrINHAND')).toHaveLength(1);
    const shown = names.map((name) => gateway.shown.filter(({ chat, finished }) => chat === `wr-${name}` && finished));
    const notSubmitted = { text: expect.stringContaining('未提交') as string };
    expect(shown).toEqual(names.map(() => [expect.objectContaining(notSubmitted) as unknown]));
    expect(names.flatMap(spent)).toEqual([]);
    await other.clear();
  });
});

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readConfig, type LiveConfig } from '../../../src/config.ts';
import { createLog } from '../../../src/log.ts';
import { startSimulatedVendor, type SimulatedVendor } from '../../../src/sandbox/vendor.ts';
import { keepNotCarriedOut, readNotCarriedOut } from '../../../src/ledger/not-carried-out.ts';
import type { NotCarriedOut } from '../../../src/redemption/message.ts';
import { startService } from '../../../src/service.ts';
import { startListening } from '../../../src/setup/listening.ts';
import type { Listening, ListeningBot } from '../../../src/setup/ports.ts';
import { realTime } from '../../../src/time/real.ts';
import { GATEWAYS } from '../../support/gateways/all.ts';
import type { Gateway } from '../../support/gateways/gateway.ts';
import { QUICK } from '../../support/gateways/lines.ts';
import { makeShop, VENDOR } from '../../support/service.ts';

const log = createLog({ level: 'silent' });
const CARD = QUICK.card;
let last = 0;
const newId = () => `om_setup${++last}`;
/** Short, so that it is taken for no card. */
const remarkOf = (id: string) => `n${id.slice(8)}`;

describe.each(GATEWAYS)('listening to %s', (_, start) => {
  let vendor: SimulatedVendor;
  let gateway: Gateway;
  let shop: Awaited<ReturnType<typeof makeShop>>;
  let config: LiveConfig;
  let listening: Listening | null = null;

  beforeAll(async () => {
    vendor = await startSimulatedVendor({ ...VENDOR, cards: [QUICK] });
  });
  afterAll(() => vendor.close());
  beforeEach(async () => {
    gateway = await start();
    shop = await makeShop(vendor.url, {}, gateway.env);
    config = configOf({});
  });
  afterEach(async () => {
    await listening?.stop();
    listening = null;
    await gateway.close();
    await shop.clear();
  });

  function configOf(change: Record<string, string>): LiveConfig {
    const read = readConfig({ ...shop.env, ...change });
    if (read.mode !== 'live') throw new Error('not live');
    return read;
  }
  async function listen(settings = config): Promise<Listening> {
    listening = await startListening({ ...settings, keep, log });
    return listening;
  }
  async function listenUp(): Promise<Listening> {
    const begun = await listen();
    await expect.poll(() => botOf(begun).state).toBe('up');
    // That it is up says that the platform has taken it, on all of them but for a moment.
    await expect.poll(() => gateway.isConnected()).toBe(true);
    return begun;
  }
  const keep = (messages: readonly NotCarriedOut[]) => keepNotCarriedOut(config.dataDir, messages);
  const told = () => gateway.told().map(({ text }) => text);
  const spent = () => vendor.books.consumptions.length;
  async function stop(from: Listening): Promise<readonly NotCarriedOut[]> {
    listening = null;
    await from.stop();
    return readNotCarriedOut(config.dataDir);
  }

  test('shows the connection come up, and who wrote first, whom it answers', async () => {
    const begun = await listen();
    expect(botOf(begun)).toMatchObject({ by: 'connection', path: null, checkedAt: null, why: null });
    await expect.poll(() => botOf(begun).state).toBe('up');
    await expect.poll(() => gateway.isConnected()).toBe(true);
    expect(begun.view().heard).toEqual([]);

    gateway.say('帮助', { id: newId() });
    await expect.poll(told).toHaveLength(1);
    expect(told()[0]).toContain('收到');
    expect(told()[0]).toContain('请回到设置页面继续');
    const [person] = begun.view().heard;
    expect(person?.user).toMatch(/^(?:wecom:zhangsan|dingtalk:staff001|feishu:ou_staff001)$/u);
    expect(person?.text).toContain('帮助');
    expect(person?.at).toBeGreaterThan(Date.now() - 60_000);

    gateway.say('你好', { id: newId() });
    await expect.poll(told).toHaveLength(2);
    expect(begun.view().heard).toHaveLength(1);
    expect(begun.view().heard[0]?.text).toContain('你好');
    expect(await stop(begun)).toEqual([]);
  });

  test('an order is told not to be submitted, and shows no whole card', async () => {
    const before = spent();
    const begun = await listenUp();
    gateway.say(`核销 ${CARD} 2`, { id: newId() });
    await expect.poll(told).toHaveLength(1);
    expect(told()[0]).toMatch(/^未提交/u);
    expect(JSON.stringify(begun.view())).not.toContain(CARD);
    expect(begun.view().heard[0]?.text).toMatch(/核销 …\d/u);
    expect(spent()).toBe(before);
  });

  test('an order that was told so is never carried out by the service that goes live, which others are carried out by', async () => {
    const before = spent();
    const begun = await listenUp();
    const [order, later] = [newId(), newId()];
    gateway.say(`核销 ${CARD} 1 早`, { id: order });
    await expect.poll(told).toHaveLength(1);
    const notCarriedOut = await stop(begun);
    expect(notCarriedOut.map(({ messageId, isTold }) => [messageId, isTold])).toEqual([[order, true]]);
    await expect.poll(() => gateway.isConnected()).toBe(false);

    // It has connected already by then, and is told nothing new.
    const service = await startService(config, { log });
    try {
      await expect.poll(() => gateway.isConnected()).toBe(true);
      gateway.redeliver(order);
      gateway.redeliver(order);
      gateway.say(`核销 ${CARD} 1 晚`, { id: later });
      await expect.poll(() => told().filter((text) => text.includes('核销成功')).length).toBe(1);
      gateway.redeliver(order);
      gateway.say('帮助', { id: newId() });
      await expect.poll(() => told().some((text) => text.includes('一行一笔'))).toBe(true);
      expect(new Set(told().filter((text) => text.includes('未提交')))).toEqual(new Set([told()[0]]));
    } finally {
      await service.stop();
    }
    expect(spent()).toBe(before + 1);
    expect(vendor.books.consumptions.at(-1)?.remark).toMatch(/^晚/u);
  });

  test('delivered again while it listens, it is answered the same, and is on the list once', async () => {
    const begun = await listenUp();
    const id = newId();
    gateway.say(`核销 ${CARD} 1`, { id });
    await expect.poll(told).toHaveLength(1);
    gateway.redeliver(id);
    gateway.redeliver(id);
    gateway.say('帮助', { id: newId() });
    await expect.poll(() => told().some((text) => text.includes('收到'))).toBe(true);
    expect(new Set(told().filter((text) => text.includes('未提交'))).size).toBe(1);
    expect(await stop(begun)).toHaveLength(1);
  });

  test('a wrong secret is said with what to do, in both languages, and without the secret', async () => {
    const begun = await listen(configOf({ [gateway.secret]: 'not-the-secret-0123456789' }));
    await expect.poll(() => botOf(begun).state, { timeout: 5_000 }).toBe('down');
    const { why } = botOf(begun);
    expect(why?.zh).toMatch(/不接受这个连接/u);
    expect(why?.zh).toMatch(/Secret/iu);
    expect(why?.en).toMatch(/refuses the connection/u);
    expect(JSON.stringify(begun.view())).not.toContain('not-the-secret');
  });

  test('a platform that is away is said, and connected to when it is back', async () => {
    gateway.setAway(true);
    const begun = await listen();
    await expect.poll(() => botOf(begun).state).toBe('down');
    expect(botOf(begun).why?.zh).toMatch(/自动再连/u);
    gateway.setAway(false);
    await expect.poll(() => botOf(begun).state, { timeout: 10_000 }).toBe('up');
    expect(botOf(begun).why).toBeNull();
  });

  test('garbage on the connection changes nothing', async () => {
    const begun = await listenUp();
    gateway.send('garbage');
    gateway.send(Buffer.from([255, 0, 1]));
    gateway.say('帮助', { id: newId() });
    await expect.poll(told).toHaveLength(1);
    expect(botOf(begun).state).toBe('up');
    expect(begun.view().heard).toHaveLength(1);
  });

  test('what is said while it stops is told, or left for the service that comes', async () => {
    const before = spent();
    const begun = await listenUp();
    const ids = Array.from({ length: 5 }, newId);
    for (const id of ids.slice(0, 3)) gateway.say(`核销 ${CARD} 1 ${remarkOf(id)}`, { id });
    const stopping = stop(begun);
    for (const id of ids.slice(3)) gateway.say(`核销 ${CARD} 1 ${remarkOf(id)}`, { id });
    const notCarriedOut = await stopping;
    const refused = new Set(notCarriedOut.map(({ messageId }) => messageId));
    expect(told().length).toBeGreaterThanOrEqual(notCarriedOut.filter(({ isTold }) => isTold).length);

    const service = await startService(config, { log });
    try {
      await expect.poll(() => gateway.isConnected()).toBe(true);
      for (const id of ids) gateway.redeliver(id);
      const left = ids.filter((id) => !refused.has(id));
      const reply = (id: string) =>
        vendor.books.consumptions.filter(({ remark }) => remark.startsWith(`${remarkOf(id)} `));
      if (gateway.redelivers) await expect.poll(() => left.filter((id) => reply(id).length === 1)).toEqual(left);
      for (const id of refused) expect(reply(id)).toEqual([]);
    } finally {
      await service.stop();
    }
    expect(spent() - before).toBeLessThanOrEqual(ids.length - refused.size);
  });

  test('it stops while it connects, and while the platform is away', async () => {
    expect(await stop(await listen())).toEqual([]);
    gateway.setAway(true);
    expect(await stop(await listen())).toEqual([]);
  });

  test('a bot that another client takes over says so, and does not fight', async () => {
    if (gateway.kick === undefined) return;
    // Pauses are a tenth as long.
    const time = { ...realTime, after: (ms: number, work: () => void) => realTime.after(ms / 10, work) };
    const begun = await startListening({ ...config, keep, log, time });
    listening = begun;
    await expect.poll(() => botOf(begun).state).toBe('up');
    const attempts = gateway.attempts();
    gateway.kick();
    await expect.poll(() => botOf(begun).state).toBe('down');
    expect(botOf(begun).why?.en).toMatch(/connected elsewhere/u);
    expect(botOf(begun).why?.zh).toMatch(/在别处连接/u);
    // Longer than the first pauses.
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(gateway.attempts()).toBe(attempts);
  });
});

function botOf(listening: Listening): ListeningBot {
  const [bot, ...others] = listening.view().bots;
  if (bot === undefined || others.length > 0) throw new Error('not one bot');
  return bot;
}

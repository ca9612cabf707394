import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startSimulatedVendor } from '../../src/sandbox/vendor.ts';
import { GATEWAYS } from '../support/gateways/all.ts';
import { QUICK } from '../support/gateways/lines.ts';
import { VENDOR } from '../support/service.ts';
import { peopleWith, startInSetup } from './setup-program.ts';

/** The recommended way of each platform, what it asks for, and where its server is. */
const WAYS: Readonly<Record<string, { way: string; user: string; asked: readonly string[] }>> = {
  WeCom: {
    ...{ way: 'wecom-connection', user: 'wecom:zhangsan' },
    asked: ['WECOM_BOT_ID', 'WECOM_BOT_SECRET', 'WECOM_SOCKET_URL'],
  },
  DingTalk: {
    ...{ way: 'dingtalk-connection', user: 'dingtalk:staff001' },
    asked: ['DINGTALK_CLIENT_ID', 'DINGTALK_APP_SECRET', 'DINGTALK_API_URL'],
  },
  Feishu: {
    ...{ way: 'feishu-connection', user: 'feishu:ou_staff001' },
    asked: ['FEISHU_APP_ID', 'FEISHU_APP_SECRET', 'FEISHU_API_URL'],
  },
};

test.each(GATEWAYS)(
  'the connection to %s is one at a time: listening, live, and set up again beside the live service',
  { timeout: 90_000 },
  async (platform, start) => {
    await using open = new AsyncDisposableStack();
    const gateway = await start();
    open.defer(() => gateway.close());
    const vendor = await startSimulatedVendor({ ...VENDOR, cards: [QUICK] });
    open.defer(() => vendor.close());
    const dataDir = await mkdtemp(join(tmpdir(), 'setup-'));
    open.defer(() => rm(dataDir, { recursive: true }));
    const { child, fill, state, until, goLive } = await startInSetup(dataDir);
    open.defer(async () => {
      if (child.process.exitCode === null) await child.end('SIGKILL');
    });
    const { way = '', user = '', asked = [] } = WAYS[platform] ?? {};
    const values = Object.fromEntries(asked.map((name) => [name, gateway.env[name] ?? '']));
    const texts = () => gateway.told().map(({ text }) => text);

    await fill('/setup/vendor', { appId: VENDOR.appId, key: VENDOR.key, url: vendor.url });
    await fill('/setup/platform/way', { way });
    await fill('/setup/platform', values);
    await until(({ listening }) => listening?.bots[0]?.state === 'up');
    await expect.poll(() => gateway.isConnected()).toBe(true);
    gateway.say(`核销 ${QUICK.card} 1`, { id: 'om_early' });
    await expect.poll(() => texts().some((text) => text.includes('未提交'))).toBe(true);
    await fill('/setup/people', peopleWith(user));
    const attempts = gateway.attempts();
    expect(await goLive()).toMatchObject({ world: 'live', live: { state: 'live', why: null } });
    await expect.poll(() => gateway.isConnected(), { timeout: 2_000 }).toBe(true);
    expect(gateway.attempts()).toBe(attempts + 1);

    // The same bot with another secret is not opened beside the live one, which goes on.
    await fill('/setup/platform/way', { way });
    await fill('/setup/platform', { ...values, [gateway.secret]: 'anotherSecretOfTheBot01' });
    const [bot, ...others] = (await state()).listening?.bots ?? [];
    expect([bot?.why?.en, others]).toEqual([expect.stringMatching(/^The running service has this bot already/u), []]);
    gateway.redeliver('om_early');
    gateway.say(`核销 ${QUICK.card} 1`, { id: 'om_live' });
    await expect.poll(() => texts().some((text) => text.includes('核销成功'))).toBe(true);
    expect(vendor.books.consumptions).toHaveLength(1);

    // Left, nothing has changed.
    await fill('/setup/platform', values);
    expect(await goLive()).toMatchObject({ world: 'live', live: { state: 'live', why: null } });
    await expect.poll(() => gateway.isConnected()).toBe(true);
    gateway.say(`核销 ${QUICK.card} 1`, { id: 'om_again' });
    await expect.poll(() => vendor.books.consumptions.length).toBe(2);
    expect(await child.end('SIGTERM')).toBe(0);
    expect(gateway.isConnected()).toBe(false);
  },
);

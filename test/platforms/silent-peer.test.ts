import { randomBytes } from 'node:crypto';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { createLog } from '../../src/log.ts';
import { sampleLog } from '../../src/log/sampled.ts';
import { createBots } from '../../src/platforms/bots.ts';
import { createPlatformHttp } from '../../src/platforms/http.ts';
import { createOpenLine } from '../../src/transports/socket/open.ts';
import { startSocket } from '../../src/transports/socket/start.ts';
import { nothingFetched } from '../support/not-fetched.ts';
import { GATEWAYS } from '../support/gateways/all.ts';
import { VENDOR } from '../support/service.ts';
import { VirtualTime } from '../support/virtual-time.ts';

const SECOND = 1_000;
const VENDOR_ENV = { LIANTUOFU_APP_ID: VENDOR.appId, LIANTUOFU_KEY: VENDOR.key };

describe.each(GATEWAYS)('the connection of %s', (_, start) => {
  test('is given up when its other end says nothing any more, and another one is opened', async () => {
    const gateway = await start();
    onTestFinished(() => gateway.close());
    const config = readConfig({ ...VENDOR_ENV, ...gateway.env });
    if (config.mode !== 'live') throw new Error('the sandbox');
    const http = createPlatformHttp(null);
    onTestFinished(() => http.close());
    const time = new VirtualTime();
    const log = createLog({ level: 'silent' });
    const { all } = createBots(
      { ...config.channels, wecomApiUrl: config.wecomApiUrl },
      { http, download: nothingFetched, now: Date.now, time, randomBytes, log },
    );
    const [bot] = all;
    if (bot?.socket === undefined) throw new Error('no connection');
    const changes: string[] = [];
    const running = startSocket(
      { ...bot, socket: bot.socket },
      {
        reception: { hear: async (_, carrier) => carrier.nothing() },
        leases: null,
        holder: 'me',
        openLine: createOpenLine(null),
        random: Math.random,
        onDelivery: () => () => undefined,
        onUp: () => undefined,
        onChange: (_, reason) => void changes.push(reason),
        onStrange: () => undefined,
        time,
        log,
        sampled: sampleLog(log, time),
      },
    );
    await expect.poll(() => running.isUp()).toBe(true);

    gateway.goSilent();
    let passed = 0;
    while (running.isUp() && passed < 600 * SECOND) {
      await time.pass(SECOND);
      passed += SECOND;
    }
    expect(changes).toEqual(['connected', 'silent']);
    // Not at the first moment of silence, and long before people give up.
    expect(passed).toBeGreaterThan(30 * SECOND);
    expect(passed).toBeLessThanOrEqual(300 * SECOND);

    await time.pass(2 * SECOND);
    await expect.poll(() => running.isUp()).toBe(true);
    expect([gateway.attempts(), gateway.isConnected()]).toEqual([2, true]);
    const stopped = running.stop(0);
    await time.pass(10 * SECOND);
    await stopped;
  });
});

import { afterEach, expect, test } from 'vitest';
import type { Reception } from '../../src/chat/reception.ts';
import { createLog } from '../../src/log.ts';
import { createCondition } from '../../src/operation/condition.ts';
import { createMetrics } from '../../src/operation/metrics.ts';
import { createObserver } from '../../src/operation/observe.ts';
import type { Bot } from '../../src/platforms/bot.ts';
import type { Leases } from '../../src/redemption/leases.ts';
import { realTime } from '../../src/time/real.ts';
import { wireConnections } from '../../src/wire/connections.ts';
import { wireHttp } from '../../src/wire/http.ts';
import { watchMessages } from '../../src/wire/seen-bots.ts';
import { ToyGateway } from '../support/toy-gateway.ts';
import { REPLY, toyBot } from '../transports/socket/stage.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

/** The outer half of a service whose only bot connects by itself. */
async function startHalf(url: string, isShared = false) {
  const log = createLog({ level: 'silent' });
  const metrics = createMetrics();
  const observer = createObserver(log, metrics);
  const bot: Bot = {
    ...(toyBot({ url, lease: 'toy:bot' }) as Omit<Bot, 'platform' | 'account' | 'late' | 'firstAddress'>),
    platform: 'wecom',
    account: null,
    late: null,
    firstAddress: () => null,
  };
  const reception: Pick<Reception, 'hear'> = { hear: (_, carrier) => carrier.final(REPLY).then(() => undefined) };
  const holders: string[] = [];
  const leases: Leases = {
    takeLease: async (_, holder) => holders.push(holder) > 0,
    renewLease: async () => true,
    giveBackLease: async () => undefined,
  };
  const seen = watchMessages(reception, () => 1764216000000);
  const shared = { bots: [bot], reception: seen.reception, observer, log, sampled: log };
  const connections = wireConnections({ ...shared, leases, time: realTime, isShared, proxy: null });
  const http = await wireHttp({
    ...shared,
    settings: { host: '127.0.0.1', port: 0 },
    metrics,
    condition: createCondition({ check: async () => undefined }, [connections]),
    seenBots: () => seen.tell([bot], (channel) => connections.isUp(channel)),
    mayLookInside: () => true,
    addRoutes: [],
  });
  await connections.open();
  const read = async (path: string) => (await fetch(`${http.url}${path}`)).text();
  closing.push(
    () => http.close(1_000),
    () => connections.stop(1_000),
  );
  return { connections, read, holders };
}

test('a service whose only bot connects by itself shows operators how it is', async () => {
  const gateway = new ToyGateway();
  const url = await gateway.listen();
  closing.push(() => gateway.close());
  const { connections, read } = await startHalf(url);
  await expect.poll(() => read('/metrics')).toContain('connection_up{channel="toy"} 1');
  expect(await gateway.deliver('hello').answered).toBe('核销成功');
  await expect.poll(() => read('/metrics')).toContain('callback_seconds_count{channel="toy",status="answered"} 1');
  expect(await read('/healthz')).toContain('alive');
  const seen = { channel: 'toy', name: 'toy connection', by: 'connection', up: true, lastMessageAt: null };
  expect(JSON.parse(await read('/readyz'))).toEqual({ ready: true, problems: [], bots: [seen] });

  gateway.latest.sayRaw('not a frame');
  await expect.poll(() => read('/metrics')).toContain('connection_frames_dropped_total{channel="toy"} 1');

  gateway.latest.say({ kicked: true });
  await expect.poll(() => read('/readyz')).toContain('stop the other client');
  const metrics = await read('/metrics');
  expect(metrics).toContain('connection_up{channel="toy"} 0');
  expect(metrics).toContain('connection_changes_total{channel="toy",reason="kicked"} 1');
  await connections.stop(1_000);
});

test('services that share a ledger hold leases by names of their own', async () => {
  const [one, two] = [await startHalf('ws://127.0.0.1:1', true), await startHalf('ws://127.0.0.1:1', true)];
  expect(new Set([...one.holders, ...two.holders]).size).toBe(2);
});

test('the only service of a ledger needs no lease, and so no ledger, to connect', async () => {
  const gateway = new ToyGateway();
  const url = await gateway.listen();
  closing.push(() => gateway.close());
  const { read, holders } = await startHalf(url);
  await expect.poll(() => read('/metrics')).toContain('connection_up{channel="toy"} 1');
  expect(holders).toEqual([]);
});

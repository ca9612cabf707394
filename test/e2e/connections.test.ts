import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, test, type ExpectStatic } from 'vitest';
import { startSimulatedVendor, type SimulatedVendor } from '../../src/sandbox/vendor.ts';
import { GATEWAYS } from '../support/gateways/all.ts';
import type { Gateway } from '../support/gateways/gateway.ts';
import { makeLine, QUICK, SLOW, type TypedLine } from '../support/gateways/lines.ts';
import { makeShop, startServiceProcess, VENDOR } from '../support/service.ts';

/** Time enough for something to happen in the middle of an answer. */
const SLOW_MS = 1_500;
/** For what takes as long as the pauses between attempts to connect. */
const PATIENCE = { timeout: 50_000 };
/** Anything that happens again and again has happened by then. */
const A_WHILE_MS = 3_000;

/** Nothing in them is a message. */
const GARBAGE: readonly (string | Buffer)[] = [
  'not JSON',
  '',
  'null',
  '42',
  '[]',
  '{}',
  '{"cmd":5,"headers":"x","type":7,"data":[]}',
  '{"cmd":"aibot_msg_callback","headers":{"req_id":"r"},"body":"核销 914095353294404024 1"}',
  '{"type":"CALLBACK","headers":{"topic":"/v1.0/im/bot/messages/get","messageId":"m"},"data":"核销 914095353294404024 1"}',
  '['.repeat(50_000),
  `"${'9'.repeat(1_000_000)}"`,
  Buffer.from([0, 255, 1, 254]),
  Buffer.alloc(500_000, 0x41),
];
/** Larger than a connection takes: it ends. */
const TOO_LARGE = 'x'.repeat(2 * 1024 * 1024);

let vendor: SimulatedVendor;
beforeAll(async () => {
  vendor = await startSimulatedVendor({ ...VENDOR, cards: [QUICK, SLOW], slowMs: SLOW_MS });
});
afterAll(() => vendor.close());

/** A service that knows one bot's id and secret, and nothing of any other bot. */
async function open(start: () => Promise<Gateway>, { isAway = false, isBare = false, change = {} } = {}) {
  const gateway = await start();
  gateway.setAway(isAway);
  const shop = await makeShop(vendor.url, {}, { ...gateway.env, ...change });
  // The vendor, where data is kept, and the bot: all other settings have their defaults.
  const bare = Object.entries(shop.env).filter(([name]) => /^(?:PORT|DATA_DIR|LIANTUOFU_)/u.test(name));
  const env = isBare ? { ...Object.fromEntries(bare), ...gateway.env } : shop.env;
  let service = await startServiceProcess(env);
  return {
    gateway,
    get service() {
      return service;
    },
    /** Kills it as it is, and starts it again. */
    async restart() {
      await service.end('SIGKILL');
      service = await startServiceProcess(env);
    },
    log: (text: string) => service.lines.filter((line) => line.includes(text)),
    async ready() {
      const response = await fetch(`${service.url}/readyz`);
      const { problems } = (await response.json()) as { problems: { what: string; detail: string }[] };
      return { status: response.status, problems: problems.map(({ what, detail }) => `${what}: ${detail}`) };
    },
    alive: async () => (await fetch(`${service.url}/healthz`)).status,
    async close() {
      await service.end('SIGTERM');
      await gateway.close();
      await shop.clear();
    },
  };
}

type Opened = Awaited<ReturnType<typeof open>>;

/** A person types a line. */
function typeLine({ gateway }: Opened, card?: typeof QUICK | typeof SLOW): TypedLine {
  const line = makeLine(gateway, vendor, card);
  gateway.say(line.text, line);
  return line;
}

const connected = ({ gateway }: Opened, expect: ExpectStatic) =>
  expect.poll(() => gateway.isConnected(), PATIENCE).toBe(true);

/** A new line is redeemed and told: whatever came before it was heard. */
async function answers(opened: Opened, expect: ExpectStatic): Promise<void> {
  await connected(opened, expect);
  const line = typeLine(opened);
  await expect.poll(line.told, PATIENCE).toEqual([SUCCESS(expect)]);
  expect(line.booked()).toBe(1);
}

/** That the line was redeemed. */
const SUCCESS = (expect: ExpectStatic, isConfirmed = true) => ({
  text: expect.stringContaining('核销成功') as string,
  isConfirmed,
});

describe.each(GATEWAYS)('over the connection of %s', (_, start) => {
  // A busy machine takes its time, and so do the pauses between attempts.
  describe.concurrent('the bot', { timeout: 180_000 }, () => {
    test('answers with nothing but an id and a secret in the settings', async ({ expect, onTestFinished }) => {
      const opened = await open(start, { isBare: true });
      onTestFinished(() => opened.close());
      await answers(opened, expect);
      expect(await opened.ready()).toEqual({ status: 200, problems: [] });
    });

    test('redeems and tells a message once, however often it is delivered', async ({ expect, onTestFinished }) => {
      const opened = await open(start);
      onTestFinished(() => opened.close());
      await connected(opened, expect);
      const line = typeLine(opened, SLOW);
      await expect.poll(line.booked).toBe(1);
      opened.gateway.redeliver(line.id);
      await expect.poll(line.told).toEqual([SUCCESS(expect)]);
      opened.gateway.redeliver(line.id);
      await answers(opened, expect);
      opened.gateway.redeliver(line.id);
      await answers(opened, expect);
      await opened.restart();
      await connected(opened, expect);
      opened.gateway.redeliver(line.id);
      await answers(opened, expect);
      await sleep(A_WHILE_MS);
      expect([line.booked(), line.told()]).toEqual([1, [SUCCESS(expect)]]);
    });

    test('tells again what it cannot know to be told', async ({ expect, onTestFinished }) => {
      const opened = await open(start);
      onTestFinished(() => opened.close());
      await connected(opened, expect);
      opened.gateway.loseConfirmation();
      const line = typeLine(opened);
      await expect.poll(() => line.told().at(-1), PATIENCE).toEqual(SUCCESS(expect));
      await sleep(A_WHILE_MS);
      expect(line.booked()).toBe(1);
      // Where a platform takes both for the same message, people see one.
      expect(line.told().slice(0, -1)).toEqual(opened.gateway.knowsRepeats ? [] : [SUCCESS(expect, false)]);
    });

    test('tells the outcome of a line in whose middle the connection was cut', async ({ expect, onTestFinished }) => {
      const opened = await open(start);
      onTestFinished(() => opened.close());
      await connected(opened, expect);
      const line = typeLine(opened, SLOW);
      await expect.poll(line.booked).toBe(1);
      await opened.gateway.drop();
      await expect.poll(line.told, PATIENCE).toEqual([SUCCESS(expect)]);
      await answers(opened, expect);
      await sleep(A_WHILE_MS);
      expect([line.booked(), line.told()]).toEqual([1, [SUCCESS(expect)]]);
    });

    test('tells what is known of a line in whose middle the service was killed', async ({ expect, onTestFinished }) => {
      const opened = await open(start);
      onTestFinished(() => opened.close());
      await connected(opened, expect);
      const line = typeLine(opened, SLOW);
      await expect.poll(line.booked).toBe(1);
      await opened.restart();
      await expect.poll(() => line.told().length, PATIENCE).toBeGreaterThan(0);
      expect(line.told()[0]).toEqual({ text: expect.stringContaining('结果未知') as string, isConfirmed: true });
      await answers(opened, expect);
      expect(line.booked()).toBe(1);
    });

    test('comes back when its platform does', async ({ expect, onTestFinished }) => {
      const opened = await open(start, { isAway: true });
      onTestFinished(() => opened.close());
      const { gateway, service } = opened;
      await service.line((line) => line.includes('"reason":"unreachable"'));
      gateway.setAway(false);
      await answers(opened, expect);
      gateway.setAway(true);
      await gateway.drop();
      await expect
        .poll(() => opened.ready(), PATIENCE)
        .toEqual({ status: 200, problems: [expect.stringMatching(/^connection: .*cannot be reached/u)] });
      expect(await opened.alive()).toBe(200);
      gateway.setAway(false);
      await answers(opened, expect);
      expect(await opened.ready()).toEqual({ status: 200, problems: [] });
    });

    test('drops frames that are not understood, and goes on', async ({ expect, onTestFinished }) => {
      const opened = await open(start);
      onTestFinished(() => opened.close());
      await connected(opened, expect);
      for (const frame of GARBAGE) opened.gateway.send(frame);
      await answers(opened, expect);
      expect(opened.gateway.attempts()).toBe(1);
      // One line a minute, with a count.
      expect(opened.log('frames that are not understood were dropped')).toHaveLength(1);
      expect(opened.service.lines.join('\n')).not.toContain('9140953532944');

      opened.gateway.send(TOO_LARGE);
      await expect.poll(() => opened.gateway.attempts(), PATIENCE).toBe(2);
      await answers(opened, expect);
      expect(await opened.alive()).toBe(200);
    });

    test('is refused with a wrong secret: says the remedy, and does not storm', async ({ expect, onTestFinished }) => {
      const { secret } = await secretOf(start);
      const opened = await open(start, { change: { [secret]: 'wrongSecret' } });
      onTestFinished(() => opened.close());
      const refused = await opened.service.line((line) => line.includes('"reason":"refused"'));
      expect(JSON.parse(refused)).toMatchObject({ level: 'error', remedy: expect.stringContaining(secret) as string });
      await sleep(A_WHILE_MS);
      expect([opened.gateway.attempts(), opened.gateway.isConnected()]).toEqual([1, false]);
      expect(opened.log('"reason":')).toHaveLength(1);
      expect(opened.service.lines.join('\n')).not.toContain('wrongSecret');
      const { status, problems } = await opened.ready();
      expect([status, problems]).toEqual([200, [expect.stringContaining(secret)]]);
      expect(await opened.alive()).toBe(200);
    });

    test('does not fight another client that takes over its only connection', async ({
      expect,
      onTestFinished,
      skip,
    }) => {
      const opened = await open(start);
      onTestFinished(() => opened.close());
      skip(opened.gateway.kick === undefined, 'a bot may have several');
      await answers(opened, expect);
      opened.gateway.kick?.();
      const kicked = await opened.service.line((line) => line.includes('"reason":"kicked"'));
      expect(JSON.parse(kicked)).toMatchObject({
        level: 'error',
        remedy: expect.stringContaining('restart') as string,
      });
      await sleep(A_WHILE_MS);
      expect([opened.gateway.attempts(), opened.gateway.isConnected()]).toEqual([1, false]);
      const { status, problems } = await opened.ready();
      expect([status, problems]).toEqual([200, [expect.stringMatching(/^connection: .*another client.*restart/u)]]);
      expect(await opened.alive()).toBe(200);
    });

    test('redeems a line once that comes by callbacks too, before or after', async ({ expect, onTestFinished }) => {
      const gateway = await start();
      const shop = await makeShop(vendor.url, {}, gateway.callbackEnv);
      const connecting = await makeShop(vendor.url, { DATA_DIR: shop.dataDir }, gateway.env);
      onTestFinished(async () => {
        await gateway.close();
        await shop.clear();
        await connecting.clear();
      });
      const [first, second] = [makeLine(gateway, vendor), makeLine(gateway, vendor)];

      const before = await startServiceProcess(shop.env);
      await gateway.callBack(before.url, first.text, first);
      await expect.poll(first.booked).toBe(1);
      expect(await before.end('SIGTERM')).toBe(0);
      const toldBefore = first.told().length;

      const between = await startServiceProcess(connecting.env);
      await expect.poll(() => gateway.isConnected(), PATIENCE).toBe(true);
      gateway.say(first.text, first);
      gateway.say(second.text, second);
      await expect.poll(second.told, PATIENCE).toEqual([SUCCESS(expect)]);
      expect(await between.end('SIGTERM')).toBe(0);

      const after = await startServiceProcess(shop.env);
      await gateway.callBack(after.url, second.text, second);
      await gateway.callBack(after.url, first.text, first);
      expect(await after.end('SIGTERM')).toBe(0);
      expect([first.booked(), second.booked()]).toEqual([1, 1]);
      expect([first.told().length, second.told().length]).toEqual([toldBefore, 1]);
    });
  });
});

async function secretOf(start: () => Promise<Gateway>): Promise<{ readonly secret: string }> {
  const gateway = await start();
  await gateway.close();
  return gateway;
}

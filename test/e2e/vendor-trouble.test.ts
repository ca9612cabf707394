import { Writable } from 'node:stream';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { createLog } from '../../src/log.ts';
import { SANDBOX_CARDS } from '../../src/sandbox/cards.ts';
import { startSimulatedVendor, type SimulatedVendor } from '../../src/sandbox/vendor.ts';
import { startService } from '../../src/service.ts';
import { sayToApp } from '../support/chats.ts';
import { APP_SECRET, startPlatforms, type Platforms } from '../support/platforms.ts';
import { makeShop, VENDOR } from '../support/service.ts';

const CARD = SANDBOX_CARDS[0]?.card ?? '';
const WRONG_KEY = 'fedcba9876543210fedcba9876543210';

let serial = 0;
let vendor: SimulatedVendor;
let platforms: Platforms;
beforeAll(async () => {
  vendor = await startSimulatedVendor(VENDOR);
  platforms = await startPlatforms();
});
afterAll(async () => {
  await vendor.close();
  await platforms.close();
});

/** The service, and what it logs. */
async function start(change: Record<string, string>) {
  const shop = await makeShop(vendor.url, { WECOM_API_URL: platforms.url, WECOM_APP_SECRET: APP_SECRET, ...change });
  onTestFinished(shop.clear);
  const config = readConfig(shop.env);
  if (config.mode !== 'live') throw new Error('not live');
  const lines: string[] = [];
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      done();
    },
  });
  const service = await startService(config, { log: createLog({ level: 'info', destination }) });
  onTestFinished(() => service.stop());
  return {
    lines,
    say: async (content: string) =>
      (await sayToApp(service.url, { content, messageId: `80000000000000${++serial}` })).text ?? '',
    readyz: async () => {
      const response = await fetch(`${service.url}/readyz`);
      return { status: response.status, text: await response.text() };
    },
    metric: async (name: string) => {
      const text = await (await fetch(`${service.url}/metrics`)).text();
      return text.split('\n').filter((line) => line.startsWith(name));
    },
  };
}

test('a wrong key is logged as an error once, shown, counted, and the manager of all stores is told', async () => {
  const { say, readyz, metric, lines } = await start({ LIANTUOFU_KEY: WRONG_KEY, ADMINS: 'wecom:boss1' });
  expect(await readyz()).toEqual({
    status: 200,
    text: expect.stringMatching(/^\{"ready":true,"problems":\[\],/u) as string,
  });
  for (let nth = 0; nth < 4; nth += 1) expect(await say(`核销 ${CARD}`)).toMatch(/^核销失败「签名错误」/u);

  const { status, text } = await readyz();
  expect(status).toBe(200);
  expect(text).toContain('LIANTUOFU_KEY');
  expect(await metric('vendor_troubles{')).toEqual(['vendor_troubles{kind="signature"} 1']);
  expect(await metric('card_look_pauses_total{')).toEqual(['card_look_pauses_total{why="signature"} 1']);
  expect(lines.filter((line) => line.includes('"level":"error"'))).toHaveLength(1);
  const told = await platforms.delivery(({ to }) => to === 'boss1');
  expect(told.text).toMatch(/从 \d\d-\d\d \d\d:\d\d 起核销不了[^]*LIANTUOFU_KEY/u);
  for (const said of [text, told.text, ...lines]) expect(said).not.toContain(WRONG_KEY);
});

test('cards that do not exist, asked for again and again, do not keep others from hearing what is left', async () => {
  const { say, readyz, metric } = await start({ ADMINS: 'wecom:boss2' });
  for (let nth = 0; nth < 10; nth += 1) expect(await say(`查询 91409535329499${1000 + nth}`)).toContain('次卡不存在');
  expect(await say(`核销 ${CARD}`)).toContain('剩余');
  expect(await readyz()).toEqual({
    status: 200,
    text: expect.stringMatching(/^\{"ready":true,"problems":\[\],/u) as string,
  });
  expect(await metric('card_look_pauses_total{')).toEqual([]);
});

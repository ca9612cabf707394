import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SANDBOX_CARDS } from '../../src/sandbox/cards.ts';
import { startSimulatedVendor, type SimulatedVendor } from '../../src/sandbox/vendor.ts';
import { dingtalkPicture, dingtalkText } from '../support/dingtalk.ts';
import { pictureOf } from '../support/pictures.ts';
import { startPlatforms, type Platforms } from '../support/platforms.ts';
import { DINGTALK_CLIENT_ID, makeShop, startServiceProcess, VENDOR, type RunningService } from '../support/service.ts';

const CARD = SANDBOX_CARDS[0]?.card ?? '';

let vendor: SimulatedVendor;
let platforms: Platforms;
let shop: Awaited<ReturnType<typeof makeShop>>;
let service: RunningService;

const start = async (change: Record<string, string> = {}) => {
  shop = await makeShop(vendor.url, {
    ...{ DINGTALK_CLIENT_ID, DINGTALK_API_URL: platforms.url, USER_LINES_PER_MINUTE: '100000' },
    ...change,
  });
  service = await startServiceProcess(shop.env);
};

beforeEach(async () => {
  vendor = await startSimulatedVendor(VENDOR);
  platforms = await startPlatforms({ dingtalk: { redeliverAfterMs: 1_000, closeAfterMs: 500 } });
});
afterEach(async () => {
  expect(await service.end('SIGTERM')).toBe(0);
  await platforms.close();
  await vendor.close();
  await shop.clear();
});

/** Says something in the group; the result names the webhook of the message. */
function say(text: string): string {
  const session = randomUUID();
  platforms.dingtalk.say(
    dingtalkText(text, {
      ...{ msgId: session, createAt: Date.now(), sessionWebhook: platforms.sessionWebhook(session) },
      sessionWebhookExpiredTime: Date.now() + 5_400_000,
    }),
  );
  return session;
}
const answerTo = async (session: string) => (await platforms.delivery(({ to }) => to === session)).text;
const answersTo = (session: string) => platforms.delivered.filter(({ to }) => to === session).length;

test('with the id and the secret alone the robot answers, also when DingTalk moves or cuts its connection', async () => {
  await start();
  expect(await answerTo(say(`核销 ${CARD} 1`))).toContain('核销成功');
  platforms.dingtalk.announceEnd();
  await platforms.dingtalk.whenConnected(1);
  expect(await answerTo(say('帮助'))).toContain('核销');
  platforms.dingtalk.cut();
  await platforms.dingtalk.whenConnected(1);
  expect(await answerTo(say(`核销 ${CARD} 1`))).toContain('核销成功');
  expect([vendor.books.consumptions.length, platforms.dingtalk.problems]).toEqual([2, []]);
  expect(service.lines.join('\n')).not.toContain('ticket=');
});

test('a picture of a code, an answer, and it is redeemed', async () => {
  await start({ MEDIA_HOSTS: platforms.mediaHost });
  const one = (session: string) => ({
    ...{ msgId: session, createAt: Date.now(), sessionWebhook: platforms.sessionWebhook(session) },
    ...{ sessionWebhookExpiredTime: Date.now() + 5_400_000, conversationType: '1' },
  });
  const code = platforms.dingtalkApi.keepPicture(await pictureOf(CARD, { format: 'code128', as: 'jpeg' }));
  platforms.dingtalk.say(dingtalkPicture(code, one('picture')));
  expect(await answerTo('picture')).toMatch(new RegExp(`^待确认：核销1次？[^]*尾号${CARD.slice(-4)}`, 'u'));
  expect(vendor.books.consumptions).toEqual([]);
  platforms.dingtalk.say(dingtalkText('3次', one('answer')));
  expect(await answerTo('answer')).toMatch(/^核销成功/u);
  expect(vendor.books.consumptions).toMatchObject([{ card: CARD, count: 3 }]);
});

test('while the connection is cut again and again each line is redeemed once, and each message answered once', async () => {
  await start();
  const sessions: string[] = [];
  for (let number = 0; number < 200; number++) {
    sessions.push(say(number % 20 === 0 ? `核销 ${CARD} 1` : '帮助'));
    if (number % 50 === 25) platforms.dingtalk.cut();
    await sleep(10);
  }
  for (const session of sessions) await answerTo(session);
  // What was confirmed does not come again.
  await sleep(1_500);
  expect(vendor.books.consumptions).toHaveLength(10);
  const redeemed = sessions.filter((_, number) => number % 20 === 0);
  expect(redeemed.map(answersTo)).toEqual(Array(10).fill(1));
  expect(platforms.dingtalk.problems).toEqual([]);
});

test('a wrong secret is said with the remedy, and the service goes on without the robot', async () => {
  await start({ DINGTALK_APP_SECRET: 'wrong-secret' });
  const line = await service.line((text) => text.includes('authFailed'));
  expect(line).toContain('DINGTALK_CLIENT_ID and DINGTALK_APP_SECRET are not of one app');
  expect(service.lines.join('\n')).not.toContain('wrong-secret');
  expect((await fetch(`${service.url}/readyz`)).status).toBe(200);
});

import bwip from 'bwip-js/node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SANDBOX_CARDS } from '../../src/sandbox/cards.ts';
import { startSimulatedVendor, type SimulatedVendor } from '../../src/sandbox/vendor.ts';
import { startWecomGateway, type WecomGateway } from '../support/gateways/wecom.ts';
import { APP_SECRET, startPlatforms, type Platforms } from '../support/platforms.ts';
import { pictureOf } from '../support/pictures.ts';
import { post } from '../support/post.ts';
import { APP_KEYS, BOT_KEYS, makeShop, startServiceProcess, VENDOR } from '../support/service.ts';
import {
  appCallback,
  appImage,
  appMenu,
  appText,
  botCallback,
  botShown,
  openAppReply,
  openBotReply,
  type AppMenuFields,
} from '../support/wecom.ts';

const CARD = SANDBOX_CARDS[0]?.card ?? '';
const OTHER = '914095353294407358';
const ASKED = new RegExp(`^待确认：[^]*尾号${CARD.slice(-4)}`, 'u');

let vendor: SimulatedVendor;
let platforms: Platforms;
let gateway: WecomGateway;
let picture: Buffer;
beforeAll(async () => {
  vendor = await startSimulatedVendor({ ...VENDOR, cards: SANDBOX_CARDS });
  platforms = await startPlatforms();
  gateway = await startWecomGateway();
  const look = { scale: 6, paddingwidth: 20, paddingheight: 20, backgroundcolor: 'FFFFFF' };
  picture = await bwip.toBuffer({ bcid: 'qrcode', text: CARD, ...look });
});
afterAll(() => Promise.all([vendor.close(), platforms.close(), gateway.close()]));

const now = () => Math.floor(Date.now() / 1000);
const spentOf = (card: string) =>
  vendor.books.consumptions.filter((one) => one.card === card).map(({ count }) => count);

test('a picture, a scan and a quoted picture become questions by callbacks, and nothing is spent', async () => {
  const { url: WECOM_API_URL, mediaHost: MEDIA_HOSTS } = platforms;
  const shop = await makeShop(vendor.url, { WECOM_API_URL, WECOM_APP_SECRET: APP_SECRET, MEDIA_HOSTS });
  const service = await startServiceProcess(shop.env);
  const sayToApp = async (inner: string) => {
    const callback = appCallback(APP_KEYS, inner, { timestamp: String(now()) });
    return (await openAppReply(APP_KEYS, (await post(service.url, '/wecom/app', callback)).body)).Content;
  };
  const tap = (fields: Omit<AppMenuFields, 'at'>) => sayToApp(appMenu(APP_KEYS.receiveId, { at: now(), ...fields }));

  expect(await sayToApp(appImage(APP_KEYS.receiveId, platforms.wecomPictures.toApp(picture)))).toMatch(ASKED);
  expect(platforms.calls('wecom-media')).toBe(1);
  expect(await tap({ event: 'scancode_waitmsg', key: 'redeem', scan: { result: CARD } })).toMatch(ASKED);
  const barCode = { result: `CODE_128,${CARD}`, type: 'barcode' };
  expect(await tap({ event: 'scancode_push', key: 'query', scan: barCode })).toMatch(/^剩余\d+次/u);
  expect(await tap({ event: 'click', key: 'records' })).toContain('今天');

  const quoted = [platforms.wecomPictures.toBot(picture, BOT_KEYS.aesKey)];
  const callback = botCallback(BOT_KEYS, botShown(['@核销助手 核销 2'], {}, quoted), { timestamp: String(now()) });
  const reply = openBotReply(BOT_KEYS, (await post(service.url, '/wecom/bot', callback)).body);
  expect(reply).toMatchObject({
    stream: { finish: true, content: expect.stringMatching(/^待确认：核销2次/u) as unknown },
  });
  expect(vendor.books.consumptions).toEqual([]);
  await service.end('SIGTERM');
  await shop.clear();
});

test('a picture that is sent to the app is redeemed when its question is answered', async () => {
  const { url: WECOM_API_URL, mediaHost: MEDIA_HOSTS } = platforms;
  const shop = await makeShop(vendor.url, { WECOM_API_URL, WECOM_APP_SECRET: APP_SECRET, MEDIA_HOSTS });
  const service = await startServiceProcess(shop.env);
  const sayToApp = async (inner: string) => {
    const callback = appCallback(APP_KEYS, inner, { timestamp: String(now()) });
    return (await openAppReply(APP_KEYS, (await post(service.url, '/wecom/app', callback)).body)).Content;
  };
  const shown = await pictureOf(OTHER, { format: 'datamatrix', as: 'png' });
  const image = platforms.wecomPictures.toApp(shown);
  expect(await sayToApp(appImage(APP_KEYS.receiveId, image))).toMatch(/^待确认：核销1次？/u);
  expect(
    await sayToApp(appText(APP_KEYS.receiveId, { content: '确认', messageId: '77', createTime: now() + 1 })),
  ).toMatch(/^核销成功/u);
  expect(spentOf(OTHER)).toEqual([1]);
  await service.end('SIGTERM');
  await shop.clear();
});

test('a picture becomes a question by the long connection, with buttons', async () => {
  const shop = await makeShop(vendor.url, {
    ...{ WECOM_APP_TOKEN: '', WECOM_APP_AES_KEY: '', WECOM_APP_AGENT_ID: '', DINGTALK_APP_SECRET: '' },
    ...{ WECOM_BOT_TOKEN: '', WECOM_BOT_AES_KEY: '', WECOM_BOT_ID: gateway.botId, WECOM_BOT_SECRET: gateway.secret },
    ...{ WECOM_SOCKET_URL: gateway.url, MEDIA_HOSTS: gateway.mediaHost },
  });
  const service = await startServiceProcess(shop.env);
  await gateway.subscribed();
  gateway.deliver(botShown([gateway.picture(picture)], { messageId: 'C1', chatId: null }));
  const shown = await gateway.showing(({ finished }) => finished);
  expect(shown.text).toMatch(ASKED);
  const buttons = shown.card?.face.buttons ?? [];
  expect(buttons.map(({ text }) => text)).toEqual(['1次', '2次', '取消']);
  expect(spentOf(CARD)).toEqual([]);
  const [once] = buttons;
  gateway.tap(shown.card?.taskId ?? '', once?.key ?? '', { user: 'zhangsan', messageId: 'C2' });
  await gateway.showing(({ text }) => text.startsWith('核销成功'));
  expect(spentOf(CARD)).toEqual([1]);
  await service.end('SIGTERM');
  await shop.clear();
});

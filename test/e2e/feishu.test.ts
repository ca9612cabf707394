import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SANDBOX_CARDS } from '../../src/sandbox/cards.ts';
import { startSimulatedVendor, type SimulatedVendor } from '../../src/sandbox/vendor.ts';
import { startFeishuGateway, type FeishuGateway } from '../support/gateways/feishu.ts';
import { FEISHU_APP, feishuCallback, feishuText, type FeishuMessage } from '../support/gateways/feishu-callbacks.ts';
import type { FeishuShown } from '../support/gateways/feishu-messages.ts';
import { pictureOf } from '../support/pictures.ts';
import { post } from '../support/post.ts';
import { makeShop, MAPPING, startServiceProcess, VENDOR, type RunningService } from '../support/service.ts';

const CARD = SANDBOX_CARDS.find(({ manner }) => manner === 'normal')?.card ?? '';
/** Another card for each way: one that was used a moment ago is asked about. */
const PICTURED = '914095353294407358';
const GROUP = 'oc_group';
const HOUR_MS = 3_600_000;
const STORE = 'EW_N2949193145';

let vendor: SimulatedVendor;
let gateway: FeishuGateway;
let shop: Awaited<ReturnType<typeof makeShop>>;
let service: RunningService;
beforeAll(async () => {
  vendor = await startSimulatedVendor(VENDOR);
  gateway = await startFeishuGateway();
  shop = await makeShop(vendor.url, {
    FEISHU_APP_ID: FEISHU_APP.appId,
    FEISHU_APP_SECRET: FEISHU_APP.appSecret,
    FEISHU_API_URL: gateway.url,
    CONFIRM_COUNT_OVER: '5',
    ADMINS: 'feishu:ou_boss',
  });
  const path = join(shop.dataDir, 'mapping.json');
  const mapping = JSON.parse(await readFile(path, 'utf8')) as typeof MAPPING;
  const another = { user: 'feishu:ou_staff002', name: '小飞二号', employeeId: 21, store: STORE, role: 'staff' };
  await writeFile(path, JSON.stringify({ ...mapping, staff: [...mapping.staff, another] }));
});
afterAll(async () => {
  await gateway.close();
  await vendor.close();
  await shop.clear();
});

interface Way {
  readonly name: string;
  readonly settings: Readonly<Record<string, string>>;
  /** Delivers an event. Resolves with what answers it; null where it is not confirmed. */
  deliver(event: Record<string, unknown>): Promise<unknown>;
}

const callbacks: Way = {
  name: 'by callbacks',
  settings: {
    FEISHU_ENCRYPT_KEY: FEISHU_APP.encryptKey,
    FEISHU_VERIFICATION_TOKEN: FEISHU_APP.verificationToken,
  },
  async deliver(event) {
    const request = feishuCallback(event, FEISHU_APP, String(Math.floor(Date.now() / 1000)));
    const { status, body } = await post(service.url, '/feishu', request);
    return status === 200 ? (JSON.parse(body) as unknown) : null;
  },
};

const longConnection: Way = {
  name: 'by long connection',
  settings: {},
  async deliver(event) {
    await gateway.connected(1);
    const { code, data } = await gateway.send(event);
    return code === 200 ? (data ?? {}) : null;
  },
};

const WAYS = [callbacks, longConnection];

let serial = 0;
let deliver: Way['deliver'];

/** Says something in the group, and resolves with what is shown in answer. */
async function say(text: string, message: FeishuMessage = {}): Promise<FeishuShown & { readonly id: string }> {
  const id = `om_${++serial}`;
  const whole = { messageId: id, group: GROUP, at: Date.now(), ...message };
  gateway.notes(whole);
  expect(await deliver(feishuText(`@_user_1 ${text}`, whole))).toEqual({});
  return { ...(await gateway.shows(({ replyTo }) => replyTo === id)), id };
}

const cardFor = (messageId: string) => gateway.shows(({ replyTo, card }) => replyTo === messageId && card !== null);
async function tap(card: FeishuShown, label: string, openId?: string) {
  return gateway.show(card, await deliver(gateway.tapEvent(card, label, openId)));
}

describe.each(WAYS)('Feishu $name, around the real program', (way) => {
  beforeAll(async () => {
    service = await startServiceProcess({ ...shop.env, ...way.settings });
    deliver = (event) => way.deliver(event);
  });
  afterAll(() => service.end('SIGTERM'));

  test('a redemption is carried out once, however often it is delivered, and told in the group', async () => {
    const before = vendor.books.consumptions.length;
    const { text, mentions, id } = await say(`核销 ${CARD} 2`);
    expect(text).toMatch(/^核销成功/u);
    expect(mentions).toEqual(['ou_staff001']);
    const again = feishuText(`@_user_1 核销 ${CARD} 2`, { messageId: id, group: GROUP, at: Date.now() });
    expect(await deliver({ ...again, header: { ...(again['header'] as object), event_id: 'another' } })).toEqual({});
    expect(vendor.books.consumptions).toHaveLength(before + 1);
    expect(gateway.shown.filter(({ replyTo }) => replyTo === id)).toHaveLength(1);
  });

  test('a message that came by another way before is the same message', async () => {
    const at = Date.now();
    const messageId = 'om_by_every_way';
    gateway.notes({ messageId, group: GROUP });
    const before = vendor.books.consumptions.length;
    const event = feishuText(`@_user_1 核销 ${CARD} 1`, { messageId, group: GROUP, at });
    expect(await deliver(event)).toEqual({});
    await gateway.shows(({ replyTo }) => replyTo === messageId);
    await expect.poll(() => vendor.books.consumptions.length).toBe(way === WAYS[0] ? before + 1 : before);
    expect(gateway.shown.filter(({ replyTo }) => replyTo === messageId)).toHaveLength(1);
  });

  test('one that is heard of for the first time after hours is not carried out, and its person is told', async () => {
    const before = vendor.books.calls.length;
    const { text } = await say(`核销 ${CARD} 1`, { at: Date.now() - 6 * HOUR_MS });
    expect(text).toMatch(/^未提交：这是一条旧消息/u);
    expect(vendor.books.calls).toHaveLength(before);
  });

  test('a question has buttons: others are refused in private, a tap is the word, and the card says what became of it', async () => {
    const { text, id } = await say(`核销 ${CARD} 6`);
    expect(text).toContain('回「确认」核销');
    const card = await cardFor(id);
    const other = await tap(card, '确认', 'ou_staff002');
    expect(other).toMatchObject({ toast: { content: expect.stringContaining('不是您发的') as string } });
    expect(other.card).toBeUndefined();
    const before = vendor.books.consumptions.length;
    const own = await tap(card, '确认');
    expect(own.card?.data.header.title.content).toMatch(/^核销成功/u);
    expect(vendor.books.consumptions).toHaveLength(before + 1);
    expect((await tap(card, '核对')).card?.data.header.title.content).toContain('核销成功');
  });

  test('a picture of a code, a tap, and it is redeemed', async () => {
    const before = vendor.books.consumptions.length;
    const image_key = gateway.pictures.keep(await pictureOf(PICTURED, { format: 'qr', as: 'png' }));
    const { text, id } = await say('', { group: null, type: 'image', content: { image_key } });
    expect(text).toMatch(new RegExp(`^待确认：核销1次？[^]*尾号${PICTURED.slice(-4)}`, 'u'));
    expect(vendor.books.consumptions).toHaveLength(before);
    const done = await tap(await cardFor(id), '2次');
    expect(done.card?.data.header.title.content).toMatch(/^核销成功/u);
    expect(vendor.books.consumptions.slice(before)).toMatchObject([{ card: PICTURED, count: 2 }]);
  });

  test('a person who is not in the mapping gets their id, to be forwarded, and managers are asked', async () => {
    const newcomer = `ou_new${++serial}`;
    const { text } = await say(`核销 ${CARD}`, { openId: newcomer });
    expect(text).toMatch(new RegExp(`未绑定[^]*feishu:${newcomer}`, 'u'));
    await say('绑定 31 人民路店 小新', { openId: newcomer, group: null, mentionsBot: true });
    const asked = await gateway.shows(({ to, text }) => to === 'ou_boss' && text.includes(`feishu:${newcomer}`));
    expect(asked.mentions).toEqual([]);
  });

  test('a picture in a one-to-one chat is answered, and a forged callback is not', async () => {
    const { text } = await say('', { group: null, type: 'image', content: { image_key: 'k' } });
    expect(text).toContain('图片已经取不到了，没有核销');
    const request = feishuCallback(feishuText('核销'), { encryptKey: 'another' });
    const { status } = await post(service.url, '/feishu', request);
    expect(status).toBe(way === callbacks ? 403 : 404);
  });
});

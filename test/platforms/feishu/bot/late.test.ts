import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { QuestionCard } from '../../../../src/chat/channel.ts';
import type { LateWay } from '../../../../src/chat/late-way.ts';
import { createLog } from '../../../../src/log.ts';
import { createFeishuApi, type FeishuApi } from '../../../../src/platforms/feishu/api.ts';
import { createFeishuLate } from '../../../../src/platforms/feishu/bot/late.ts';
import type { ReturnAddress } from '../../../../src/platforms/feishu/bot/return-address.ts';
import { RECEIVER_LIMITS } from '../../../../src/platforms/feishu/limits.ts';
import { createPlatformHttp, type PlatformHttp } from '../../../../src/platforms/http.ts';
import { createPace } from '../../../../src/platforms/pace.ts';
import { startFeishuGateway, type FeishuGateway } from '../../../support/gateways/feishu.ts';
import { FEISHU_APP } from '../../../support/gateways/feishu-callbacks.ts';
import { nothingFetched } from '../../../support/not-fetched.ts';

const GROUP = 'oc_group';
const says = (text: string, question: QuestionCard | null = null) => ({ text, question });
const to = (change: object = {}): ReturnAddress => ({
  kind: 'message',
  ...{ id: 'om_1', messageId: 'om_1', chatId: GROUP, openId: 'ou_staff001', group: true },
  ...change,
});
const QUESTION: QuestionCard = {
  id: 'R-7K3M9Q2A',
  title: '待确认：核销6次？',
  detail: '尾号4024',
  buttons: [
    { label: '确认', says: '确认 R-7K3M9Q2A' },
    { label: '取消', says: '取消 R-7K3M9Q2A' },
  ],
};

let gateway: FeishuGateway;
let http: PlatformHttp;
let logged: string;
let clock: number;
const now = () => clock;
const time = {
  monotonic: now,
  sleep: async (ms: number) => void (clock += ms),
};
const log = createLog({ level: 'info', destination: { write: (line) => void (logged += line) } });

beforeEach(async () => {
  logged = '';
  clock = 1760000000000;
  gateway = await startFeishuGateway({ now });
  gateway.notes({ messageId: 'om_1', group: GROUP });
  gateway.notes({ messageId: 'om_2' });
  http = createPlatformHttp();
});
afterEach(async () => {
  await http.close();
  await gateway.close();
});

function makeWay({ appSecret = FEISHU_APP.appSecret, perSecond = 4 } = {}): LateWay {
  const api = createFeishuApi({
    url: gateway.url,
    appId: FEISHU_APP.appId,
    appSecret,
    http,
    download: nothingFetched,
    now,
  });
  return createFeishuLate({ api, pace: createPace(time, [{ most: perSecond, withinMs: 1_000 }]), time, log });
}

describe('a reply', () => {
  test('answers the message, and mentions its person in a group', async () => {
    expect(await makeWay().send(to(), says('核销成功\n尾号4024'), 1)).toEqual({ kind: 'sent' });
    expect(gateway.shown).toMatchObject([
      { to: GROUP, replyTo: 'om_1', text: '核销成功\n尾号4024', mentions: ['ou_staff001'], card: null },
    ]);
    const alone = to({ id: 'om_2', messageId: 'om_2', chatId: 'oc_p2p_ou_staff001', group: false });
    await makeWay().send(alone, says('核销成功'), 1);
    expect(gateway.shown[1]).toMatchObject({ replyTo: 'om_2', mentions: [] });
  });

  test('is shown once, however often it is tried, and is another one when it says something else', async () => {
    gateway.misbehave('message', 'reset-after', 1);
    const way = makeWay();
    expect((await way.send(to(), says('核销成功'), 1)).kind).toBe('retry');
    expect(await way.send(to(), says('核销成功'), 2)).toEqual({ kind: 'sent' });
    expect(await way.send(to(), says('结果未知'), 1)).toEqual({ kind: 'sent' });
    clock += 3_600_000;
    await way.send(to(), says('核销成功'), 3);
    expect(gateway.shown.map(({ text }) => text)).toEqual(['核销成功', '结果未知', '核销成功']);
  });

  test('makes nobody else hear it, whatever is said', async () => {
    await makeWay().send(to(), says('<at user_id="all"></at> **核销** [领奖](https://evil.example) ~~x~~'), 1);
    expect(gateway.shown[0]?.mentions).toEqual(['ou_staff001']);
    expect(gateway.shown[0]?.text).not.toMatch(/[<>*~[\]]|https:\/\//u);
  });

  test('goes to the chat where the message was taken back', async () => {
    gateway.closeTo('om_1', 230011);
    expect(await makeWay().send(to(), says('核销成功'), 1)).toEqual({ kind: 'sent' });
    expect(gateway.shown).toMatchObject([{ to: GROUP, replyTo: null, mentions: ['ou_staff001'] }]);
  });

  test.each([230002, 230018, 232009])(
    'goes to the person alone where the group is closed to the bot (%i)',
    async (code) => {
      gateway.closeTo(GROUP, code);
      expect(await makeWay().send(to(), says('核销成功'), 1)).toEqual({ kind: 'sent' });
      expect(gateway.shown).toMatchObject([{ to: 'ou_staff001', replyTo: null, mentions: [] }]);
      expect(gateway.calls('message')).toBe(2);
    },
  );

  test('is held where neither is open', async () => {
    gateway.closeTo(GROUP, 230002);
    gateway.closeTo('ou_staff001', 230013);
    expect(await makeWay().send(to(), says('核销成功'), 1)).toEqual({ kind: 'hold' });
    expect(logged).toContain('可用范围');
  });

  test.each([
    [230020, 'retry'],
    [99991400, 'retry'],
    [230049, 'retry'],
    [230022, 'hold'],
    [230028, 'hold'],
    [230013, 'hold'],
    [230027, 'hold'],
    [230001, 'hold'],
    [424242, 'hold'],
  ])('after the code %i: %s', async (code, kind) => {
    gateway.misbehave('message', code, 10);
    expect((await makeWay().send(to(), says('核销成功'), 1)).kind).toBe(kind);
    expect(logged).toContain(`"errcode":${code}`);
    expect(logged).toContain('log-2');
  });

  test.each(['reset', 'html-500'] as const)('is tried again after %s', async (how) => {
    gateway.misbehave('message', how, 1);
    const way = makeWay();
    expect(await way.send(to(), says('核销成功'), 1)).toEqual({ kind: 'retry', afterMs: 1_000 });
    expect(await way.send(to(), says('核销成功'), 2)).toEqual({ kind: 'sent' });
  });

  test('waits as long as the platform says', async () => {
    gateway.misbehave('message', 'status-429', 1);
    expect(await makeWay().send(to(), says('核销成功'), 1)).toEqual({ kind: 'retry', afterMs: 7_000 });
  });

  test.each([null, {}, { kind: 'message' }, 'om_1'])('is held where the address is %j', async (address) => {
    expect(await makeWay().send(address, says('核销成功'), 1)).toEqual({ kind: 'hold' });
  });

  test('is cut to what the platform takes, counted in bytes', async () => {
    const long = '核销失败 "余额不足"\n'.repeat(8_000);
    expect(await makeWay().send(to(), says(long), 1)).toEqual({ kind: 'sent' });
    expect(gateway.shown[0]?.text).toContain('后面的没显示全');
  });
});

describe('the access token', () => {
  test('is fetched once for many at once, renewed with half an hour left, and kept until then', async () => {
    const way = makeWay();
    await Promise.all([1, 2, 3].map((n) => way.send(to(), says(`核销成功 ${n}`), 1)));
    clock += (7200 - 31 * 60) * 1000;
    await way.send(to(), says('a'), 1);
    expect(gateway.calls('token')).toBe(1);
    clock += 2 * 60_000;
    await way.send(to(), says('b'), 1);
    expect(gateway.calls('token')).toBe(2);
  });

  test.each([99991663, 99991664, 99991671])('is fetched anew once when it is refused (%i)', async (code) => {
    const way = makeWay();
    await way.send(to(), says('a'), 1);
    gateway.revokeToken(code);
    expect(await way.send(to(), says('b'), 1)).toEqual({ kind: 'sent' });
    expect([gateway.calls('token'), gateway.calls('message')]).toEqual([2, 3]);
    gateway.misbehave('message', code, 10);
    expect((await way.send(to(), says('c'), 1)).kind).toBe('retry');
    expect(gateway.calls('message')).toBe(5);
  });

  test('is not there with a wrong secret, which is logged as such and tried again slowly', async () => {
    const result = await makeWay({ appSecret: 'wrong-secret' }).send(to(), says('a'), 1);
    expect(result).toEqual({ kind: 'hold', afterMs: 600_000 });
    expect(logged).toContain('FEISHU_APP_SECRET');
    expect(logged).not.toContain('wrong-secret');
  });
});

describe('what one chat may get', () => {
  /** What becomes of so many replies to one group at once, and when each of them left. */
  async function sendMany(count: number) {
    const left: number[] = [];
    const api: FeishuApi = {
      async call() {
        left.push(clock);
        return { kind: 'response', code: 0, msg: '', logId: null, resetMs: null, ofApp: false, body: {} };
      },
      askForSocket: () => Promise.reject(new Error('unused')),
      download: () => Promise.reject(new Error('unused')),
      botOpenId: () => Promise.reject(new Error('unused')),
    };
    const asleep: { readonly until: number; readonly wake: (value: undefined) => void }[] = [];
    const sleep = (ms: number) => new Promise<void>((wake) => asleep.push({ until: clock + ms, wake }));
    const way = createFeishuLate({ api, pace: createPace(time, RECEIVER_LIMITS), time: { ...time, sleep }, log });
    const kinds: string[] = [];
    const sending = [...Array(count).keys()].map(async (n) => {
      kinds.push((await way.send(to(), says(`核销成功 ${n}`), 1)).kind);
    });
    while (kinds.length < count) {
      await setImmediate();
      if (asleep.length > 0) clock = Math.min(...asleep.map(({ until }) => until));
      const due = asleep.filter(({ until }) => until <= clock);
      asleep.splice(0, asleep.length, ...asleep.filter((one) => !due.includes(one)));
      for (const { wake } of due) wake(undefined);
    }
    await Promise.all(sending);
    return { left, kinds };
  }

  test('is never more than the platform takes: the rest waits its turn', async () => {
    const { left, kinds } = await sendMany(12);
    expect(kinds).toEqual(Array(12).fill('sent'));
    for (const at of left) expect(left.filter((other) => other >= at && other < at + 1_000).length).toBeLessThan(5);
  });

  test('is told late where its turn would take too long', async () => {
    const { left, kinds } = await sendMany(40);
    expect(new Set(kinds)).toEqual(new Set(['sent', 'retry']));
    expect(left).toHaveLength(kinds.filter((kind) => kind === 'sent').length);
  });
});

describe('who did not write', () => {
  const first = (id: string, openId = 'ou_boss'): ReturnAddress => ({ kind: 'first', id, openId });

  test('is written to in private, about each thing once', async () => {
    const way = makeWay();
    for (const id of ['a', 'a', 'b']) await way.send(first(id), says('有人申请绑定'), 1);
    expect(gateway.shown).toMatchObject([{ to: 'ou_boss' }, { to: 'ou_boss' }]);
  });

  test.each(['all', 'ou_a|ou_b', 'oc_group'])('is one person: nothing goes to %j', async (openId) => {
    expect(await makeWay().send(first('a', openId), says('有人申请绑定'), 1)).toEqual({ kind: 'hold' });
    expect(gateway.calls('message')).toBe(0);
  });
});

describe('a question', () => {
  test('is asked by the text, and by a card with buttons behind it', async () => {
    expect(await makeWay().send(to(), says('待确认：核销6次？\n回「确认」核销', QUESTION), 1)).toEqual({
      kind: 'sent',
    });
    const [text, card] = gateway.shown;
    expect(text).toMatchObject({ text: expect.stringContaining('回「确认」') as string, card: null });
    expect(card).toMatchObject({ to: GROUP, replyTo: 'om_1', text: '待确认：核销6次？' });
    if (card === undefined) throw new Error('no card');
    expect(gateway.tapEvent(card, '取消')).toMatchObject({
      event: { action: { value: { key: '取消 R-7K3M9Q2A', group: true } } },
    });
  });

  test('is asked by the text alone where the card is refused', async () => {
    const broken = { ...QUESTION, title: '' };
    expect(await makeWay().send(to(), says('待确认', broken), 1)).toEqual({ kind: 'sent' });
    expect(gateway.shown).toHaveLength(1);
    expect(logged).toContain('230099');
  });
});

describe('a tap that was answered too late', () => {
  async function ask(way: LateWay, group = true) {
    const address = group ? to() : to({ id: 'om_2', messageId: 'om_2', chatId: 'oc_p2p_ou_staff001', group });
    await way.send(address, says('待确认', QUESTION), 1);
    clock += 1_000;
    const card = gateway.shown.find((message) => message.card !== null);
    if (card === undefined) throw new Error('no card');
    return {
      card,
      tap: to({
        ...{ kind: 'tap', id: 'ev-tap', messageId: card.messageId, chatId: card.to, group, receipt: QUESTION.id },
        ...{ openId: 'ou_other' },
      }),
    };
  }

  test('is told in the chat, and changes the card', async () => {
    const way = makeWay();
    const { card, tap } = await ask(way);
    expect(await way.send(tap, says('核销成功\n尾号4024 R-7K3M9Q2A'), 1)).toEqual({ kind: 'sent' });
    expect(gateway.shown.at(-1)).toMatchObject({ replyTo: card.messageId, mentions: ['ou_other'] });
    expect(card.card?.header.title.content).toBe('核销成功');
  });

  test('that its person may not make is refused to them alone, and leaves the card as it is', async () => {
    const way = makeWay();
    const { card, tap } = await ask(way);
    expect(await way.send(tap, says('这一笔不是您发的，请让发的人来回。'), 1)).toEqual({ kind: 'sent' });
    expect(gateway.shown.at(-1)).toMatchObject({ to: 'ou_other', mentions: [] });
    expect(card.card?.header.title.content).toBe(QUESTION.title);
  });

  test('is told where it was made in a one-to-one chat', async () => {
    const way = makeWay();
    const { card, tap } = await ask(way, false);
    await way.send(tap, says('没有等您确认的核销。'), 1);
    expect(gateway.shown.at(-1)).toMatchObject({ replyTo: card.messageId, mentions: [] });
  });
});

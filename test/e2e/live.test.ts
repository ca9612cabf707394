import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { askInDingtalk, sayToApp, sayToBot, type Heard } from '../support/chats.ts';
import { startChild, type Child } from '../support/child.ts';
import { startPlatforms, type Platforms } from '../support/platforms.ts';
import { dingtalkCallback } from '../support/dingtalk.ts';
import { post } from '../support/post.ts';
import {
  APP_KEYS,
  BOT_KEYS,
  DINGTALK_SECRET,
  makeShop,
  MAPPING,
  startServiceProcess,
  VENDOR,
  type RunningService,
} from '../support/service.ts';
import {
  appCallback,
  appText,
  botCallback,
  botText,
  openAppReply,
  openBotReply,
  signQuery,
  urlCheck,
  type AppTextFields,
  type BotTextFields,
} from '../support/wecom.ts';

const CARD = '914095353294404024';
const NOBODYS = '100000000000009999';

interface Books {
  readonly consumptions: readonly { card: string; count: number; remark: string; store: string; employeeId: number }[];
  readonly calls: readonly unknown[];
}

/** The real program, the simulated vendor as a process of its own, and messages made with Tencent's own package. */
describe('a live service', () => {
  let vendor: Child;
  let vendorUrl: string;
  let platforms: Platforms;
  let shop: Awaited<ReturnType<typeof makeShop>>;
  let service: RunningService;

  beforeAll(async () => {
    vendor = startChild('src/sandbox/vendor-main.ts', {}, ['--app-id', VENDOR.appId, '--key', VENDOR.key]);
    vendorUrl = (JSON.parse(await vendor.line(() => true)) as { url: string }).url;
    // The vendor's own word is what counts here; looking at the card first is tested elsewhere.
    platforms = await startPlatforms();
    shop = await makeShop(vendorUrl, { LIANTUOFU_CARD_DETAIL: 'off', DINGTALK_WEBHOOK_HOSTS: platforms.host });
    service = await startServiceProcess(shop.env);
  });
  afterAll(async () => {
    await service.end('SIGTERM');
    await vendor.end('SIGTERM');
    await platforms.close();
    await shop.clear();
  });

  const books = async () => (await (await fetch(`${vendorUrl}/__books`)).json()) as Books;
  const now = () => String(Math.floor(Date.now() / 1000));
  let serial = 0;
  const newId = () => `70000000000000${++serial}`;

  const textOf = (heard: Heard): string => {
    expect(heard).toMatchObject({ status: 200, finished: true });
    return heard.text ?? '';
  };
  const say = async (fields: BotTextFields) => textOf(await sayToBot(service.url, { messageId: newId(), ...fields }));
  const sayApp = async (fields: AppTextFields) =>
    textOf(await sayToApp(service.url, { messageId: newId(), ...fields }));
  const sayDing = (content: string, overrides: Record<string, unknown> = {}) =>
    askInDingtalk(service.url, platforms, content, { msgId: newId(), ...overrides });

  test('redeems what is typed in each of the three chats, at the right store, as the right employee', async () => {
    const before = (await books()).consumptions.length;
    const replies = [
      await sayApp({ content: `核销 ${CARD} 2 生日` }),
      await say({ content: `@核销助手 核销 ${CARD} 2 生日` }),
      await sayDing(` 核销 ${CARD} 2 生日`),
    ];
    const booked = (await books()).consumptions.slice(before);
    expect(booked).toHaveLength(3);
    for (const [index, reply] of replies.entries()) {
      const receipt = /R-[0-9A-Z]{8}/.exec(reply)?.[0];
      const parts = ['核销成功', '4024', '2次', '人民路店', receipt ?? 'no receipt'];
      const places = parts.map((part, place) => reply.indexOf(part, place === 1 ? 4 : 0));
      expect(places, reply).toEqual(places.toSorted((a, b) => a - b));
      expect(places).not.toContain(-1);
      expect(reply).not.toContain(CARD);
      expect(booked[index]).toMatchObject({
        card: CARD,
        count: 2,
        store: 'EW_N2949193145',
        remark: `生日 ${receipt ?? ''}`,
      });
    }
    expect(booked.map(({ employeeId }) => employeeId)).toEqual([11, 11, 12]);
  });

  test('says what the vendor says when it refuses', async () => {
    const reply = await say({ content: `核销 ${NOBODYS}` });
    expect(reply).toContain('核销失败');
    expect(reply).toContain('次卡不存在');
  });

  test('books to the store that the conversation belongs to', async () => {
    const reply = await say({ content: `核销 ${CARD}`, chatId: 'wrSECOND' });
    expect(reply).toContain('解放路店');
    expect((await books()).consumptions.at(-1)).toMatchObject({ store: 'EW_N2949193146', employeeId: 11 });
  });

  test('answers every line of a message in order and explains the ones that are wrong', async () => {
    const before = (await books()).consumptions.length;
    const reply = await say({ content: `核销 ${CARD} 1\n核销 ${CARD} 0\n核销 ${NOBODYS}` });
    expect(reply).toMatch(/核销成功[^]*未提交[^]*核销失败/);
    expect((await books()).consumptions).toHaveLength(before + 1);
  });

  test('makes one call for a message however often it is delivered, and answers the same, also after a restart', async () => {
    const before = (await books()).consumptions.length;
    const messageId = newId();
    const replies = await Promise.all(Array.from({ length: 4 }, () => say({ content: `核销 ${CARD} 1`, messageId })));
    replies.push(await say({ content: `核销 ${CARD} 1`, messageId }));
    expect(await service.end('SIGTERM')).toBe(0);
    service = await startServiceProcess(shop.env);
    replies.push(await say({ content: `核销 ${CARD} 1`, messageId }));
    expect(new Set(replies).size).toBe(1);
    expect(replies[0]).toContain('核销成功');
    expect((await books()).consumptions).toHaveLength(before + 1);
  });

  test('refuses people it does not know, with the id that a manager needs, and makes no call', async () => {
    const before = (await books()).consumptions.length;
    const replies = [
      [await say({ content: `核销 ${CARD}`, user: 'woOPAQUE' }), 'wecom:woOPAQUE'],
      [await sayApp({ content: `核销 ${CARD}`, user: 'lisi' }), 'wecom:lisi'],
      [await sayDing(`核销 ${CARD}`, { senderStaffId: 'stranger' }), 'dingtalk:stranger'],
    ];
    for (const [reply, id] of replies) {
      expect(reply).toContain('未绑定');
      expect(reply).toContain(id);
    }
    expect(await sayDing(`核销 ${CARD}`, { senderStaffId: undefined })).toContain('未提交');
    expect((await books()).consumptions).toHaveLength(before);
  });

  test('answers the URL check of both WeCom consoles with exactly what was sent', async () => {
    for (const [path, keys] of [
      ['/wecom/app', APP_KEYS],
      ['/wecom/bot', BOT_KEYS],
    ] as const) {
      const { query } = urlCheck(keys, '7301234567890123456', { timestamp: now() });
      const response = await fetch(`${service.url}${path}?${query.toString()}`);
      expect([response.status, await response.text()]).toEqual([200, '7301234567890123456']);
      query.set('nonce', 'other');
      expect((await fetch(`${service.url}${path}?${query.toString()}`)).status).toBe(403);
    }
    // What was captured on the way to the bot is signed just as well.
    const captured = botCallback(BOT_KEYS, botText({ content: `核销 ${CARD} 2` }), { timestamp: now() });
    captured.query.set('echostr', (JSON.parse(captured.body.toString()) as { encrypt: string }).encrypt);
    const replayed = await fetch(`${service.url}/wecom/bot?${captured.query.toString()}`);
    expect([replayed.status, await replayed.text()]).toEqual([403, '']);
  });

  test('hears a person of another corp without taking them for the one here who has the same id', async () => {
    const before = (await books()).consumptions.length;
    const inner = {
      ...botText({ content: `核销 ${CARD}\n我\n记录`, messageId: newId() }),
      from: { userid: 'zhangsan', corpid: 'wwOTHER' },
    };
    const { body } = await post(service.url, '/wecom/bot', botCallback(BOT_KEYS, inner, { timestamp: now() }));
    const reply = openBotReply(BOT_KEYS, body);
    const text = reply.msgtype === 'text' ? reply.text.content : reply.stream.content;
    expect(text).toContain('未提交');
    expect(text).not.toMatch(/张三|人民路店|核销成功/u);
    expect((await books()).consumptions).toHaveLength(before);
    const own = { ...inner, msgid: newId(), from: { userid: 'zhangsan', corpid: APP_KEYS.receiveId } };
    const again = await post(service.url, '/wecom/bot', botCallback(BOT_KEYS, own, { timestamp: now() }));
    expect(JSON.stringify(openBotReply(BOT_KEYS, again.body))).toContain('核销成功');
  });

  test('greets a person who opens the app once a day, also after a restart', async () => {
    const opened = async (user: string) => {
      const xml = appText(APP_KEYS.receiveId, { content: '', user })
        .replace(
          '<MsgType><![CDATA[text]]>',
          '<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[enter_agent]]></Event><X>',
        )
        .replace('</MsgType><Content>', '</X><Content>')
        .replace(/<MsgId>\d+<\/MsgId>/u, '');
      const { status, body } = await post(service.url, '/wecom/app', appCallback(APP_KEYS, xml, { timestamp: now() }));
      return [status, body === '' ? null : (await openAppReply(APP_KEYS, body)).Content];
    };
    expect(await opened('greeted')).toEqual([200, expect.stringContaining('核销')]);
    expect(await opened('greeted')).toEqual([200, null]);
    expect(await service.end('SIGTERM')).toBe(0);
    service = await startServiceProcess(shop.env);
    expect(await opened('Greeted')).toEqual([200, null]);
    expect(await opened('another')).toEqual([200, expect.stringContaining('核销')]);
  });

  test("answers the check of DingTalk's console, an unsigned request without a body, and does nothing", async () => {
    const url = `${service.url}/dingtalk`;
    const told = platforms.delivered.length;
    for (const init of [{}, { method: 'HEAD' }, { method: 'POST' }, { method: 'POST', body: '' }]) {
      const response = await fetch(url, init);
      expect([response.status, await response.text()]).toEqual([200, '']);
    }
    const { headers } = dingtalkCallback('another secret', '', String(Date.now()));
    for (const init of [{ body: ' ' }, { body: '{}' }, { body: '', headers }]) {
      expect((await fetch(url, { method: 'POST', ...init })).status).toBe(403);
    }
    expect(platforms.delivered).toHaveLength(told);
  });

  test('tells help by the webhook in DingTalk, also when the first try fails', async () => {
    platforms.misbehave('dingtalk', 'reset', 1);
    expect(await sayDing('帮助')).toContain('核销 卡号');
    platforms.misbehave('dingtalk', -1, 1);
    expect(await sayDing('', { msgtype: 'picture', text: undefined, content: { downloadCode: 'x' } })).toContain(
      '机器人拿不到这张图片',
    );
  });

  test('refuses forgeries with 403 and too large bodies with 413, and says nothing else', async () => {
    const forged = {
      query: signQuery(BOT_KEYS, 'other', { timestamp: now() }),
      headers: {},
      body: Buffer.from('{"encrypt":"AAAA"}'),
    };
    expect(await post(service.url, '/wecom/bot', forged)).toEqual({ status: 403, body: '' });
    const large = { ...forged, body: Buffer.alloc(64 * 1024 + 1, 97) };
    expect(await post(service.url, '/wecom/bot', large)).toEqual({ status: 413, body: '' });
    expect((await fetch(`${service.url}/dingtalk`, { method: 'POST', body: '{}' })).status).toBe(403);
    expect((await fetch(`${service.url}/`)).status).toBe(404);
  });

  const readiness = async () => {
    const response = await fetch(`${service.url}/readyz`);
    return { status: response.status, body: await response.json() };
  };

  test('takes a new member of staff from the mapping file without a restart, and keeps the last good one', async () => {
    const path = join(shop.dataDir, 'mapping.json');
    const added = { user: 'wecom:newcomer', name: '小新', employeeId: 21, store: 'EW_N2949193145', role: 'staff' };
    await writeFile(path, JSON.stringify({ ...MAPPING, staff: [...MAPPING.staff, added] }));
    await expect.poll(() => say({ content: `核销 ${CARD}`, user: 'newcomer' })).toContain('核销成功');

    await writeFile(path, '{ "stores": [');
    // It works on, so the load balancer may keep it.
    await expect.poll(readiness).toMatchObject({
      status: 200,
      body: {
        ready: true,
        problems: [
          {
            what: 'mapping',
            since: expect.any(String) as string,
            detail: expect.stringContaining('mapping.json') as string,
          },
        ],
      },
    });
    expect(await say({ content: `核销 ${CARD}`, user: 'newcomer' })).toContain('核销成功');

    await writeFile(path, JSON.stringify(MAPPING));
    await expect.poll(readiness).toMatchObject({ status: 200, body: { ready: true, problems: [] } });
  });

  test('tells operators how it is', async () => {
    expect((await fetch(`${service.url}/healthz`)).status).toBe(200);
    const metrics = await (await fetch(`${service.url}/metrics`)).text();
    for (const name of [
      'redemptions_total',
      'vendor_call_seconds',
      'callback_seconds',
      'callbacks_in_flight',
      'eventloop_lag',
    ]) {
      expect(metrics).toContain(name);
    }
    const { bots } = (await (await fetch(`${service.url}/readyz`)).json()) as { bots: unknown };
    const callbacks = { by: 'callbacks', up: null };
    // Nothing was said to the first one.
    expect(bots).toEqual([
      { channel: 'wecom-app', name: '/wecom/app', ...callbacks, lastMessageAt: null },
      { channel: 'wecom-bot', name: '/wecom/bot', ...callbacks, lastMessageAt: expect.any(Number) as number },
      { channel: 'dingtalk', name: '/dingtalk', ...callbacks, lastMessageAt: expect.any(Number) as number },
    ]);
    // As it comes through a proxy from anywhere.
    const handedOn = { headers: { 'X-Forwarded-For': '127.0.0.1' } };
    expect((await fetch(`${service.url}/metrics`, handedOn)).status).toBe(403);
    expect(await (await fetch(`${service.url}/readyz`, handedOn)).json()).toEqual({ ready: true });
  });

  test('lets a running redemption finish when it is told to stop, and exits with 0', async () => {
    const slow = '914095353294408469';
    const change = { LIANTUOFU_TIMEOUT_MS: '20000', DINGTALK_WEBHOOK_HOSTS: platforms.host };
    const { env, clear } = await makeShop(vendorUrl, change);
    const other = await startServiceProcess(env);
    const before = (await books()).calls.length;
    const inApp = sayToApp(other.url, { content: `核销 ${slow}`, messageId: newId() });
    const inDingtalk = askInDingtalk(other.url, platforms, `核销 ${slow}`, { msgId: newId() });
    await expect.poll(async () => (await books()).calls.length, { timeout: 15_000 }).toBe(before + 2);
    expect(await other.end('SIGTERM')).toBe(0);
    expect((await inApp).status).toBe(200);
    expect(await inDingtalk).toContain('核销成功');
    expect(other.lines.find((line) => line.includes('"msg":"redemption"'))).toContain('"outcome":"succeeded"');
    await clear();
  });

  test('is alone on its ledger: a second service says so and ends', async () => {
    const second = startChild('src/main.ts', shop.env);
    expect(await second.exited).toBe(1);
    expect(second.lines.join('\n')).toContain('another service is running on this ledger');
  });

  test('logs neither card numbers nor secrets', async () => {
    const log = service.lines.join('\n');
    for (const secret of [CARD, VENDOR.key, BOT_KEYS.aesKey, APP_KEYS.aesKey, BOT_KEYS.token, DINGTALK_SECRET]) {
      expect(log).not.toContain(secret);
    }
    expect(log).toContain('"cardEnd":"4024"');
  });
});

describe('a service with wrong settings', () => {
  test('lists every problem on one screen, binds nothing and ends with 2', async () => {
    const child = startChild('src/main.ts', {
      LIANTUOFU_APP_ID: 'EW_N1',
      WECOM_BOT_TOKEN: 'T',
      WECOM_BOT_AESKEY: 'x',
      PORT: '99999',
    });
    expect(await child.exited).toBe(2);
    for (const name of ['LIANTUOFU_KEY', 'WECOM_BOT_AES_KEY', 'WECOM_BOT_AESKEY', 'PORT']) {
      expect(child.errors()).toContain(name);
    }
    expect(child.lines).toEqual([]);
  });

  test('is not a sandbox in production', async () => {
    const child = startChild('src/main.ts', { NODE_ENV: 'production' });
    expect(await child.exited).toBe(2);
    expect(child.errors()).toContain('LIANTUOFU_APP_ID');
  });

  test('ends with 2 and the place when the mapping is broken at the start', async () => {
    const { env, dataDir, clear } = await makeShop('http://127.0.0.1:1');
    await writeFile(
      join(dataDir, 'mapping.json'),
      (await readFile(join(dataDir, 'mapping.json'), 'utf8')).replace(
        '"store": "EW_N2949193145"',
        '"store": "EW_NOWHERE"',
      ),
    );
    const child = startChild('src/main.ts', env);
    expect(await child.exited).toBe(2);
    expect(child.lines.join('\n')).toMatch(
      /npm run doctor.*npm run setup.*staff\[0\]|staff\[0\].*npm run doctor.*npm run setup/u,
    );
    await clear();
  });
});

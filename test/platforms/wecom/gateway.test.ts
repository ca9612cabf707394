import { WSClient, type WsFrame } from '@wecom/aibot-node-sdk';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startWecomGateway, type WecomGateway, type WecomGatewayOptions } from '../../support/gateways/wecom.ts';

// The simulated gateway is right as far as WeCom's own SDK gets along with it.

let gateway: WecomGateway;
let clock: number;
const clients = new Set<WSClient>();

beforeEach(async () => {
  clock = Date.now();
  gateway = await startWecomGateway({ now: () => clock });
});
afterEach(async () => {
  for (const client of clients) client.disconnect();
  clients.clear();
  await gateway.close();
});

async function restart(options: WecomGatewayOptions): Promise<void> {
  await gateway.close();
  gateway = await startWecomGateway({ now: () => clock, ...options });
}

/** Says nothing: its debug lines hold whole messages. */
const logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

function connect(change: Partial<ConstructorParameters<typeof WSClient>[0]> = {}): WSClient {
  const { url: wsUrl, botId, secret } = gateway;
  const client = new WSClient({ botId, secret, wsUrl, logger, reconnectInterval: 10, ...change });
  clients.add(client);
  return client;
}

function event<T>(client: WSClient, name: Parameters<WSClient['once']>[0]): Promise<T> {
  return new Promise((resolve) => void client.once(name, (...values: unknown[]) => resolve(values[0] as T)));
}

/** A client that has subscribed, and the frame of the message that a person then writes. */
async function hear(): Promise<{ client: WSClient; frame: WsFrame }> {
  const client = connect();
  const heard = event<WsFrame>(client, 'message.text');
  client.connect();
  await gateway.subscribed();
  gateway.say({ content: '核销 914095353294404024 2', messageId: 'M1' });
  return { client, frame: await heard };
}

const refusal = (frame: Promise<WsFrame>): Promise<unknown> => frame.then(() => 0).catch((error: unknown) => error);

describe('the SDK', () => {
  test('subscribes, hears a message and answers it by a stream', async () => {
    const { client, frame } = await hear();
    expect(frame.body).toMatchObject({ msgid: 'M1', chattype: 'group', from: { userid: 'zhangsan' } });
    await client.replyStream(frame, 'S1', '正在核销…');
    expect(gateway.shown).toMatchObject([{ chat: 'wrGROUP01', kind: 'stream', text: '正在核销…', finished: false }]);
    await client.replyStream(frame, 'S1', '核销成功', true);
    expect(gateway.shown).toMatchObject([{ text: '核销成功', finished: true, answers: 'M1' }]);
    expect(await refusal(client.replyStream(frame, 'S1', 'more', true))).toMatchObject({ errcode: 846608 });
  });

  test('is refused with a wrong secret, and with a bot that is not there', async () => {
    for (const wrong of [{ secret: 'wrong' }, { botId: 'aibOTHER' }]) {
      const client = connect({ ...wrong, maxAuthFailureAttempts: 1 });
      const errors: string[] = [];
      const gaveUp = new Promise<void>((resolve) => {
        client.on('error', (error) => {
          errors.push(error.message);
          if ('code' in error && error.code === 'WS_AUTH_FAILURE_EXHAUSTED') resolve();
        });
      });
      client.connect();
      await gaveUp;
      expect(errors[0]).toContain('853000');
    }
  });

  test('is told to slow down when it subscribes too often', async () => {
    await restart({ subscribesPerMinute: 1 });
    const first = connect().connect();
    await event(first, 'authenticated');
    const second = connect();
    const error = event<Error>(second, 'error');
    second.connect();
    expect((await error).message).toContain('45009');
  });

  test('is kicked by the next client of the same bot, and stays away', async () => {
    const first = connect();
    const kicked = event<WsFrame>(first, 'event.disconnected_event');
    first.connect();
    await gateway.subscribed();
    const second = connect();
    const taken = event(second, 'authenticated');
    second.connect();
    expect((await kicked).body).toMatchObject({ event: { eventtype: 'disconnected_event' } });
    await taken;
    await expect.poll(() => gateway.connections()).toBe(1);
    expect([first.isConnected, second.isConnected]).toEqual([false, true]);
  });

  test('reconnects after the connection was cut', async () => {
    const client = connect().connect();
    await event(client, 'authenticated');
    const again = event(client, 'authenticated');
    gateway.drop();
    await again;
    expect(gateway.isSubscribed()).toBe(true);
  });

  test('pings, and gives up a connection that does not answer', async () => {
    const client = connect({ heartbeatInterval: 10 });
    const authenticated = event(client, 'authenticated');
    client.connect();
    await authenticated;
    await expect.poll(() => gateway.commands.some(({ cmd, errcode }) => cmd === 'ping' && errcode === 0)).toBe(true);
    const gone = event(client, 'disconnected');
    gateway.goSilent();
    await gone;
  });

  test('greets who opens the chat, once and within five seconds', async () => {
    const client = connect();
    const entered = event<WsFrame>(client, 'event.enter_chat');
    client.connect();
    await gateway.subscribed();
    gateway.enter('zhangsan', 'E1');
    const frame = await entered;
    const greeting = { msgtype: 'text' as const, text: { content: '您好' } };
    expect(await refusal(client.replyStream(frame, 'S', 'x', true))).toMatchObject({ errcode: 846605 });
    await client.replyWelcome(frame, greeting);
    expect(gateway.shown).toMatchObject([{ chat: 'zhangsan', kind: 'text', text: '您好' }]);
    expect(await refusal(client.replyWelcome(frame, greeting))).toMatchObject({ errcode: 846605 });
  });

  test('shows a card with a stream, hears a tap on it and changes it', async () => {
    const { client, frame } = await hear();
    const templateCard = {
      card_type: 'button_interaction',
      main_title: { title: '核销6次？' },
      button_list: [{ text: '确认', style: 1, key: '确认 R-7K3M9Q2A' }],
      task_id: 'T1',
    };
    await client.replyStreamWithCard(frame, 'S1', '待确认', true, { templateCard });
    const tapped = event<WsFrame>(client, 'event.template_card_event');
    expect(() => gateway.tap('T1', 'other', { user: 'zhangsan', messageId: 'T' })).toThrow('no such button');
    gateway.tap('T1', '确认 R-7K3M9Q2A', { user: 'zhangsan', messageId: 'T' });
    const tap = await tapped;
    const told = { ...templateCard, main_title: { title: '核销成功' } };
    const other = { ...told, task_id: 'T2' };
    expect(await refusal(client.updateTemplateCard(tap, other))).toMatchObject({ errcode: 40058 });
    await client.updateTemplateCard(tap, told);
    expect(gateway.shown).toMatchObject([{ text: '待确认', card: { face: { title: '核销成功' } } }]);
    expect(await refusal(client.replyTemplateCard(frame, templateCard))).toMatchObject({ errcode: 42014 });
  });

  test('is refused a tap that it answers after five seconds', async () => {
    const { client, frame } = await hear();
    const card = { card_type: 'button_interaction', main_title: { title: '?' }, task_id: 'T1' };
    const templateCard = { ...card, button_list: [{ text: '确认', style: 1, key: 'k' }] };
    await client.replyTemplateCard(frame, templateCard);
    const tapped = event<WsFrame>(client, 'event.template_card_event');
    gateway.tap('T1', 'k', { user: 'lisi', messageId: 'T' });
    const tap = await tapped;
    clock += 5_001;
    expect(await refusal(client.updateTemplateCard(tap, templateCard))).toMatchObject({ errcode: 846605 });
  });

  test('may push where a person has spoken, and nowhere else', async () => {
    const { client } = await hear();
    const markdown = { msgtype: 'markdown' as const, markdown: { content: '核销成功' } };
    await client.sendMessage('wrGROUP01', markdown);
    expect(gateway.shown).toMatchObject([{ chat: 'wrGROUP01', kind: 'markdown', text: '核销成功', answers: null }]);
    expect(await refusal(client.sendMessage('lisi', markdown))).toMatchObject({ errcode: 846607 });
  });

  test('may send 30 messages to a chat in a minute', async () => {
    const { client, frame } = await hear();
    const markdown = { msgtype: 'markdown' as const, markdown: { content: 'x' } };
    for (let sent = 0; sent < 29; sent++) await client.sendMessage('wrGROUP01', markdown);
    await client.replyStream(frame, 'S1', 'x', true);
    expect(await refusal(client.sendMessage('wrGROUP01', markdown))).toMatchObject({ errcode: 45009 });
    clock += 60_001;
    await client.sendMessage('wrGROUP01', markdown);
  });

  test.each([
    ['6 minutes after its last update', 6 * 60_000 + 1, 1],
    ['10 minutes after its first frame', 5 * 60_000 + 1, 2],
  ])('cannot go on with a stream %s', async (_, pauseMs, times) => {
    const { client, frame } = await hear();
    await client.replyStream(frame, 'S1', '正在核销…');
    for (let passed = 1; passed < times; passed++) {
      clock += pauseMs;
      await client.replyStream(frame, 'S1', '正在核销…');
    }
    clock += pauseMs;
    expect(await refusal(client.replyStream(frame, 'S1', '核销成功', true))).toMatchObject({ errcode: 846608 });
  });

  test('is refused a text that is too long, and one that ends with nothing', async () => {
    const { client, frame } = await hear();
    expect(await refusal(client.replyStream(frame, 'S1', '核'.repeat(7_000), true))).toMatchObject({ errcode: 45002 });
    expect(await refusal(client.replyStream(frame, 'S1', '', true))).toMatchObject({ errcode: 40058 });
  });

  test('cannot speak on a connection that lost its subscription', async () => {
    const { client, frame } = await hear();
    gateway.loseSession();
    expect(await refusal(client.replyStream(frame, 'S1', 'x', true))).toMatchObject({ errcode: 846609 });
  });

  test('finds out whether its combination of a stream and a card is taken', async () => {
    await restart({ takesStreamWithCard: false });
    const { client, frame } = await hear();
    const templateCard = {
      card_type: 'button_interaction',
      main_title: { title: '?' },
      button_list: [{ text: '确认', style: 1, key: 'k' }],
      task_id: 'T1',
    };
    const combined = client.replyStreamWithCard(frame, 'S1', 'x', true, { templateCard });
    expect(await refusal(combined)).toMatchObject({ errcode: 40008 });
    expect(gateway.shown).toEqual([]);
  });
});

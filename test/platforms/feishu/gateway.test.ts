import { buffer } from 'node:stream/consumers';
import { Client, EventDispatcher, LoggerLevel, WSClient } from '@larksuiteoapi/node-sdk';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startFeishuGateway, type FeishuGateway } from '../../support/gateways/feishu.ts';
import { FEISHU_APP, feishuCallback, feishuChallenge, feishuText } from '../../support/gateways/feishu-callbacks.ts';

/** Waits hardly at all for an answer. */
const HASTY = { ackWithinMs: 50, redeliverAfterMs: [20, 20] };

let gateway: FeishuGateway;
beforeEach(async () => {
  gateway = await startFeishuGateway();
});
afterEach(() => gateway.close());

/** The SDK keeps tokens for the whole process otherwise. */
const forgetful = () => {
  const kept = new Map<unknown, unknown>();
  return {
    get: async (key: unknown) => kept.get(key),
    set: async (key: unknown, value: unknown) => kept.set(key, value).has(key),
  };
};
const silent = { ...console, trace() {}, debug() {}, info() {}, warn() {}, error() {} };
const QUIET = { loggerLevel: LoggerLevel.fatal, logger: silent };

interface Received {
  readonly message: { readonly message_id: string; readonly content: string; readonly chat_id: string };
}

// The simulation is as the platform is, as far as its own SDK knows the platform.
describe('the platform’s own SDK, against the simulated gateway', () => {
  const { appId, appSecret } = FEISHU_APP;

  async function connect(handlers: Record<string, (event: never) => Promise<unknown>>): Promise<WSClient> {
    const ready = Promise.withResolvers<undefined>();
    const onReady = () => ready.resolve(undefined);
    const client = new WSClient({ appId, appSecret, domain: gateway.url, onReady, ...QUIET });
    await client.start({ eventDispatcher: new EventDispatcher(QUIET).register(handlers) });
    await ready.promise;
    return client;
  }

  test('connects, hears a message in one piece and in several, confirms it and replies', async () => {
    const heard: string[] = [];
    const client = new Client({ appId, appSecret, domain: gateway.url, cache: forgetful(), ...QUIET });
    const socket = await connect({
      'im.message.receive_v1': async ({ message }: Received) => {
        heard.push(message.content);
        await client.im.message.reply({
          path: { message_id: message.message_id },
          data: { msg_type: 'text', content: JSON.stringify({ text: '核销成功' }), uuid: message.message_id },
        });
      },
    });
    await gateway.pinged(1);
    const [one, two] = await Promise.all([
      gateway.say('核销 914095353294404024 2', { messageId: 'om_1' }),
      gateway.say('@_user_1 核销 🎂', { messageId: 'om_2', group: 'oc_group' }, 5),
    ]);
    expect([one.code, two.code]).toEqual([200, 200]);
    expect(heard.toSorted()).toEqual(['{"text":"@_user_1 核销 🎂"}', '{"text":"核销 914095353294404024 2"}']);
    expect(await gateway.shows(({ replyTo }) => replyTo === 'om_1')).toMatchObject({ text: '核销成功' });
    expect(await gateway.shows(({ replyTo }) => replyTo === 'om_2')).toMatchObject({ to: 'oc_group' });
    expect(gateway.complaints).toEqual([]);
    socket.close();
  });

  test('sends cards, hears taps on them and answers these with another card', async () => {
    const card = (title: string) => ({
      schema: '2.0',
      config: { update_multi: true },
      header: { title: { tag: 'plain_text', content: title }, template: 'blue' },
      body: {
        elements: [
          {
            tag: 'column_set',
            flex_mode: 'flow',
            columns: [
              {
                tag: 'column',
                width: 'auto',
                elements: [
                  {
                    tag: 'button',
                    text: { tag: 'plain_text', content: '确认' },
                    type: 'primary',
                    behaviors: [{ type: 'callback', value: { key: 'k' } }],
                  },
                ],
              },
            ],
          },
        ],
      },
    });
    const client = new Client({ appId, appSecret, domain: gateway.url, cache: forgetful(), ...QUIET });
    const sent = await client.im.message.create({
      params: { receive_id_type: 'open_id' },
      data: { receive_id: 'ou_staff001', msg_type: 'interactive', content: JSON.stringify(card('待确认')) },
    });
    expect(sent.code).toBe(0);
    const socket = await connect({
      'card.action.trigger': async ({ action }: { readonly action: { readonly value: object } }) => {
        expect(action.value).toEqual({ key: 'k' });
        return { toast: { type: 'info', content: '好' }, card: { type: 'raw', data: card('核销成功') } };
      },
    });
    const [shown] = gateway.shown;
    if (shown === undefined) throw new Error('nothing is shown');
    const { data } = await gateway.send(gateway.tapEvent(shown, '确认'));
    expect(gateway.show(shown, data).toast?.content).toBe('好');
    expect(shown.card?.header.title.content).toBe('核销成功');
    const { messageId: message_id } = shown;
    await client.im.message.patch({ path: { message_id }, data: { content: JSON.stringify(card('结果未知')) } });
    expect(shown.card?.header.title.content).toBe('结果未知');
    socket.close();
  });

  test('reads what people have written, and gets the pictures in it', async () => {
    const bytes = Uint8Array.from({ length: 100_000 }, (_, index) => index % 251);
    const image_key = gateway.pictures.keep(bytes);
    gateway.notes({ messageId: 'om_0', group: 'oc_group', type: 'image', content: { image_key } });
    const client = new Client({ appId, appSecret, domain: gateway.url, cache: forgetful(), ...QUIET });
    const { data } = await client.im.message.get({ path: { message_id: 'om_0' } });
    const [found] = data?.items ?? [];
    expect([found?.msg_type, found?.body?.content]).toEqual(['image', JSON.stringify({ image_key })]);

    const path = { message_id: 'om_0', file_key: image_key };
    const resource = await client.im.messageResource.get({ path, params: { type: 'image' } });
    expect(await buffer(resource.getReadableStream())).toEqual(Buffer.from(bytes));
    const wrong = { path: { ...path, file_key: 'img_other' }, params: { type: 'image' } };
    await expect(client.im.messageResource.get(wrong)).rejects.toThrow('400');
  });

  test('is delivered again what it does not confirm', async () => {
    await gateway.close();
    gateway = await startFeishuGateway(HASTY);
    let times = 0;
    const socket = await connect({
      'im.message.receive_v1': async () => {
        times += 1;
        if (times < 3) throw new Error('not stored');
      },
    });
    await gateway.say('核销');
    await expect.poll(() => times).toBe(3);
    socket.close();
  });

  test('is refused with a wrong secret, and told so', async () => {
    const failed = Promise.withResolvers<Error>();
    const wrong = new WSClient({
      ...{ appId, appSecret: 'wrong', domain: gateway.url, ...QUIET },
      onError: (error) => failed.resolve(error),
    });
    await wrong.start({ eventDispatcher: new EventDispatcher(QUIET) });
    expect(String(await failed.promise)).toContain('1000040345');
    wrong.close();
  });

  test('reads the callbacks that the simulation sends', async () => {
    const { encryptKey, verificationToken } = FEISHU_APP;
    const heard: unknown[] = [];
    const dispatcher = new EventDispatcher({ encryptKey, verificationToken, ...QUIET }).register({
      'im.message.receive_v1': async ({ message }: Received) => void heard.push(message.content),
    });
    // It signs what it has parsed, not what came in: here without white space.
    const { headers, body } = feishuCallback(feishuText('核销 914095353294404024 2'));
    const parsed = JSON.parse(body.toString()) as Record<string, unknown>;
    const data = Object.assign(Object.create({ headers }) as object, parsed);
    await dispatcher.invoke(data, { needCheck: false });
    expect(heard).toEqual(['{"text":"核销 914095353294404024 2"}']);
    expect(JSON.parse(feishuChallenge('c').body.toString())).toHaveProperty('encrypt');
  });
});

import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { NotAccepted } from '../../../src/chat/channel.ts';
import type { Reception } from '../../../src/chat/reception.ts';
import { startHttp, type HttpServer } from '../../../src/http/server.ts';
import { LedgerError } from '../../../src/ledger/errors.ts';
import { createLog } from '../../../src/log.ts';
import { addWebhook } from '../../../src/transports/webhook/callbacks.ts';
import { NotAuthentic, type WebhookBot } from '../../../src/transports/webhook/webhook.ts';

const REPLY = { text: '核销成功', question: null, redeemed: true, onRecord: true };

/** Takes every body for a message, but for that of a stranger and that of a check. */
const bot: WebhookBot<string, null, string> = {
  channel: 'plain',
  read: () => ({ kind: 'ignored', why: 'never asked' }),
  render: { final: (_, { text }) => text, waiting: () => null },
  webhook: {
    path: '/plain',
    deadlineMs: null,
    checkUrl: ({ query }) => query.get('echo') ?? '',
    verify({ body }) {
      if (body.toString() === 'a stranger') throw new NotAuthentic('not signed');
      return body.toString() === 'a check' ? null : body.toString();
    },
    wrap: (body) => ({ type: 'text/plain', body }),
  },
};

let server: HttpServer | null = null;
afterEach(() => server?.close(1_000));

/** A service that does `hear` with each callback, and what it says in the log and counts. */
async function listenWith(hear: Reception['hear']) {
  const said: string[] = [];
  const counted: (number | string)[] = [];
  const say = (_: object, message: string) => void said.push(message);
  const reply = { as: null, room: 100, direct: null };
  const reading: typeof bot = {
    ...bot,
    read: () => ({ kind: 'poll', channel: 'plain', account: '', messageId: '1', reply }),
  };
  const onCallback = (channel: string) => {
    counted.push(channel);
    return (status: number) => void counted.push(status);
  };
  const log = { info: say, warn: say, error: say };
  server = await startHttp({
    host: '127.0.0.1',
    port: 0,
    log: createLog({ level: 'silent' }),
    addRoutes: (router) => addWebhook(router, reading, { reception: { hear }, onCallback, log }),
  });
  const { url } = server;
  const post = async (body: string) => {
    const response = await fetch(`${url}/plain`, { method: 'POST', body });
    return [response.status, await response.text()];
  };
  return { url, post, said, counted };
}

test('a reply is handed over whole where the platform has got it', async () => {
  const told = Promise.withResolvers<boolean>();
  const { post, counted } = await listenWith(async (_, carrier) => told.resolve(await carrier.final(REPLY)));
  expect(await post('hello')).toEqual([200, '核销成功']);
  expect(await told.promise).toBe(true);
  expect(counted).toEqual(['plain', 200]);
});

test('a carrier takes one thing: what comes after it is not handed over', async () => {
  const told = Promise.withResolvers<boolean>();
  const { post } = await listenWith(async (_, carrier) => {
    carrier.nothing();
    told.resolve(await carrier.final(REPLY));
  });
  expect(await post('hello')).toEqual([200, '']);
  expect(await told.promise).toBe(false);
});

test('what goes on after the response holds up nothing, and is said where it fails', async () => {
  const goesOn = Promise.withResolvers<never>();
  const { post, said } = await listenWith((_, carrier) => {
    carrier.nothing();
    return goesOn.promise;
  });
  expect(await post('hello')).toEqual([200, '']);
  goesOn.reject(new Error('too late'));
  await expect.poll(() => said).toEqual(['a callback that was answered already failed']);
});

test('a callback that was given nothing is answered all the same', async () => {
  const { post } = await listenWith(() => Promise.resolve());
  expect(await post('hello')).toEqual([200, '']);
});

test('a failure is a status, never a detail', async () => {
  const failures = [new LedgerError('storage', 'card 9140'), new Error('card 9140')];
  const { post, said, counted } = await listenWith(() => Promise.reject(failures.shift() ?? new Error()));
  expect(await post('hello')).toEqual([503, '']);
  expect(await post('hello')).toEqual([500, '']);
  expect(await post('a stranger')).toEqual([403, '']);
  expect(await post('a check')).toEqual([200, '']);
  expect(await post('x'.repeat(64 * 1024 + 1))).toEqual([413, '']);
  expect(said).toEqual([
    'callback not accepted: it could not be stored',
    'callback failed',
    'callback refused: not authentic',
    'callback refused: body over 64 KiB',
  ]);
  expect(counted.filter((one) => typeof one === 'number')).toEqual([503, 500, 403, 200, 413]);
});

test('one of which it is not known whether it is stored is not accepted', async () => {
  const { post, said } = await listenWith(() => Promise.reject(new NotAccepted('not known')));
  expect(await post('hello')).toEqual([503, '']);
  expect(said).toEqual(['callback not accepted: it could not be stored']);
});

test('a sender who hangs up amid the body is no failure of ours', async () => {
  const { url, said, counted } = await listenWith(() => Promise.resolve());
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.write('POST /plain HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab');
  await expect.poll(() => counted).toEqual(['plain']);
  socket.destroy();
  await once(socket, 'close');
  await expect.poll(() => counted).toEqual(['plain', 400]);
  expect(said).toEqual(['the sender hung up before the callback was complete']);
});

test('the check of the address is answered with its text', async () => {
  const { url } = await listenWith(() => Promise.resolve());
  const response = await fetch(`${url}/plain?echo=hi`);
  expect([response.status, await response.text()]).toEqual([200, 'hi']);
});

test('what is not authentic for a bot goes on to the one behind it, with its body, and checks are told', async () => {
  const checks: boolean[] = [];
  const heard: string[] = [];
  const log = createLog({ level: 'silent' });
  const parts = { onCallback: () => () => undefined, log };
  const another: typeof bot = {
    ...bot,
    read: () => ({ kind: 'ignored', why: 'of the other' }),
    webhook: { ...bot.webhook, verify: ({ body }) => body.toString(), checkUrl: () => 'the other' },
  };
  const first: typeof bot = {
    ...bot,
    webhook: {
      ...bot.webhook,
      isCheck: (content) => content === 'a challenge',
      checkUrl({ query }) {
        if (!query.has('echo')) throw new NotAuthentic('no echo');
        return query.get('echo') ?? '';
      },
    },
  };
  const hear = (name: string) => ({
    async hear() {
      heard.push(name);
    },
  });
  server = await startHttp({
    host: '127.0.0.1',
    port: 0,
    log,
    addRoutes(router) {
      const onForeign = (_: unknown, __: unknown, next: () => Promise<unknown>) => next().then(() => undefined);
      addWebhook(router, first, {
        ...parts,
        reception: hear('first'),
        onCheck: (proves) => checks.push(proves),
        onForeign,
      });
      addWebhook(router, another, { ...parts, reception: hear('other') });
    },
  });
  const { url } = server;
  const post = async (body: string) => (await fetch(`${url}/plain`, { method: 'POST', body })).status;
  expect(await post('a stranger')).toBe(200);
  expect(await post('a message')).toBe(200);
  expect(heard).toEqual(['other', 'first']);
  expect(await (await fetch(`${url}/plain`)).text()).toBe('the other');
  expect(checks).toEqual([]);
  expect(await (await fetch(`${url}/plain?echo=1`)).text()).toBe('1');
  expect(await post('a check')).toBe(200);
  expect(await post('a challenge')).toBe(200);
  expect(checks).toEqual([true, false, true]);
});

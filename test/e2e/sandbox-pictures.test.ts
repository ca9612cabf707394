import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { startApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';

const Entry = z.object({
  id: z.string(),
  author: z.string().nullable(),
  text: z.string(),
  picture: z.object({ id: z.string(), alt: z.string() }).nullable(),
  inReplyTo: z.string().nullable(),
  finished: z.boolean(),
  card: z
    .object({
      taskId: z.string(),
      face: z.object({ title: z.string(), buttons: z.array(z.object({ text: z.string(), key: z.string() })) }),
    })
    .nullable(),
});
const Chat = z.object({ entries: z.array(Entry), balances: z.record(z.string(), z.number()) });
type Entry = z.infer<typeof Entry>;

let dataDir: string;
let app: Awaited<ReturnType<typeof startApp>>;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'sandbox-'));
  app = await startApp(
    readConfig({ PORT: '0', DATA_DIR: dataDir, CONFIRM_REPEAT_WITHIN_S: '0' }),
    pino({ level: 'silent' }),
  );
});

afterAll(async () => {
  await app.stop();
  await rm(dataDir, { recursive: true });
});

async function entries(): Promise<readonly Entry[]> {
  return Chat.parse(await (await fetch(`${app.url}/sandbox/chat?after=0`)).json()).entries;
}

function post(what: 'messages' | 'taps', body: object) {
  const headers = { 'content-type': 'application/json' };
  return request(`${app.url}/sandbox/${what}`, { method: 'POST', headers, body: JSON.stringify(body) });
}

const send = (message: object) => post('messages', message);

/** Sends a message and resolves with it, as the chat shows it. */
async function say(message: object): Promise<Entry> {
  expect((await send(message)).statusCode).toBe(202);
  const said = (await entries()).findLast(({ author }) => author !== null);
  return said ?? expect.fail('nothing is in the chat');
}

/** Sends a message and resolves with the bot's answer to it. */
async function ask(message: object): Promise<Entry> {
  const { id } = await say(message);
  return vi.waitFor(async () => {
    const answer = (await entries()).find(({ inReplyTo, finished }) => inReplyTo === id && finished);
    return answer ?? Promise.reject(new Error('no answer yet'));
  }, 10_000);
}

function upload(body: Buffer, headers: Record<string, string> = { 'content-type': 'image/png' }) {
  return request(`${app.url}/sandbox/pictures`, { method: 'POST', headers, body });
}

async function uploaded(bytes: Buffer): Promise<string> {
  const { statusCode, body } = await upload(bytes);
  expect(statusCode).toBe(201);
  return z.object({ id: z.string() }).parse(await body.json()).id;
}

const PNG = Buffer.from('89504e470d0a1a0a', 'hex');

describe('a picture', () => {
  test('of one’s own is kept, shown to the page and sent into the chat', async () => {
    const id = await uploaded(PNG);
    const { statusCode, headers, body } = await request(`${app.url}/sandbox/pictures/${id}`);
    expect(statusCode).toBe(200);
    expect(headers['content-type']).toBe('image/png');
    expect(Buffer.from(await body.arrayBuffer())).toEqual(PNG);
    expect(await say({ person: 'zhangsan', text: '核销 2', picture: id })).toMatchObject({
      text: '@核销助手 核销 2',
      picture: { id },
    });
  });

  test('is shown only where it is one that a browser shows safely', async () => {
    const id = await uploaded(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'));
    const { headers } = await request(`${app.url}/sandbox/pictures/${id}`);
    expect(headers['content-type']).toBe('application/octet-stream');
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  test('may have 10 MB and no byte more', async () => {
    const most = Buffer.alloc(10 * 1024 * 1024, 1);
    expect((await upload(most)).statusCode).toBe(201);
    expect((await upload(Buffer.concat([most, PNG]))).statusCode).toBe(413);
  });

  test.each([
    ['a form', { 'content-type': 'text/plain' }, 415],
    ['a foreign host', { 'content-type': 'image/png', host: 'evil.example' }, 403],
    ['another page', { 'content-type': 'image/png', origin: 'https://evil.example' }, 403],
  ])('is not taken from %s', async (_what, headers, status) => {
    expect((await upload(PNG, headers)).statusCode).toBe(status);
  });

  test('of no bytes is none', async () => {
    expect((await upload(Buffer.alloc(0))).statusCode).toBe(400);
  });

  test('that is not there any more cannot be sent, and neither can a quotation of what is not', async () => {
    const before = await entries();
    expect((await send({ person: 'zhangsan', picture: 'gone' })).statusCode).toBe(410);
    expect((await send({ person: 'zhangsan', text: '核销 2', quote: 'gone' })).statusCode).toBe(410);
    expect((await request(`${app.url}/sandbox/pictures/gone`)).statusCode).toBe(404);
    expect((await entries()).length).toBe(before.length);
  });
});

test('a picture can be left in the group without a word, and be quoted by another person', async () => {
  const shown = await say({ person: 'zhaomin', picture: 'card', mention: false });
  expect(shown).toMatchObject({ author: 'zhaomin', text: '', picture: { id: 'card' } });
  const order = await say({ person: 'zhangsan', text: '核销 2', quote: shown.id });
  expect(order).toMatchObject({ author: 'zhangsan', text: '@核销助手 核销 2', picture: null, inReplyTo: shown.id });
  // Only what mentions the bot is answered.
  await vi.waitFor(async () => {
    const answered = (await entries()).filter(({ author }) => author === null).map(({ inReplyTo }) => inReplyTo);
    expect(answered).toContain(order.id);
    expect(answered).not.toContain(shown.id);
  }, 10_000);
});

describe('a picture that is sent to the bot', () => {
  const tap = async ({ card }: Entry, person: string, button: string) => {
    const { key } =
      card?.face.buttons.find(({ text }) => text.replace(' ', '') === button) ?? expect.fail(`no button ${button}`);
    expect((await post('taps', { person, taskId: card?.taskId, key })).statusCode).toBe(202);
  };
  const titleOf = async ({ id }: Entry) => (await entries()).find((entry) => entry.id === id)?.card?.face.title;

  test('becomes a question that a tap answers, once', async () => {
    const code = '286104937502';
    const left = async () => Chat.parse(await (await fetch(`${app.url}/sandbox/chat`)).json()).balances[code] ?? 0;
    const before = await left();
    const question = await ask({ person: 'zhangsan', picture: 'phone' });
    expect(question.text).toMatch(/^【沙箱】待确认/u);
    expect(await left()).toBe(before);
    await tap(question, 'zhangsan', '2次');
    await vi.waitFor(async () => expect(await titleOf(question)).toContain('核销成功'), 10_000);
    expect(await left()).toBe(before - 2);
    // The card has no such button any more.
    const { taskId } = question.card ?? {};
    const key = question.card?.face.buttons[0]?.key;
    expect((await post('taps', { person: 'zhangsan', taskId, key })).statusCode).toBe(400);
  });

  test('of a person who is not bound is not looked at', async () => {
    const { text, card } = await ask({ person: 'luren', picture: 'card' });
    expect(text).toContain('未绑定');
    expect(card).toBeNull();
  });

  test('that is none is said to be none', async () => {
    const picture = await uploaded(Buffer.from('核销 914095353294404024 2'));
    const { text, card } = await ask({ person: 'zhangsan', text: '核销 2', picture });
    expect(text).toContain('这种图片看不了');
    expect(card).toBeNull();
  });

  test('and quotes another is an order about its own, and never about words that are quoted', async () => {
    const other = await say({
      person: 'zhaomin',
      text: '核销 914095353294405137 1',
      picture: 'two-cards',
      mention: false,
    });
    const { text } = await ask({ person: 'zhangsan', text: '核销 2', picture: 'card', quote: other.id });
    expect(text).toMatch(/^【沙箱】待确认[^]*尾号\s?4024/u);
    expect(text).not.toContain('5137');
  });
});

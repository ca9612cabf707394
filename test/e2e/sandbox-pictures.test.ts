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
});
const Chat = z.object({ entries: z.array(Entry) });
type Entry = z.infer<typeof Entry>;

let dataDir: string;
let app: Awaited<ReturnType<typeof startApp>>;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'sandbox-'));
  app = await startApp(readConfig({ PORT: '0', DATA_DIR: dataDir }), pino({ level: 'silent' }));
});

afterAll(async () => {
  await app.stop();
  await rm(dataDir, { recursive: true });
});

async function entries(): Promise<readonly Entry[]> {
  return Chat.parse(await (await fetch(`${app.url}/sandbox/chat?after=0`)).json()).entries;
}

function send(message: object) {
  const headers = { 'content-type': 'application/json' };
  return request(`${app.url}/sandbox/messages`, { method: 'POST', headers, body: JSON.stringify(message) });
}

/** Sends a message and resolves with it, as the chat shows it. */
async function say(message: object): Promise<Entry> {
  expect((await send(message)).statusCode).toBe(202);
  const said = (await entries()).findLast(({ author }) => author !== null);
  return said ?? expect.fail('nothing is in the chat');
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

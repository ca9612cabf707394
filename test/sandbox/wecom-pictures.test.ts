import { createDecipheriv, randomBytes } from 'node:crypto';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createMedia } from '../../src/sandbox/wecom-media.ts';
import type { Said } from '../../src/sandbox/wecom-content.ts';
import { startSimulatedWecom, type ChatMessage, type SimulatedWecom } from '../../src/sandbox/wecom.ts';
import { KEYS, sealed, startBot, stream, type Bot } from './bot.ts';

const PICTURE = randomBytes(1000);

async function start(): Promise<{ readonly wecom: SimulatedWecom; readonly bot: Bot }> {
  const bot = await startBot((callback) => sealed(stream('S1', true, '核销成功'), callback));
  onTestFinished(() => bot.close());
  const wecom = await startSimulatedWecom({ botName: '核销助手', onBubble: vi.fn(), log: { warn: vi.fn() } });
  onTestFinished(() => wecom.close());
  await wecom.connect({ callbackUrl: bot.callbackUrl, ...KEYS });
  return { wecom, bot };
}

/** What the bot gets to hear of a message. */
async function inner(message: Omit<ChatMessage, 'userId'>) {
  const { wecom, bot } = await start();
  wecom.say({ userId: 'zhangsan', ...message });
  await expect.poll(() => bot.callbacks).toHaveLength(1);
  return { wecom, bot, heard: bot.callbacks[0]?.inner };
}

/** As document 100719 has it: AES-256-CBC, the key's own first 16 bytes as IV, PKCS#7 with blocks of 32, and no header. */
function decrypt(encrypted: Buffer): Buffer {
  const key = Buffer.from(`${KEYS.aesKey}=`, 'base64');
  const aes = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  const plain = Buffer.concat([aes.update(encrypted), aes.final()]);
  const padding = plain.at(-1) ?? 0;
  expect(plain.length % 32).toBe(0);
  expect(plain.subarray(-padding)).toEqual(Buffer.alloc(padding, padding));
  return plain.subarray(0, -padding);
}

const image = { msgtype: 'image', image: { url: expect.any(String) as string } };
const words = (content: string) => ({ msgtype: 'text', text: { content } });
const urlIn = (part: unknown) => /"url":"([^"]+)"/u.exec(JSON.stringify(part))?.[1] ?? '';

test('a picture with a mention in a group is mixed with its words, and can be fetched and decrypted', async () => {
  const { wecom, heard } = await inner({ chatId: 'wrGROUP01', text: '@核销助手 核销 2', picture: PICTURE });
  expect(heard).toMatchObject({
    chattype: 'group',
    chatid: 'wrGROUP01',
    msgtype: 'mixed',
    mixed: { msg_item: [words('@核销助手 核销 2'), image] },
  });
  const url = urlIn(heard);
  expect(url.startsWith(`${wecom.url}/`)).toBe(true);
  const response = await fetch(url);
  expect(response.status).toBe(200);
  const encrypted = Buffer.from(await response.arrayBuffer());
  expect(encrypted.includes(PICTURE.subarray(0, 16))).toBe(false);
  expect(decrypt(encrypted)).toEqual(PICTURE);
  expect((await fetch(`${url}0`)).status).toBe(404);
});

test('a picture without a mention stays in the group', async () => {
  const { wecom, bot } = await start();
  wecom.say({ userId: 'zhangsan', chatId: 'wrGROUP01', text: '', picture: PICTURE });
  wecom.say({ userId: 'zhangsan', chatId: 'wrGROUP01', text: '@核销助手 帮助' });
  await expect.poll(() => bot.callbacks).toHaveLength(1);
  expect(bot.callbacks[0]?.inner).toMatchObject(words('@核销助手 帮助'));
});

test('in a chat of their own a picture alone is an image', async () => {
  const { heard } = await inner({ chatId: null, text: '', picture: PICTURE });
  expect(heard).toMatchObject({ chattype: 'single', ...image });
  expect(heard).not.toHaveProperty('chatid');
});

test.each<[string, Said, object]>([
  ['a picture alone', { text: '', picture: PICTURE }, image],
  [
    'a picture with words',
    { text: '看', picture: PICTURE },
    { msgtype: 'mixed', mixed: { msg_item: [words('看'), image] } },
  ],
  ['words', { text: '看' }, words('看')],
])('a quotation of %s comes beside what is written', async (_what, quote, quoted) => {
  const { heard } = await inner({ chatId: 'wrGROUP01', text: '@核销助手 核销 2', quote });
  expect(heard).toMatchObject({ ...words('@核销助手 核销 2'), quote: quoted });
  if (quote.picture === undefined) return;
  expect(decrypt(Buffer.from(await (await fetch(urlIn(heard?.['quote']))).arrayBuffer()))).toEqual(PICTURE);
});

test('a picture of whole blocks gets a block of padding', () => {
  const media = createMedia({ now: () => 0 });
  const encrypted = media.take(media.offer(PICTURE.subarray(0, 64)), KEYS.aesKey) ?? Buffer.alloc(0);
  expect(encrypted).toHaveLength(96);
  expect(decrypt(encrypted)).toEqual(PICTURE.subarray(0, 64));
});

test('an address works for five minutes, and only the newest do', () => {
  let now = 0;
  const media = createMedia({ now: () => now, limit: 2 });
  const [first, second, third] = [media.offer(PICTURE), media.offer(PICTURE), media.offer(PICTURE)];
  expect(media.take(first, KEYS.aesKey)).toBeNull();
  now = 299_999;
  expect(media.take(second, KEYS.aesKey)).not.toBeNull();
  now = 300_000;
  expect(media.take(third, KEYS.aesKey)).toBeNull();
});

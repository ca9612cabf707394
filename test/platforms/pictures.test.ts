import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ChatMessage } from '../../src/chat/channel.ts';
import type { FetchPicture, PictureSource } from '../../src/redemption/shown.ts';
import { DINGTALK_PICTURES } from './dingtalk/pictured.ts';
import { FEISHU_PICTURES } from './feishu/pictured.ts';
import type { Pictured, SentPictures } from './pictured.ts';
import { WECOM_PICTURES } from './wecom/pictured.ts';

/** Bytes that are another picture with each number. */
const picture = (number: number) =>
  Uint8Array.from({ length: 30_000 + number }, (_, index) => (index * 31 + number) % 256);
const IN_TIME = new AbortController().signal;

describe.each([...WECOM_PICTURES, ...DINGTALK_PICTURES, ...FEISHU_PICTURES])('$name', (way) => {
  let pictured: Pictured;
  beforeEach(async () => {
    pictured = await way.start();
  });
  afterEach(() => pictured.close());

  async function sends(message: SentPictures, id = 'm1'): Promise<ChatMessage> {
    const incoming = await pictured.send(message, id);
    if (incoming.kind !== 'message') throw new Error(`read as ${incoming.kind}`);
    return incoming.message;
  }

  /** Fetches a picture, with those that only fetching it shows. */
  async function fetchAll({ at }: PictureSource): Promise<Buffer[]> {
    const fetchPicture: FetchPicture | undefined = pictured.bot.fetchPicture;
    const fetched = await fetchPicture?.(at, IN_TIME);
    if (fetched?.kind !== 'fetched') throw new Error(`not fetched: ${fetched?.why}`);
    const others = await Promise.all((fetched.others ?? []).map(fetchAll));
    return [Buffer.from(fetched.bytes), ...others.flat()];
  }
  const bytesOf = async ({ pictures = [] }: ChatMessage, quoted: boolean) =>
    (await Promise.all(pictures.filter((one) => one.quoted === quoted).map(fetchAll))).flat();

  test('a picture that a person sends is fetched as it was sent, and nothing was typed with it', async () => {
    const message = await sends({ text: '', pictures: [picture(1)] });
    expect(message.text).toBe('');
    expect(await bytesOf(message, false)).toEqual([Buffer.from(picture(1))]);
    expect(await bytesOf(message, true)).toEqual([]);
  });

  test('a picture is fetched once more when its message comes again', async () => {
    const message = await sends({ text: '', pictures: [picture(1)] });
    await bytesOf(message, false);
    expect(await bytesOf(message, false)).toEqual([Buffer.from(picture(1))]);
  });

  test.runIf(way.textWithPictures)('what is typed with pictures is read beside them, in their order', async () => {
    const pictures = way.severalPictures ? [picture(1), picture(2), picture(3)] : [picture(1)];
    const message = await sends({ text: ' 核销 2', pictures });
    expect(message.text.trim()).toBe('核销 2');
    expect(await bytesOf(message, false)).toEqual(pictures.map((bytes) => Buffer.from(bytes)));
  });

  test.runIf(way.quotedPictures)('a picture that a person answers is fetched, and is known as quoted', async () => {
    const message = await sends({ text: ' 核销 2', pictures: [], quoted: { text: '', pictures: [picture(1)] } });
    expect(message.text.trim()).toBe('核销 2');
    expect(await bytesOf(message, true)).toEqual([Buffer.from(picture(1))]);
    expect(await bytesOf(message, false)).toEqual([]);
  });

  test.runIf(way.quotedPictures)('of what a person answers, all pictures are taken and no word', async () => {
    const quoted = { text: '核销 914095353294404024 9', pictures: [picture(1), picture(2)] };
    const message = await sends({ text: ' 核销 2', pictures: [], quoted });
    expect(message.text.trim()).toBe('核销 2');
    expect(JSON.stringify(message)).not.toContain('914095353294404024');
    expect(await bytesOf(message, true)).toEqual(quoted.pictures.map((bytes) => Buffer.from(bytes)));
  });

  test('a picture that the platform has no more is said to be gone', async () => {
    const { pictures = [] } = await sends({ text: '', pictures: [picture(1)] });
    pictured.forget();
    expect(await pictured.bot.fetchPicture?.(pictures[0]?.at, IN_TIME)).toMatchObject({ why: 'gone' });
  });

  test('a picture is not fetched when it is too late', async () => {
    const { pictures = [] } = await sends({ text: '', pictures: [picture(1)] });
    expect(await pictured.bot.fetchPicture?.(pictures[0]?.at, AbortSignal.abort())).toMatchObject({
      why: 'unreachable',
    });
  });
});

import { randomBytes } from 'node:crypto';
import { decryptFile as decryptByTencent } from '@wecom/aibot-node-sdk';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createDownload } from '../../../src/platforms/download.ts';
import { createPlatformHttp, type PlatformHttp } from '../../../src/platforms/http.ts';
import { createFetchPicture as ofAiBot } from '../../../src/platforms/wecom/ai-bot/pictures.ts';
import { createFetchPicture as ofApp } from '../../../src/platforms/wecom/app/pictures.ts';
import { createWecomApi } from '../../../src/platforms/wecom/api.ts';
import { decryptFile } from '../../../src/platforms/wecom/cipher.ts';
import { encryptFile } from '../../support/platforms/wecom-media.ts';
import { APP_SECRET, startPlatforms, type Platforms } from '../../support/platforms.ts';
import { APP_KEYS, BOT_KEYS } from '../../support/service.ts';

const never = new AbortController().signal;
const MINUTE = 60_000;
const fetched = (bytes: Uint8Array) => ({ kind: 'fetched', bytes: Buffer.from(bytes) });
const not = (why: string) => ({ kind: 'not-fetched', why });

describe('an encrypted file', () => {
  const key = randomBytes(32).toString('base64').replace('=', '');
  // Around the edges of a block, where the padding is whole.
  const sizes = [1, 15, 16, 17, 31, 32, 33, 63, 64, 1000];

  test.each(sizes)('of %d bytes is decrypted as by Tencent’s own client', (size) => {
    const bytes = randomBytes(size);
    const encrypted = encryptFile(bytes, key);
    expect(encrypted.length % 32).toBe(0);
    expect(Buffer.from(decryptFile(encrypted, key))).toEqual(bytes);
    expect(decryptByTencent(encrypted, key)).toEqual(bytes);
  });

  test('is decrypted by its key in every way that WeCom writes it', () => {
    const bytes = randomBytes(100);
    const bare = Buffer.alloc(32, 0xfb).toString('base64').replace('=', '');
    const encrypted = encryptFile(bytes, bare);
    for (const written of [bare, `${bare}=`, bare.replaceAll('+', '-').replaceAll('/', '_')]) {
      expect(Buffer.from(decryptFile(encrypted, written)), written).toEqual(bytes);
    }
    expect(bare).toMatch(/[+/]/u);
  });

  test.each([
    ['nothing', Buffer.alloc(0), key],
    ['no whole block', randomBytes(33), key],
    ['a picture that is not encrypted', Buffer.alloc(64, 0xff), key],
    ['another key', encryptFile(Buffer.alloc(100), key), randomBytes(32).toString('base64').slice(0, 43)],
    ['half of it', encryptFile(randomBytes(100), key).subarray(0, 64), key],
    ['no key', encryptFile(randomBytes(100), key), ''],
    ['half a key', encryptFile(randomBytes(100), key), key.slice(0, 22)],
    ['a key that is none', encryptFile(randomBytes(100), key), '*'.repeat(43)],
  ])('that cannot be decrypted is refused: %s', (_, encrypted, with_) => {
    expect(() => decryptFile(encrypted, with_)).toThrow();
  });
});

let now: number;
let platforms: Platforms;
let http: PlatformHttp;
const warn = vi.fn();
beforeEach(async () => {
  now = Date.now();
  platforms = await startPlatforms({ now: () => now });
  http = createPlatformHttp();
  warn.mockClear();
});
afterEach(() => Promise.all([http.close(), platforms.close()]));

const picture = randomBytes(5_000);
const download = (change: { readonly mediaHosts?: readonly string[] } = {}) =>
  createDownload({ mediaHosts: [platforms.mediaHost], apiHosts: [], ...change });

describe('a picture of the AI bot', () => {
  const at = (key: string, aesKey: string | null = null) => ({
    ...platforms.wecomPictures.toBot(picture, key),
    aesKey,
  });

  test('is decrypted by the key of the callbacks', async () => {
    expect(await ofAiBot(download(), BOT_KEYS.aesKey)(at(BOT_KEYS.aesKey), never)).toEqual(fetched(picture));
  });

  test('or by its own, which is all that there is by the long connection', async () => {
    const own = randomBytes(32).toString('base64').slice(0, 43);
    for (const ofCallbacks of [null, BOT_KEYS.aesKey]) {
      expect(await ofAiBot(download(), ofCallbacks)(at(own, own), never)).toEqual(fetched(picture));
    }
  });

  test('is damaged where its key is missing or another', async () => {
    const other = randomBytes(32).toString('base64').slice(0, 43);
    expect(await ofAiBot(download(), null)(at(BOT_KEYS.aesKey), never)).toEqual(not('damaged'));
    expect(await ofAiBot(download(), other)(at(BOT_KEYS.aesKey), never)).toEqual(not('damaged'));
    expect(await ofAiBot(download(), BOT_KEYS.aesKey)(at(BOT_KEYS.aesKey, 'odd'), never)).toEqual(not('damaged'));
  });

  test('is gone after five minutes', async () => {
    const fetch = ofAiBot(download(), BOT_KEYS.aesKey);
    const address = at(BOT_KEYS.aesKey);
    now += 5 * MINUTE + 1_000;
    expect(await fetch(address, never)).toEqual(not('gone'));
  });

  test('is not asked for where its address may not be, or is none', async () => {
    const fetch = ofAiBot(download({ mediaHosts: [] }), BOT_KEYS.aesKey);
    expect(await fetch(at(BOT_KEYS.aesKey), never)).toEqual(not('forbidden'));
    expect(await fetch({ url: 'https://169.254.169.254/latest', aesKey: null }, never)).toEqual(not('forbidden'));
    expect(platforms.mediaCalls()).toBe(0);
    for (const odd of [null, {}, { url: 7 }, 'https://example.com'])
      expect(await fetch(odd, never)).toEqual(not('gone'));
  });

  test('is not asked for where its signal has ended', async () => {
    const fetching = ofAiBot(download(), BOT_KEYS.aesKey)(at(BOT_KEYS.aesKey), AbortSignal.abort());
    expect(await fetching).toEqual(not('unreachable'));
    expect(platforms.mediaCalls()).toBe(0);
  });
});

describe('a picture of the app', () => {
  const fetch = (secret: string | null = APP_SECRET, hosts: readonly string[] = [platforms.mediaHost]) => {
    const fetching = createDownload({ mediaHosts: hosts, apiHosts: [platforms.host] });
    const ofOurs = { url: platforms.url, corpId: APP_KEYS.receiveId, http, download: fetching, now: () => now };
    const api = secret === null ? null : createWecomApi({ ...ofOurs, secret });
    return ofApp({ api, download: createDownload({ mediaHosts: hosts, apiHosts: [] }), log: { warn } });
  };
  const sent = () => platforms.wecomPictures.toApp(picture);

  test('comes by media/get, and nobody asks for its address', async () => {
    expect(await fetch()(sent(), never)).toMatchObject(fetched(picture));
    expect(platforms.mediaCalls()).toBe(0);
    expect(platforms.calls('token')).toBe(1);
  });

  test.each([40014, 42001] as const)('the token is renewed once where it is refused with %d', async (errcode) => {
    const ours = fetch();
    await ours(sent(), never);
    platforms.revokeToken(errcode);
    expect(await ours(sent(), never)).toMatchObject(fetched(picture));
    expect(platforms.calls('token')).toBe(2);
    platforms.misbehave('wecom-media', errcode, 9);
    expect(await ours({ ...sent(), picUrl: null }, never)).toEqual(not('forbidden'));
    expect(platforms.calls('token')).toBe(3);
  });

  test('comes by its address where the app has no secret', async () => {
    expect(await fetch(null)(sent(), never)).toMatchObject(fetched(picture));
    expect(await fetch(null, [])(sent(), never)).toEqual(not('forbidden'));
    expect(await fetch(null)({ mediaId: 'm', picUrl: null }, never)).toEqual(not('forbidden'));
    expect(platforms.calls('token')).toBe(0);
  });

  test('also where WeCom does not give it to us, and the log says what to do', async () => {
    platforms.misbehave('wecom-media', 60020, 1);
    expect(await fetch()(sent(), never)).toMatchObject(fetched(picture));
    expect(JSON.stringify(warn.mock.calls)).toMatch(/60020.*203\.0\.113\.7.*企业可信IP/u);
  });

  test.each([
    [40007, 'gone'],
    [60020, 'forbidden'],
    [48002, 'forbidden'],
    [301002, 'forbidden'],
    [45009, 'unreachable'],
    [99999, 'forbidden'],
    ['html-500', 'unreachable'],
    ['reset', 'unreachable'],
    [{ status: 200, body: { odd: true } }, 'unreachable'],
  ] as const)('after %j and without an address it is %s', async (how, why) => {
    platforms.misbehave('wecom-media', how, 1);
    expect(await fetch()({ ...sent(), picUrl: null }, never)).toEqual(not(why));
  });

  test('what says neither of the two is not asked for', async () => {
    expect(await fetch()({}, never)).toEqual(not('forbidden'));
    expect(await fetch()(null, never)).toEqual(not('forbidden'));
  });

  test('an address that WeCom writes with http is asked by https', async () => {
    const asked: string[] = [];
    const listen = async (url: string) => {
      asked.push(url);
      return not('gone') as never;
    };
    const ours = ofApp({ api: null, download: listen, log: { warn } });
    await ours({ mediaId: null, picUrl: 'http://wework.example/a?b=c' }, never);
    await ours({ mediaId: null, picUrl: 'https://wework.example/a' }, never);
    expect(asked).toEqual(['https://wework.example/a?b=c', 'https://wework.example/a']);
  });

  test('ends with its signal also while the token is being fetched', async () => {
    const stop = new AbortController();
    platforms.misbehave('token', 'hang', 1);
    setTimeout(() => stop.abort(), 20);
    expect(await fetch()(sent(), stop.signal)).toEqual(not('unreachable'));
  });
});

test('no token, key or address is logged', async () => {
  platforms.misbehave('wecom-media', 60020, 1);
  const fetching = createDownload({ mediaHosts: [], apiHosts: [platforms.host], log: { warn } });
  const ours = { url: platforms.url, corpId: APP_KEYS.receiveId, http, download: fetching, now: () => now };
  const api = createWecomApi({ ...ours, secret: APP_SECRET });
  await ofApp({ api, download: createDownload({ mediaHosts: [], apiHosts: [], log: { warn } }), log: { warn } })(
    platforms.wecomPictures.toApp(picture),
    never,
  );
  const logged = JSON.stringify(warn.mock.calls);
  expect(logged).toContain('MEDIA_HOSTS');
  expect(logged).not.toMatch(/access_token|\/files\/|Signature|appSecret/u);
});

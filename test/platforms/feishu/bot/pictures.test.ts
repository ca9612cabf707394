import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLog } from '../../../../src/log.ts';
import { createDownload, type Download } from '../../../../src/platforms/download.ts';
import { createFeishuApi } from '../../../../src/platforms/feishu/api.ts';
import { createFeishuPictures, picturesOf } from '../../../../src/platforms/feishu/bot/pictures.ts';
import { createPlatformHttp, type PlatformHttp } from '../../../../src/platforms/http.ts';
import type { FetchPicture, Fetched } from '../../../../src/redemption/shown.ts';
import { startFeishuGateway, type FeishuGateway, type FeishuMisbehaviour } from '../../../support/gateways/feishu.ts';
import { FEISHU_APP, type FeishuMessage } from '../../../support/gateways/feishu-callbacks.ts';

const BYTES = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 7 + (index >> 8)) % 256);
const IN_TIME = new AbortController().signal;
const GROUP = 'oc_group';

let gateway: FeishuGateway;
let http: PlatformHttp;
let logged: string;
const log = createLog({ level: 'info', destination: { write: (line) => void (logged += line) } });

beforeEach(async () => {
  logged = '';
  gateway = await startFeishuGateway();
  http = createPlatformHttp();
});
afterEach(async () => {
  await http.close();
  await gateway.close();
});

function makeFetch({ appSecret = FEISHU_APP.appSecret, download = downloading() } = {}): FetchPicture {
  const api = createFeishuApi({ url: gateway.url, appId: FEISHU_APP.appId, appSecret, http, download, now: Date.now });
  return createFeishuPictures({ api, log });
}

function downloading(): Download {
  return createDownload({ mediaHosts: [], apiHosts: [new URL(gateway.url).host], log });
}

/** A person has written this into the group; returns its pictures as the bot reads them. */
function write(type: string, content: unknown, message: FeishuMessage = {}) {
  const { messageId = 'om_1', parentId } = message;
  gateway.notes({ messageId, group: GROUP, type, content, ...message });
  return picturesOf({ id: messageId, message_type: type, content: JSON.stringify(content), parent_id: parentId });
}

/** What a picture of an answer to `om_1` comes to. */
const fetchQuoted = (fetch = makeFetch(), signal = IN_TIME) => {
  const [picture] = write('text', { text: '@_user_1 核销 2' }, { messageId: 'om_2', parentId: 'om_1' });
  return fetch(picture?.at, signal);
};
const image = (bytes = BYTES) => ({ image_key: gateway.pictures.keep(bytes) });
const img = (bytes = BYTES) => ({ tag: 'img', ...image(bytes), width: 300, height: 300 });
/** The bytes, or why there are none. */
const outcomeOf = (fetched: Fetched) => (fetched.kind === 'fetched' ? Buffer.from(fetched.bytes) : fetched.why);

describe('a picture is fetched whole', () => {
  test('where it was sent', async () => {
    const [picture] = write('image', image());
    expect(outcomeOf(await makeFetch()(picture?.at, IN_TIME))).toEqual(Buffer.from(BYTES));
  });

  test('where it is one of several in rich text', async () => {
    const pictures = write('post', {
      title: '',
      content: [[img(), { tag: 'text', text: '核销' }], [img(BYTES.slice(9))]],
    });
    const fetched = await Promise.all(pictures.map(({ at }) => makeFetch()(at, IN_TIME)));
    expect(fetched.map(outcomeOf)).toEqual([Buffer.from(BYTES), Buffer.from(BYTES.slice(9))]);
  });

  test('where it is in what the message answers', async () => {
    write('image', image());
    expect(outcomeOf(await fetchQuoted())).toEqual(Buffer.from(BYTES));
    write('post', { zh_cn: { title: '', content: [[{ tag: 'text', text: '核销 9' }], [img()]] } });
    expect(await fetchQuoted()).toMatchObject({ kind: 'fetched' });
  });

  test('with the others that are in what the message answers', async () => {
    write('post', { title: '', content: [[img()], [img(BYTES.slice(1)), img(BYTES.slice(2))]] });
    const fetch = makeFetch();
    const first = await fetchQuoted(fetch);
    const others = first.kind === 'fetched' ? (first.others ?? []) : [];
    expect(others.map(({ quoted }) => quoted)).toEqual([true, true]);
    const fetched = await Promise.all(others.map(({ at }) => fetch(at, IN_TIME)));
    expect(fetched.map(outcomeOf)).toEqual([Buffer.from(BYTES.slice(1)), Buffer.from(BYTES.slice(2))]);
  });

  test('with a new token where the old one is refused', async () => {
    write('image', image());
    const fetch = makeFetch();
    const [picture] = write('image', image(), { messageId: 'om_3' });
    await fetch(picture?.at, IN_TIME);
    for (const fetchAgain of [() => fetch(picture?.at, IN_TIME), () => fetchQuoted(fetch)]) {
      gateway.revokeToken(99991663);
      expect((await fetchAgain()).kind).toBe('fetched');
    }
    expect(gateway.calls('token')).toBe(3);
  });
});

describe('what a message answers shows no picture', () => {
  test.each([
    ['a text', 'text', { text: '核销 914095353294404024' }],
    ['rich text', 'post', { title: '', content: [[{ tag: 'text', text: '核销 9' }]] }],
    ['a card', 'interactive', { title: '待确认', elements: [[{ tag: 'img', image_key: 'k' }]] }],
    ['a file', 'file', { file_key: 'f', file_name: 'a.jpg' }],
    ['a sticker', 'sticker', { file_key: 'f' }],
    ['forwarded messages', 'merge_forward', { content: 'Merged and Forwarded Message' }],
    ['what cannot be read', 'image', []],
  ])('where it is %s', async (_, type, content) => {
    write(type, content);
    expect(outcomeOf(await fetchQuoted())).toBe('no-picture');
    expect(gateway.calls('picture')).toBe(0);
  });
});

describe('a picture is not fetched', () => {
  test('that is not in this message', async () => {
    const [picture] = write('image', { image_key: 'made-up' });
    expect(outcomeOf(await makeFetch()(picture?.at, IN_TIME))).toBe('gone');
  });

  test('of which Feishu says no with the status of a yes', async () => {
    const said = JSON.stringify({ code: 234003, msg: 'File not in msg.' });
    const download: Download = async () => ({
      ...{ kind: 'fetched', bytes: Buffer.from(said), contentType: 'application/json; charset=utf-8' },
    });
    const [picture] = write('image', image());
    expect(outcomeOf(await makeFetch({ download })(picture?.at, IN_TIME))).toBe('gone');
  });

  test('that was taken back', async () => {
    const [picture] = write('image', image());
    gateway.pictures.recall('om_1');
    expect(outcomeOf(await makeFetch()(picture?.at, IN_TIME))).toBe('gone');
    expect(outcomeOf(await fetchQuoted())).toBe('gone');
  });

  test.each([230011, 230110])('that was taken back, of which the answer is %i', async (code) => {
    gateway.misbehave('read', code, 1);
    expect(outcomeOf(await fetchQuoted())).toBe('gone');
  });

  test('without the permission to read messages: the log names it', async () => {
    gateway.pictures.withdraw('im:message');
    const [picture] = write('image', image());
    for (const fetched of [makeFetch()(picture?.at, IN_TIME), fetchQuoted()])
      expect(outcomeOf(await fetched)).toBe('forbidden');
    expect(logged.match(/permissions im:message/gu)).toHaveLength(2);
  });

  test('that is quoted in a group, without the permission to read all of it: the log names it', async () => {
    gateway.pictures.withdraw('im:message.group_msg');
    const [picture] = write('image', image());
    expect(outcomeOf(await fetchQuoted())).toBe('forbidden');
    expect(logged).toMatch(/"remedy":"[^"]*im:message\.group_msg/u);
    expect((await makeFetch()(picture?.at, IN_TIME)).kind).toBe('fetched');
    write('image', image(), { group: null });
    expect((await fetchQuoted()).kind).toBe('fetched');
  });

  test('where the bot is not in the group any more', async () => {
    const [picture] = write('image', image());
    gateway.pictures.leave(GROUP);
    expect(outcomeOf(await makeFetch()(picture?.at, IN_TIME))).toBe('forbidden');
    expect(outcomeOf(await fetchQuoted())).toBe('forbidden');
  });

  test('with the wrong secret', async () => {
    const [picture] = write('image', image());
    expect(outcomeOf(await makeFetch({ appSecret: 'wrong' })(picture?.at, IN_TIME))).toBe('forbidden');
  });

  test('of more bytes than a picture may have', async () => {
    const [picture] = write('image', image(new Uint8Array(10 * 1024 * 1024 + 1)));
    expect(outcomeOf(await makeFetch()(picture?.at, IN_TIME))).toBe('too-large');
    gateway.misbehave('picture', 234037, 1);
    expect(outcomeOf(await makeFetch()(picture?.at, IN_TIME))).toBe('too-large');
  });

  test.each<FeishuMisbehaviour>(['reset', 'html-500', 'status-429', 99991400])(
    'now where Feishu answers %s',
    async (how) => {
      const [picture] = write('image', image());
      for (const endpoint of ['read', 'picture'] as const) gateway.misbehave(endpoint, how, 9);
      expect(outcomeOf(await makeFetch()(picture?.at, IN_TIME))).toBe('unreachable');
      expect(outcomeOf(await fetchQuoted())).toBe('unreachable');
    },
  );

  test('when it is too late', async () => {
    const [picture] = write('image', image());
    for (const endpoint of ['read', 'picture'] as const) gateway.misbehave(endpoint, 'hang', 1);
    const abort = new AbortController();
    const fetched = [makeFetch()(picture?.at, abort.signal), fetchQuoted(makeFetch(), abort.signal)];
    await expect.poll(() => gateway.calls('read') + gateway.calls('picture')).toBe(2);
    abort.abort();
    expect((await Promise.all(fetched)).map(outcomeOf)).toEqual(['unreachable', 'unreachable']);
  });

  test.each([undefined, null, 7, {}, { message: 7, key: 'k' }])('by %j, which no message has', async (at) => {
    expect(outcomeOf(await makeFetch()(at, IN_TIME))).toBe('gone');
  });
});

test('nothing that names a picture is logged', async () => {
  const [picture] = write('image', { image_key: 'img_secret' });
  await makeFetch()(picture?.at, IN_TIME);
  expect(logged).toContain('picture refused');
  expect(logged).not.toContain('img_secret');
});

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLog } from '../../../../src/log.ts';
import { createDingtalkApi } from '../../../../src/platforms/dingtalk/api.ts';
import {
  createDingtalkPictures,
  picturesOf,
  withoutPictures,
} from '../../../../src/platforms/dingtalk/bot/pictures.ts';
import { createDownload, type Download } from '../../../../src/platforms/download.ts';
import { createPlatformHttp, type PlatformHttp } from '../../../../src/platforms/http.ts';
import type { Fetched } from '../../../../src/redemption/shown.ts';
import { dingtalkPicture, dingtalkQuoted, dingtalkQuoting, UNCOUNTED } from '../../../support/dingtalk.ts';
import { startPlatforms, type Misbehaviour, type Platforms } from '../../../support/platforms.ts';
import { failed } from '../../../support/platforms/dingtalk-api.ts';
import { DINGTALK_CLIENT_ID, DINGTALK_SECRET } from '../../../support/service.ts';

const BYTES = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 7 + (index >> 8)) % 256);
const IN_TIME = new AbortController().signal;

let platforms: Platforms;
let http: PlatformHttp;
let clock: number;
let logged: string;
const now = () => clock;
const log = createLog({ level: 'info', destination: { write: (line) => void (logged += line) } });

beforeEach(async () => {
  clock = Date.now();
  logged = '';
  platforms = await startPlatforms({ now });
  http = createPlatformHttp();
});
afterEach(async () => {
  await http.close();
  await platforms.close();
});

interface Making {
  readonly appSecret?: string;
  readonly robotCode?: string | null;
  readonly mediaHosts?: readonly string[];
  readonly download?: Download;
}

function makeFetch({ appSecret = DINGTALK_SECRET, robotCode = null, mediaHosts, download }: Making = {}) {
  const { url, mediaHost } = platforms;
  const api = createDingtalkApi({ url, clientId: DINGTALK_CLIENT_ID, appSecret, http, usage: UNCOUNTED, now });
  const listed = { mediaHosts: mediaHosts ?? [mediaHost], apiHosts: [platforms.host], log };
  const parts = { api, download: download ?? createDownload(listed), clientId: DINGTALK_CLIENT_ID };
  return createDingtalkPictures({ ...parts, robotCode, log });
}

/** Fetches the only picture of a message. */
async function fetchFrom(message: unknown, making: Making = {}, signal = IN_TIME): Promise<Fetched> {
  const [picture, ...others] = picturesOf(message, DINGTALK_CLIENT_ID);
  expect(others).toEqual([]);
  return makeFetch(making)(picture?.at, signal);
}

const keep = (bytes = BYTES) => platforms.dingtalkApi.keepPicture(bytes);
/** The bytes, or why there are none. */
const outcomeOf = (fetched: Fetched) => (fetched.kind === 'fetched' ? Buffer.from(fetched.bytes) : fetched.why);

describe('a picture is fetched whole', () => {
  test('where it was sent', async () => {
    expect(outcomeOf(await fetchFrom(dingtalkPicture(keep())))).toEqual(Buffer.from(BYTES));
  });

  test('where it is quoted', async () => {
    const quoted = dingtalkQuoted('picture', { downloadCode: keep() });
    expect(outcomeOf(await fetchFrom(dingtalkQuoting('核销 2', quoted)))).toEqual(Buffer.from(BYTES));
  });

  test('where the settings name the robot, and where nothing does', async () => {
    const code = keep();
    for (const robotCode of [null, 'another']) {
      const at = { downloadCode: code, robotCode };
      expect((await makeFetch({ robotCode: DINGTALK_CLIENT_ID })(at, IN_TIME)).kind).toBe('fetched');
    }
    expect((await makeFetch()({ downloadCode: code, robotCode: null }, IN_TIME)).kind).toBe('fetched');
  });

  test('with a new token where the old one is refused', async () => {
    const fetch = makeFetch();
    const at = { downloadCode: keep(), robotCode: null };
    await fetch(at, IN_TIME);
    platforms.dingtalkApi.revokeToken();
    expect((await fetch(at, IN_TIME)).kind).toBe('fetched');
    expect(platforms.calls('dingtalk-token')).toBe(2);
  });
});

describe('a picture is not fetched', () => {
  test('where its code is none, or too old', async () => {
    expect(outcomeOf(await fetchFrom(dingtalkPicture('made-up')))).toBe('gone');
    const code = keep();
    clock += 2 * 3_600_000;
    expect(outcomeOf(await fetchFrom(dingtalkPicture(code)))).toBe('gone');
    expect(logged).not.toContain(code);
  });

  test('where its file is not there any more', async () => {
    const code = keep();
    platforms.dingtalkApi.dropPicture(code);
    expect(outcomeOf(await fetchFrom(dingtalkPicture(code)))).toBe('gone');
  });

  test('where its address has become too old on the way', async () => {
    const late: Download = (url, how) => {
      clock += 3_600_000;
      return createDownload({ mediaHosts: [platforms.mediaHost], apiHosts: [] })(url, how);
    };
    expect(outcomeOf(await fetchFrom(dingtalkPicture(keep()), { download: late }))).toBe('gone');
  });

  test.each<[string, Misbehaviour, string]>([
    ['the app may not have it', failed(400, 'invalidParameter.robotCode.auth', '…'), 'qyapi_robot_sendmsg'],
    ['a permission is missing', failed(403, 'Forbidden.AccessDenied.AccessTokenPermissionDenied', '…'), 'qyapi_robot'],
    [
      'the calls of the month are used up',
      failed(403, 'Forbidden.AccessDenied.ApiCountLimitForOrg', '…'),
      'this month',
    ],
    ['DingTalk says what is not known', failed(400, 'invalidParameter.novelty', '…'), 'novelty'],
  ])('where %s: the log says what to do', async (_, answer, remedy) => {
    platforms.misbehave('dingtalk-file', answer, 1);
    expect(outcomeOf(await fetchFrom(dingtalkPicture(keep())))).toBe('forbidden');
    expect(logged).toContain(remedy);
  });

  test('where the robot is another one, or the secret is wrong', async () => {
    expect(outcomeOf(await fetchFrom(dingtalkPicture(keep()), { robotCode: 'another' }))).toBe('forbidden');
    expect(outcomeOf(await fetchFrom(dingtalkPicture(keep()), { appSecret: 'wrong' }))).toBe('forbidden');
    expect(logged).toContain('DINGTALK_CLIENT_ID and DINGTALK_APP_SECRET are not of one app');
  });

  test.each<[string, Misbehaviour]>([
    ['too much is asked', failed(403, 'Forbidden.AccessDenied.QpsLimitForAppkeyAndApi', '…')],
    ['DingTalk has an error', 'html-500'],
    ['DingTalk hangs up', 'reset'],
    ['no address comes', { status: 200, body: { url: 'https://a.b' } }],
  ])('now where %s', async (_, how) => {
    platforms.misbehave('dingtalk-file', how, 9);
    expect(outcomeOf(await fetchFrom(dingtalkPicture(keep())))).toBe('unreachable');
  });

  test('from a place that may not be asked', async () => {
    expect(outcomeOf(await fetchFrom(dingtalkPicture(keep()), { mediaHosts: [] }))).toBe('forbidden');
  });

  test('of more bytes than a picture may have', async () => {
    const code = keep(new Uint8Array(10 * 1024 * 1024 + 1));
    expect(outcomeOf(await fetchFrom(dingtalkPicture(code)))).toBe('too-large');
  });

  test('when it is too late', async () => {
    platforms.misbehave('dingtalk-file', 'hang', 1);
    const abort = new AbortController();
    const fetched = fetchFrom(dingtalkPicture(keep()), {}, abort.signal);
    await expect.poll(() => platforms.calls('dingtalk-file')).toBe(1);
    abort.abort();
    expect(outcomeOf(await fetched)).toBe('unreachable');
  });

  test('by a robot without the OpenAPI, and the log says what it lacks', async () => {
    expect(outcomeOf(await withoutPictures(log)(undefined, IN_TIME))).toBe('forbidden');
    expect(logged).toContain('DINGTALK_CLIENT_ID');
  });

  test.each([undefined, null, 7, {}, { downloadCode: 7 }])('by %j, which no message has', async (at) => {
    expect(outcomeOf(await makeFetch()(at, IN_TIME))).toBe('gone');
  });
});

test('an address in an object storage is asked by https, which is the same', async () => {
  const asked: string[] = [];
  const download: Download = async (url) => {
    asked.push(url);
    return { kind: 'fetched', bytes: BYTES, contentType: '' };
  };
  const urls = ['http://files.oss-cn-a.example/f.file?Signature=a%2Bb%3D', 'https://a.example/f', 'no address'];
  for (const downloadUrl of urls) {
    platforms.misbehave('dingtalk-file', { status: 200, body: { downloadUrl } }, 1);
    await fetchFrom(dingtalkPicture('DL1'), { download });
  }
  expect(asked).toEqual([
    'https://files.oss-cn-a.example/f.file?Signature=a%2Bb%3D',
    'https://a.example/f',
    'no address',
  ]);
});

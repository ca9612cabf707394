import { afterEach, beforeEach, expect, test } from 'vitest';
import { startPlatforms, type Platforms } from '../platforms.ts';
import { DINGTALK_CLIENT_ID, DINGTALK_SECRET } from '../service.ts';

let platforms: Platforms;
let clock: number;

beforeEach(async () => {
  clock = 1_760_000_000_000;
  platforms = await startPlatforms({ now: () => clock });
});
afterEach(() => platforms.close());

async function post(path: string, body: object, headers: Record<string, string> = {}) {
  const response = await fetch(`${platforms.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
}

const askToken = (change: object = {}) =>
  post('/v1.0/oauth2/accessToken', { appKey: DINGTALK_CLIENT_ID, appSecret: DINGTALK_SECRET, ...change });
const withToken = async () => ({ 'x-acs-dingtalk-access-token': String((await askToken()).answer['accessToken']) });

const TEXT = { robotCode: DINGTALK_CLIENT_ID, msgKey: 'sampleText', msgParam: '{"content":"核销成功"}' };
const toPerson = async (change: object = {}) =>
  post('/v1.0/robot/oToMessages/batchSend', { ...TEXT, userIds: ['staff001'], ...change }, await withToken());
const toGroup = async (change: object = {}) =>
  post('/v1.0/robot/groupMessages/send', { ...TEXT, openConversationId: 'cidGROUP==', ...change }, await withToken());

test('a token is given for the right id and secret only, stays the same while it lasts, and is needed', async () => {
  expect(await askToken({ appSecret: 'wrong' })).toMatchObject({
    status: 400,
    answer: { code: 'invalidClientIdOrSecret' },
  });
  const first = await askToken();
  expect(first.answer).toMatchObject({ expireIn: 7200 });
  expect((await askToken()).answer).toEqual(first.answer);
  for (const headers of [{}, { 'x-acs-dingtalk-access-token': 'made-up' }])
    expect(await post('/v1.0/robot/oToMessages/batchSend', { ...TEXT, userIds: ['staff001'] }, headers)).toMatchObject({
      status: 400,
      answer: { code: 'InvalidAuthentication' },
    });
  clock += 7_200_000;
  expect((await askToken()).answer).not.toEqual(first.answer);
});

test('a message goes to those in the range of the app, and the others are listed', async () => {
  platforms.dingtalkApi.controlFlowTo('staff002');
  const { status, answer } = await toPerson({ userIds: ['staff001', 'staff002', 'stranger'] });
  expect([status, answer]).toMatchObject([
    200,
    { invalidStaffIdList: ['stranger'], flowControlledStaffIdList: ['staff002'] },
  ]);
  expect(platforms.delivered.map(({ to }) => to)).toEqual(['staff001']);
});

test.each<[string, object, string]>([
  ['of another robot', { robotCode: 'dingappkey2' }, 'invalid.robotCode'],
  ['of an unknown kind', { msgKey: 'sampleHologram' }, 'param.error'],
  ['whose parameters are no text', { msgParam: { content: 'x' } }, 'param.error'],
  ['whose parameters are not those of its kind', { msgParam: '{"text":"x"}' }, 'param.error'],
  ['with too long parameters', { msgParam: JSON.stringify({ content: 'x'.repeat(15_000) }) }, 'param.error'],
  ['with a button too few', { msgKey: 'sampleActionCard2', msgParam: '{"title":"t","text":"x"}' }, 'param.error'],
  ['that mentions people', { at: { atUserIds: ['staff001'] } }, 'param.error'],
])('a message %s is refused', async (_, change, code) => {
  for (const send of [toPerson, toGroup]) expect(await send(change)).toMatchObject({ status: 400, answer: { code } });
  expect(platforms.delivered).toEqual([]);
});

test('more than twenty people at once, and groups without the robot, are refused', async () => {
  expect(await toPerson({ userIds: Array(21).fill('staff001') })).toMatchObject({ answer: { code: 'param.error' } });
  expect(await toGroup({ openConversationId: 'chat1' })).toMatchObject({
    answer: { code: 'invalid.openConversationId' },
  });
  platforms.dingtalkApi.leaveGroup('cidGROUP==');
  expect(await toGroup()).toMatchObject({ answer: { code: 'robot.notInGroup' } });
  expect(platforms.delivered).toEqual([]);
});

const askFile = async (change: object = {}) =>
  post('/v1.0/robot/messageFiles/download', { robotCode: DINGTALK_CLIENT_ID, ...change }, await withToken());
const codeOf = ({ status, answer }: { readonly status: number; readonly answer: Record<string, unknown> }) => [
  status,
  answer['code'],
];

test('a picture is where its code says, for some minutes, to a request that the signature covers', async () => {
  const code = platforms.dingtalkApi.keepPicture(Uint8Array.of(1, 2, 3));
  const { answer } = await askFile({ downloadCode: code });
  const url = String(answer['downloadUrl']);
  const got = async (address: string, headers: Record<string, string> = {}) => fetch(address, { headers });
  expect(new Uint8Array(await (await got(url)).arrayBuffer())).toEqual(Uint8Array.of(1, 2, 3));
  expect((await got(url, { 'content-type': 'application/json' })).status).toBe(403);
  expect((await got(url.replace('Signature=', 'Signature=x'))).status).toBe(403);
  platforms.dingtalkApi.dropPicture(code);
  expect((await got(url)).status).toBe(404);
  clock += 600_000;
  const late = await got(url);
  expect([late.status, await late.text()]).toEqual([403, expect.stringContaining('Request has expired')]);
});

test('a picture is refused without its code, its robot or a token', async () => {
  const downloadCode = platforms.dingtalkApi.keepPicture(Uint8Array.of(1));
  expect(codeOf(await askFile({ downloadCode: 'made-up' }))).toEqual([400, 'invalidParameter.robotCode.downloadCode']);
  expect(codeOf(await askFile({ downloadCode, robotCode: '' }))).toEqual([400, 'invalidParameter.robotCode.empty']);
  expect(codeOf(await askFile({ downloadCode, robotCode: 'other' }))).toEqual([400, 'invalidParameter.robotCode.auth']);
  expect(codeOf(await askFile())).toEqual([400, 'param.error']);
  const body = { robotCode: DINGTALK_CLIENT_ID, downloadCode };
  expect(codeOf(await post('/v1.0/robot/messageFiles/download', body))).toEqual([400, 'InvalidAuthentication']);
  clock += 2 * 3_600_000;
  expect(codeOf(await askFile({ downloadCode }))).toEqual([400, 'invalidParameter.robotCode.downloadCode']);
});

import { readFile, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { MAPPING, ONE, TWO } from '../desk/office.ts';
import { openTestConsole, type TestConsole } from '../support/console.ts';

const KEY = '693axxx6-7aoc-4bc4-97a0-0ec2sifa5aaa';
const URL_ONE = `https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=${KEY}`;
const URL_TWO = `https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=${KEY.replace('aaa', 'bbb')}`;
const EDIT = '/console/shops/edit';
const DOCUMENT = {
  ...MAPPING,
  stores: MAPPING.stores.map((store) => ({ ...store, since: 2020 })),
  conversations: [{ id: 'wecom:wrGROUP', store: ONE, note: '早班' }],
};

const read = async (its: TestConsole) => JSON.parse(await readFile(its.mappingFile, 'utf8')) as typeof DOCUMENT;
const field = (page: string, name: string) =>
  new RegExp(`name="${name}"[^>]*value="([^"]*)"`, 'u').exec(page.replaceAll(/\s+/gu, ' '))?.[1] ?? '';

async function addRobot(its: TestConsole): Promise<string> {
  const robot = {
    list: 'robot',
    place: ONE,
    id: '',
    seen: '',
    platform: 'wecom',
    url: URL_ONE,
    kinds: 'unknown',
    mention: 'zhang',
  };
  const preview = await its.post(`${EDIT}/check`, robot);
  expect(preview.text).not.toContain(KEY);
  const kept = field(preview.text, 'kept');
  const saved = await its.post(`${EDIT}/save-robot`, { ...robot, url: '', kept });
  expect(saved.status).toBe(200);
  const page = (await its.get(`/console/shops?code=${ONE}`)).text;
  return /id=(wecom-[0-9a-f]{16})/u.exec(page)?.[1] ?? '';
}

test('a robot is added, changed, tested and undone; its address is in no page and no list', async () => {
  await using its = await openTestConsole({
    mapping: DOCUMENT,
    testRobot: { robot: 'wecom', outcome: 'arrived', answer: null },
  });
  its.as('wecom:li');
  const id = await addRobot(its);
  expect((await read(its)).stores[0]).toMatchObject({ notify: [{ robot: 'wecom', url: URL_ONE, mention: ['zhang'] }] });
  const form = (await its.get(`${EDIT}?list=robot&place=${ONE}&id=${id}`)).text;
  expect(form).not.toContain(KEY);
  expect(form).toContain('••••5aaa'.slice(0, 6));
  const seen = field(form, 'seen');
  expect((await its.post(`${EDIT}/test`, { list: 'robot', place: ONE, id, seen })).text).toContain('已送达');

  const other = { list: 'robot', place: ONE, id, seen, platform: 'wecom', url: URL_TWO, kinds: 'summary', mention: '' };
  expect((await its.post(`${EDIT}/save-robot`, other)).status).toBe(200);
  expect(JSON.stringify(await read(its))).not.toContain(URL_ONE);
  const stale = await its.post(`${EDIT}/save-robot`, other);
  expect(stale.status).toBe(409);
  expect(stale.text).toContain('别人刚改过');

  const changes = (await its.get('/console/shops/changes')).text;
  expect(changes).toContain('李经理');
  expect(changes).not.toContain(KEY.slice(0, 20));
  // The older one cannot be undone before the newer one is.
  expect((await its.post('/console/shops/changes/undo', { id: '1', list: 'robot' })).status).toBe(409);
  expect((await its.post('/console/shops/changes/undo', { id: '2', list: 'robot' })).status).toBe(200);
  expect(JSON.stringify(await read(its))).toContain(URL_ONE);
  expect((await its.post('/console/shops/changes/undo', { id: '1', list: 'robot' })).status).toBe(200);
  expect(JSON.stringify(await read(its))).not.toContain(KEY.slice(0, 20));
  expect((await read(its)).conversations).toEqual(DOCUMENT.conversations);
});

test('a wrong address is refused in words; robots of all stores and stores themselves are for admins', async () => {
  await using its = await openTestConsole({ mapping: DOCUMENT });
  its.as('wecom:li');
  const robot = { list: 'robot', place: ONE, id: '', seen: '', platform: 'wecom', kinds: 'unknown', mention: '' };
  const wrong = await its.post(`${EDIT}/check`, { ...robot, url: 'https://evil.example/x?key=1' });
  expect(wrong.status).toBe(400);
  expect(wrong.text).toContain('不是该平台群机器人的地址');
  for (const place of ['', TWO]) {
    expect((await its.get(`${EDIT}?list=robot&place=${place}`)).status).toBe(404);
    expect((await its.post(`${EDIT}/save-robot`, { ...robot, place, url: URL_ONE })).status).toBe(404);
  }
  expect((await its.get(`/console/shops?code=${TWO}`)).status).toBe(404);
  const store = { list: 'store', id: 'EW_N3', seen: '', name: '新店' };
  expect((await its.post(`${EDIT}/save`, store)).status).toBe(404);
  expect(await read(its)).toEqual(DOCUMENT);
});

test('an admin adds, renames and removes a store, but none that somebody belongs to', async () => {
  await using its = await openTestConsole({ mapping: DOCUMENT });
  its.as('wecom:boss');
  expect((await its.post(`${EDIT}/save`, { list: 'store', id: 'EW_N3', seen: '', name: '新店' })).status).toBe(200);
  expect((await read(its)).stores.at(-1)).toEqual({ code: 'EW_N3', name: '新店' });
  const seenOf = async (id: string) => field((await its.get(`${EDIT}?list=store&id=${id}`)).text, 'seen');
  const full = await its.post(`${EDIT}/save`, { list: 'store', id: ONE, seen: await seenOf(ONE), remove: '1' });
  expect(full.text).toContain('还有员工');
  const rename = { list: 'store', id: ONE, seen: await seenOf(ONE), name: '<i>新</i>人民路店' };
  expect((await its.post(`${EDIT}/check`, rename)).text).toContain('&lt;i&gt;新&lt;/i&gt;人民路店');
  expect((await its.post(`${EDIT}/save`, rename)).status).toBe(200);
  expect((await read(its)).stores[0]).toEqual({ code: ONE, name: '<i>新</i>人民路店', since: 2020 });
  expect(
    (await its.post(`${EDIT}/save`, { list: 'store', id: 'EW_N3', seen: await seenOf('EW_N3'), remove: '1' })).status,
  ).toBe(200);
  expect((await read(its)).stores).toHaveLength(2);
});

test('a conversation is moved, and a hand edit made meanwhile is not undone', async () => {
  await using its = await openTestConsole({ mapping: DOCUMENT });
  its.as('wecom:boss');
  const seen = field((await its.get(`${EDIT}?list=conversation&id=wecom:wrGROUP`)).text, 'seen');
  const move = { list: 'conversation', id: 'wecom:wrGROUP', seen, store: TWO };
  const byHand = { ...DOCUMENT, conversations: [{ id: 'wecom:wrGROUP', store: ONE, note: '晚班' }] };
  await writeFile(its.mappingFile, JSON.stringify(byHand));
  expect((await its.post(`${EDIT}/save`, move)).status).toBe(409);
  expect(await read(its)).toEqual(byHand);
  const fresh = field((await its.get(`${EDIT}?list=conversation&id=wecom:wrGROUP`)).text, 'seen');
  expect((await its.post(`${EDIT}/save`, { ...move, seen: fresh })).status).toBe(200);
  expect((await read(its)).conversations).toEqual([{ id: 'wecom:wrGROUP', store: TWO, note: '晚班' }]);
});

test('an admin adds a conversation; a manager adds none, and hears nothing of those of other stores', async () => {
  const elsewhere = { id: 'wecom:wrOTHER', store: TWO };
  const document = { ...DOCUMENT, conversations: [...DOCUMENT.conversations, elsewhere] };
  await using its = await openTestConsole({ mapping: document });
  const added = { list: 'conversation', id: 'wecom:wrNEW', place: ONE, seen: '', store: ONE };
  its.as('wecom:li');
  expect((await its.get(`/console/shops?code=${ONE}`)).text).not.toContain('添加群</a>');
  expect((await its.get(`${EDIT}?list=conversation&place=${ONE}`)).status).toBe(404);
  expect((await its.post(`${EDIT}/save`, added)).text).toContain('只能改自己门店');
  for (const action of ['check', 'save'])
    expect((await its.post(`${EDIT}/${action}`, { ...added, id: elsewhere.id })).status).toBe(404);
  expect(await read(its)).toEqual(document);

  its.as('wecom:boss');
  expect((await its.get(`/console/shops?code=${ONE}`)).text).toContain('添加群</a>');
  expect((await its.get(`${EDIT}?list=conversation&place=${ONE}`)).text).toContain('name="id"');
  expect((await its.post(`${EDIT}/check`, { ...added, id: 'wr NEW' })).text).toContain('群要写成平台和群的编号');
  expect((await its.post(`${EDIT}/check`, added)).text).toContain('人民路店');
  expect((await its.post(`${EDIT}/save`, added)).status).toBe(200);
  expect((await read(its)).conversations.at(-1)).toEqual({ id: 'wecom:wrNEW', store: ONE });
  expect((await its.post(`${EDIT}/save`, added)).status).toBe(409);
  expect((await its.post('/console/shops/changes/undo', { id: '1', list: 'conversation' })).status).toBe(200);
  expect(await read(its)).toEqual(document);
});

import { readFile, writeFile } from 'node:fs/promises';
import { expect, test, vi } from 'vitest';
import { seenOf } from '../../src/desk/staff-edits.ts';
import type { Place } from '../../src/redemption/people.ts';
import { MAPPING, ONE, TWO } from '../desk/office.ts';
import { openTestConsole, type TestConsole } from '../support/console.ts';

const ZHANG: Place = { name: '张三', employeeId: 11, storeCode: ONE, role: 'staff' };
const PERSON = '/console/staff/person';

type Typed = Readonly<Record<string, string>>;
const typed = (user: string, seen: Place | null, change: Typed = {}): Typed => ({
  ...{ user, seen: seenOf(seen), name: '张三', employeeId: '11', store: ONE, role: 'staff' },
  ...change,
});
const stored = async (its: TestConsole, user: string) =>
  (JSON.parse(await readFile(its.mappingFile, 'utf8')) as typeof MAPPING).staff.find((entry) => entry.user === user);

test('a manager sees the people of the own store, an admin those of all, searched by name, account or id', async () => {
  await using its = await openTestConsole();
  its.as('wecom:li');
  const own = (await its.get('/console/staff?store=EW_N2')).text;
  expect(own).toContain('张三');
  expect(own).not.toContain('赵敏');
  its.as('wecom:boss');
  expect((await its.get('/console/staff')).text).toContain('赵敏');
  const found = (await its.get('/console/staff?q=ZHA')).text;
  expect(found).toContain('wecom:zhang');
  expect(found).toContain('wecom:zhao');
  expect(found).not.toContain('wecom:qian');
  its.as('wecom:zhang');
  expect((await its.get('/console/staff')).status).toBe(403);
});

test('an edit is shown, then made, put on record, told, and undone', async () => {
  await using its = await openTestConsole();
  its.as('wecom:li');
  const edit = typed('wecom:zhang', ZHANG, { name: '张三😀<b>', employeeId: '10' });
  const preview = await its.post(`${PERSON}/check`, edit);
  expect(preview.status).toBe(200);
  expect(preview.text).toContain('张三😀&lt;b&gt;');
  expect(preview.text).toContain('工号10已有人在用：李经理');
  expect(await stored(its, 'wecom:zhang')).toMatchObject({ name: '张三' });

  expect((await its.post(`${PERSON}/save`, edit)).status).toBe(200);
  expect(await stored(its, 'wecom:zhang')).toMatchObject({ name: '张三😀<b>', employeeId: 10 });
  const told = its.database.prepare("select * from messages where user_id = 'wecom:zhang'").all();
  expect(JSON.stringify(told)).toContain('李经理帮您绑的');
  expect(its.database.prepare("select kind from notices where kind = 'binding'").all()).toHaveLength(1);

  const changes = await its.get('/console/staff/changes?user=wecom:zhang');
  expect(changes.text).toContain('李经理');
  expect(changes.text).toContain('撤销');
  expect((await its.post('/console/staff/changes/check', { id: '1' })).text).toContain('张三，工号11');
  expect((await its.post('/console/staff/changes/undo', { id: '1' })).status).toBe(200);
  expect(await stored(its, 'wecom:zhang')).toMatchObject({ name: '张三', employeeId: 11 });
  const twice = await its.post('/console/staff/changes/undo', { id: '1' });
  expect(twice.status).toBe(409);
  expect(twice.text).toContain('已经是撤销后的样子');
  // It is not as that change left it any more.
  await its.post(`${PERSON}/save`, typed('wecom:zhang', ZHANG, { employeeId: '55' }));
  const late = await its.post('/console/staff/changes/undo', { id: '1' });
  expect(late.status).toBe(409);
  expect(late.text).toContain('没有撤销：之后又改过了');
  expect(late.text).toContain('第3条（李经理）');
});

test('of two edits of the same entry the second one is not made, and loses nothing', async () => {
  await using its = await openTestConsole();
  its.as('wecom:li');
  await its.post(`${PERSON}/save`, typed('wecom:zhang', ZHANG, { employeeId: '77' }));
  its.as('wecom:boss');
  const late = await its.post(`${PERSON}/save`, typed('wecom:zhang', ZHANG, { name: '老张' }));
  expect(late.status).toBe(409);
  expect(late.text).toContain('别人刚改过');
  expect(late.text).toContain('77');
  expect(late.text).toContain('value="老张"');
  expect(await stored(its, 'wecom:zhang')).toMatchObject({ name: '张三', employeeId: 77 });
});

test('an edit does not undo one that was made by hand meanwhile', async () => {
  await using its = await openTestConsole();
  its.as('wecom:li');
  const staff = MAPPING.staff.map((entry) => (entry.user === 'wecom:zhang' ? { ...entry, employeeId: 99 } : entry));
  await writeFile(its.mappingFile, JSON.stringify({ ...MAPPING, staff }));
  expect((await its.post(`${PERSON}/save`, typed('wecom:zhang', ZHANG, { name: '老张' }))).status).toBe(409);
  expect(await stored(its, 'wecom:zhang')).toMatchObject({ name: '张三', employeeId: 99 });
});

test('a manager makes managers of the own store, by the form that takes a new login, and touches nobody elsewhere', async () => {
  await using its = await openTestConsole();
  its.as('wecom:li');
  const manager = typed('wecom:zhang', ZHANG, { role: 'manager' });
  expect((await its.post(`${PERSON}/check`, manager)).text).toContain('save-role');
  expect((await its.post(`${PERSON}/save`, manager)).status).toBe(403);
  expect((await its.post(`${PERSON}/save-role`, manager)).status).toBe(200);
  expect(await stored(its, 'wecom:zhang')).toMatchObject({ role: 'manager' });

  expect((await its.get(`${PERSON}?user=wecom:zhao`)).status).toBe(404);
  const zhao: Place = { name: '赵敏', employeeId: 21, storeCode: TWO, role: 'staff' };
  const elsewhere = await its.post(`${PERSON}/save`, typed('wecom:zhao', zhao, { remove: '1' }));
  expect(elsewhere.status).toBe(400);
  expect(elsewhere.text).toContain('在别的门店');
  expect(await stored(its, 'wecom:zhao')).toBeDefined();
  const boss = await its.post(`${PERSON}/save`, typed('wecom:boss', null));
  expect(boss.text).toContain('管理员的资料只有管理员能改');
});

test('the last manager of a store stays where there is no admin, however it is asked', async () => {
  await using its = await openTestConsole({ admins: [] });
  its.as('wecom:li');
  const li: Place = { name: '李经理', employeeId: 10, storeCode: ONE, role: 'manager' };
  const edit = typed('wecom:li', li, { name: '李经理', employeeId: '10', role: 'staff' });
  expect((await its.post(`${PERSON}/save-role`, edit)).text).toContain('最后一位店长');
  expect((await its.post(`${PERSON}/save-role`, { ...edit, remove: '1' })).text).toContain('最后一位店长');
  expect(await stored(its, 'wecom:li')).toMatchObject({ role: 'manager' });
});

test('a broken mapping is said, refuses edits, and loses nothing that was typed', async () => {
  await using its = await openTestConsole();
  its.as('wecom:li');
  await writeFile(its.mappingFile, '{');
  await vi.waitFor(() => expect(its.mapping.status().ok).toBe(false), 10_000);
  expect((await its.get('/console/staff')).text).toContain('现在有错');
  const refused = await its.post(`${PERSON}/save`, typed('wecom:zhang', ZHANG, { name: '老张' }));
  expect(refused.status).toBe(409);
  expect(refused.text).toContain('value="老张"');
  expect(await readFile(its.mappingFile, 'utf8')).toBe('{');
});

test('a request is agreed to on the page', async () => {
  await using its = await openTestConsole();
  await its.records.people.askBinding({
    ...{ user: `wecom:${'x'.repeat(64)}`, employeeId: 12, storeCode: ONE, name: '新人' },
    ...{ channel: 'wecom-bot', returnAddress: null },
  });
  its.as('wecom:qian');
  expect((await its.get('/console/staff')).text).not.toContain('新人');
  its.as('wecom:li');
  expect((await its.get('/console/staff')).text).toContain('1号：新人，工号12');
  expect((await its.post('/console/staff/agree', { number: '1' })).text).toContain('已同意');
  expect(await stored(its, `wecom:${'x'.repeat(64)}`)).toMatchObject({ employeeId: 12, store: ONE });
  expect((await its.post('/console/staff/agree', { number: '1' })).status).toBe(409);
});

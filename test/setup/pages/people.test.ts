import { describe, expect, test } from 'vitest';
import { Fields } from '../../../src/pages/form.ts';
import { html } from '../../../src/pages/html.ts';
import type { Language } from '../../../src/pages/text.ts';
import type { Acted, PageContext } from '../../../src/setup/pages/page.ts';
import { peoplePage } from '../../../src/setup/pages/people.ts';
import { fieldsOfRows, rowsOfFields, rowsOfPeople } from '../../../src/setup/pages/people-rows.ts';
import type { Setup, SetupView } from '../../../src/setup/ports.ts';
import { EMPTY_VIEW } from './fake-setup.ts';
import { KeepingSetup } from './keeping-setup.ts';

const STORE = { code: 'EW_N1', name: '人民路店' };
const MANAGER = { user: 'wecom:li', name: '李经理', employeeId: null, store: 'EW_N1', role: 'manager' as const };
const PEOPLE = { stores: [STORE], staff: [MANAGER], conversations: [] };

function show(view: Partial<SetupView>, more: Partial<PageContext> = {}, language: Language = 'zh'): string {
  const context = { typed: null, problems: [], findings: {}, origin: 'http://127.0.0.1:3000' };
  return String(peoplePage.show({ view: { ...EMPTY_VIEW, ...view }, language, ...context, ...more }));
}

async function act(name: string, fields: Record<string, string>, setup: Setup): Promise<Acted> {
  const action = peoplePage.actions[name];
  if (action === undefined) throw new Error(`no action ${name}`);
  const typed = { revision: String(setup.view().revision), ...fields };
  return action(new Fields(typed), setup, Number(typed.revision));
}

const typedStore = { 'stores[0].code': 'EW_N1', 'stores[0].name': '人民路店' };
const typedPerson = (role: string, more: Record<string, string> = {}) => ({
  'staff[0].user': 'wecom:li',
  'staff[0].name': '李经理',
  'staff[0].role': role,
  ...more,
});

describe('the people', () => {
  test('are shown by names, with the store that each belongs to', () => {
    const page = show({ people: PEOPLE });
    expect(page).toContain('value="EW_N1"');
    expect(page).toContain('value="wecom:li"');
    expect(page).toContain('value="人民路店"');
  });

  test('are escaped, whatever their names are', () => {
    const name = '<img src=x onerror=alert(1)>"\'&';
    const heard = [{ user: `wecom:${name}`, conversation: `wecom:g${name}`, text: name, at: 0 }];
    const page = show({
      people: { ...PEOPLE, stores: [{ code: 'EW_N1', name }], staff: [{ ...MANAGER, name }] },
      listening: { bots: [], heard },
    });
    expect(page).not.toContain('<img');
    expect(page).toContain(String(html`${name}`));
  });

  test('go on to the group robots when they are saved and one of them is a manager', async () => {
    const setup = new KeepingSetup();
    expect(await act('', { ...typedStore, ...typedPerson('manager') }, setup)).toEqual({ kind: 'saved', to: 'robots' });
    expect(setup.view().people).toEqual(PEOPLE);
  });

  test('do not go on without a store, which is said', async () => {
    const setup = new KeepingSetup();
    const acted = await act('', {}, setup);
    if (acted.kind !== 'shown') throw new Error(acted.kind);
    expect(show(setup.view(), { typed: acted.fields, problems: acted.problems ?? [] })).toContain('还没有门店');
  });

  test('do not go on while nobody is a manager, which is said, and keep what was typed', async () => {
    const setup = new KeepingSetup();
    const acted = await act('', { ...typedStore, ...typedPerson('staff') }, setup);
    if (acted.kind !== 'shown') throw new Error(acted.kind);
    expect(setup.view().people.staff).toHaveLength(1);
    expect(show(setup.view(), { typed: acted.fields, problems: acted.problems ?? [] })).toContain('还没有店长');
    expect(show(setup.view(), { typed: acted.fields, problems: acted.problems ?? [] }, 'en')).toContain('no manager');
  });

  test('need no manager where ADMINS names one, which is said', async () => {
    const setup = new KeepingSetup({ admins: ['wecom:boss'] });
    expect(await act('', { ...typedStore, ...typedPerson('staff') }, setup)).toEqual({ kind: 'saved', to: 'robots' });
    expect(show(setup.view())).toContain('已经是所有门店的店长：wecom:boss');
  });

  test('belong to a store by its name or its code; with one store only, to that', async () => {
    for (const called of ['人民路店', 'EW_N1', '']) {
      const setup = new KeepingSetup();
      await act('', { ...typedStore, ...typedPerson('manager', { 'staff[0].store': called }) }, setup);
      expect(setup.view().people.staff[0]?.store).toBe('EW_N1');
    }
  });

  test.each([
    ['a store that is not there', { 'staff[0].store': '解放路店' }, 'staff[0].store', '没有「解放路店」'],
    ['an employee id that is no number', { 'staff[0].employeeId': '十一' }, 'staff[0].employeeId', '只有数字'],
  ])('%s is told at its field, and nothing is saved', async (_what, more, field, says) => {
    const setup = new KeepingSetup();
    const acted = await act('', { ...typedStore, ...typedPerson('manager', more) }, setup);
    if (acted.kind !== 'shown') throw new Error(acted.kind);
    expect(acted.problems?.map((problem) => problem.field)).toEqual([field]);
    expect(setup.view().revision).toBe(0);
    const page = show(setup.view(), { typed: acted.fields, problems: acted.problems ?? [] });
    expect(page).toContain(says);
    expect(page).toContain('aria-invalid');
  });

  test('two stores of one name are told apart by their codes', async () => {
    const setup = new KeepingSetup();
    const twin = { 'stores[1].code': 'EW_N2', 'stores[1].name': '人民路店' };
    const acted = await act(
      '',
      { ...typedStore, ...twin, ...typedPerson('manager', { 'staff[0].store': '人民路店' }) },
      setup,
    );
    expect(acted).toMatchObject({ kind: 'shown', problems: [{ field: 'staff[0].store' }] });
    expect(
      await act('', { ...typedStore, ...twin, ...typedPerson('manager', { 'staff[0].store': 'EW_N2' }) }, setup),
    ).toMatchObject({ kind: 'saved' });
    expect(show(setup.view())).toContain('value="EW_N2"');
  });

  test('rows in which nothing stands are no people, and a problem is told at the row that it is about', async () => {
    const problems = [{ field: 'staff[1].user', message: { zh: '账号不对', en: 'wrong' } }];
    const setup = new KeepingSetup({}, { people: () => problems });
    const acted = await act(
      '',
      {
        ...typedStore,
        'stores[1].code': '',
        'stores[1].name': '',
        ...typedPerson('manager'),
        'staff[1].role': 'staff',
        'staff[2].user': 'x',
        'staff[2].role': 'staff',
      },
      setup,
    );
    if (acted.kind !== 'shown') throw new Error(acted.kind);
    expect(acted.fields.one('staff[1].user')).toBe('x');
    expect(acted.fields.has('stores[1].code')).toBe(false);
  });

  test('a row is added and taken out without losing what was typed, and without saving', async () => {
    const setup = new KeepingSetup();
    const added = await act('add', { ...typedStore, ...typedPerson('staff'), chosen: 'staff' }, setup);
    if (added.kind !== 'shown') throw new Error(added.kind);
    expect(added.fields.one('staff[0].name')).toBe('李经理');
    expect(added.fields.has('staff[1].user')).toBe(true);
    const fields = Object.fromEntries(added.fields.names().map((name) => [name, added.fields.one(name)]));
    const removed = await act('remove', { ...fields, chosen: 'stores[0]' }, setup);
    if (removed.kind !== 'shown') throw new Error(removed.kind);
    expect(removed.fields.has('stores[0].code')).toBe(false);
    expect(removed.fields.one('staff[0].name')).toBe('李经理');
    expect(setup.view().revision).toBe(0);
  });

  test('a form that was made before another tab saved takes nothing, also after a row was added to it', async () => {
    const setup = new KeepingSetup();
    const added = await act('add', { ...typedStore, chosen: 'stores' }, setup);
    setup.savePeople(PEOPLE, 0);
    if (added.kind !== 'shown') throw new Error(added.kind);
    expect(show(setup.view(), { typed: added.fields })).toContain('name="revision" value="0"');
    expect(await act('', { ...typedStore, revision: '0' }, setup)).toEqual({ kind: 'changed-meanwhile' });
    expect(setup.view().people).toEqual(PEOPLE);
  });
});

describe('who wrote', () => {
  const heard = [
    { user: 'wecom:zhang', conversation: 'wecom:wrG1', text: '帮助', at: 0 },
    { user: 'wecom:li', conversation: null, text: '你好', at: 0 },
  ];
  const listening = { bots: [], heard };

  test('is offered until they are in the list, and so is their group', () => {
    const page = show({ people: PEOPLE, listening });
    expect(page).toContain('value="staff wecom:zhang"');
    expect(page).not.toContain('value="staff wecom:li"');
    expect(page).toContain('value="wecom:wrG1"');
    const conversations = [{ id: 'wecom:wrG1', store: 'EW_N1' }];
    expect(show({ people: { ...PEOPLE, conversations }, listening })).not.toContain('value="wecom:wrG1" aria');
  });

  test('becomes a manager by one tap, before there is a store', async () => {
    const setup = new KeepingSetup({ listening });
    expect(await act('put-in', { chosen: 'manager wecom:zhang' }, setup)).toEqual({ kind: 'saved' });
    expect(setup.view().people.staff).toMatchObject([{ user: 'wecom:zhang', role: 'manager' }]);
  });

  test('becomes staff of the only store by one tap', async () => {
    const setup = new KeepingSetup({ people: PEOPLE, listening });
    const typed = { ...typedStore, ...typedPerson('manager'), chosen: 'staff wecom:zhang' };
    expect(await act('put-in', typed, setup)).toEqual({ kind: 'saved' });
    expect(setup.view().people.staff).toMatchObject([MANAGER, { user: 'wecom:zhang', store: 'EW_N1', role: 'staff' }]);
  });

  test('whose row lacks something stands in the form, with what was typed, and no mistake is told', async () => {
    const setup = new KeepingSetup(
      { people: PEOPLE, listening },
      { people: () => [{ field: 'staff[1].store', message: { zh: '缺', en: '-' } }] },
    );
    const acted = await act('put-in', { ...typedStore, ...typedPerson('manager'), chosen: 'staff wecom:zhang' }, setup);
    if (acted.kind !== 'shown') throw new Error(acted.kind);
    const page = show(setup.view(), { typed: acted.fields, problems: acted.problems ?? [] });
    expect(page).toContain('value="wecom:zhang"');
    expect(page).toContain('还没有保存');
    expect(page).not.toContain('aria-invalid');
  });

  test('a group is tied to the only store by one tap', async () => {
    const setup = new KeepingSetup({ people: PEOPLE, listening });
    await act('tie', { ...typedStore, ...typedPerson('manager'), chosen: 'wecom:wrG1' }, setup);
    expect(setup.view().people.conversations).toEqual([{ id: 'wecom:wrG1', store: 'EW_N1' }]);
  });
});

describe('a spreadsheet', () => {
  const SHEET = [
    '门店编号\t门店名称\t姓名\t账号\t工号\t角色',
    'EW_N1\t人民路店\t李经理\twecom:li\t10\t店长',
    '\t\t张三\twecom:zhang\t十一\t店员',
  ].join('\n');

  test('is shown as it was understood before it is taken, with what was not, by row and column', async () => {
    const setup = new KeepingSetup();
    const acted = await act('paste', { paste: SHEET }, setup);
    if (acted.kind !== 'shown') throw new Error(acted.kind);
    const page = show(setup.view(), { typed: acted.fields });
    expect(page).toContain('1 家门店、2 个人');
    expect(page).toContain('张三');
    expect(page).toMatch(/第 3 行/u);
    expect(page).toContain('合并');
    expect(setup.view().revision).toBe(0);
    expect(show(setup.view(), { typed: acted.fields }, 'en')).toMatch(/merged/iu);
  });

  test('is added to the list, where a person who is there already keeps what it does not say', async () => {
    const setup = new KeepingSetup({ people: PEOPLE });
    const text = '门店编号\t门店名称\t姓名\t账号\nEW_N1\t人民路店\t\twecom:li\nEW_N2\t解放路店\t赵敏\twecom:zhao';
    expect(await act('take', { ...typedStore, ...typedPerson('manager'), paste: text }, setup)).toEqual({
      kind: 'saved',
    });
    expect(setup.view().people).toMatchObject({
      stores: [STORE, { code: 'EW_N2', name: '解放路店' }],
      staff: [MANAGER, { user: 'wecom:zhao', name: '赵敏', store: 'EW_N2', role: 'staff' }],
    });
  });

  test('keeps an empty cell at its beginning', async () => {
    const setup = new KeepingSetup({ people: PEOPLE });
    const text = '\t门店编号\t姓名\t账号\n1\tEW_N1\t赵敏\twecom:zhao';
    expect(await act('take', { ...typedStore, ...typedPerson('manager'), paste: text }, setup)).toEqual({
      kind: 'saved',
    });
    expect(setup.view().people.staff).toContainEqual(
      expect.objectContaining({ user: 'wecom:zhao', name: '赵敏', store: 'EW_N1' }),
    );
  });

  test('of nothing is said to be nothing', async () => {
    const setup = new KeepingSetup();
    const acted = await act('paste', { paste: ' ' }, setup);
    if (acted.kind !== 'shown') throw new Error(acted.kind);
    expect(show(setup.view(), { typed: acted.fields })).toContain('还没有粘贴');
  });
});

test('ten thousand people are read out of a form and shown again while a live service goes on beside it', async () => {
  const stores = Array.from({ length: 500 }, (_, at) => ({ code: `EW_N${at}`, name: `店 ${at}` }));
  const staff = Array.from({ length: 10_000 }, (_, at) => ({
    ...MANAGER,
    user: `wecom:u${at}`,
    store: `EW_N${at % 500}`,
  }));
  const people = { stores, staff, conversations: [] };
  const setup = new KeepingSetup({ people });
  const typed = fieldsOfRows(rowsOfPeople(people), new Fields({ revision: '0', chosen: 'staff[9999]' }));
  const removed = await peoplePage.actions['remove']?.(typed, setup, 0);
  if (removed?.kind !== 'shown') throw new Error('not shown');
  expect(rowsOfFields(removed.fields).staff).toHaveLength(9_999);
  expect(show(setup.view(), { typed: removed.fields })).toContain('wecom:u9998');
});

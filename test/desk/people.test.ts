import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MAPPING, Office, ONE, TWO } from './office.ts';

const BOSS = 'wecom:boss';
const NEW = 'wecom:xiaoxin';

let office: Office;
beforeAll(async () => {
  office = await Office.open();
});
afterAll(() => office.clear());

const numberIn = (text: string) => /(\d+)号申请/.exec(text)?.[1] ?? 'none';
const ask = async (line = '绑定 30 人民路店 小新', user = NEW) => numberIn(await office.type(user, line));
const changes = () =>
  office.query('select by_user, user_id, before, after, request, state from staff_changes order by id');

describe('a person who is not in the mapping', () => {
  test('asks; managers of that store and admins are told; one agrees; it is in the file and both sides hear it', async () => {
    await office.begin([BOSS]);
    expect(await office.type(NEW, '我')).toContain('未绑定');
    const number = await ask();
    const told = await office.told();
    expect(told.map(({ user }) => user).toSorted()).toEqual([BOSS, 'wecom:li']);
    for (const { text } of told) {
      for (const part of ['小新', '工号30', '人民路店', NEW, `同意 ${number}`, `拒绝 ${number}`])
        expect(text).toContain(part);
    }

    expect(await office.type('wecom:li', `同意 ${number}`)).toContain('已同意');
    expect(await office.placeOf(NEW)).toEqual({ user: NEW, name: '小新', employeeId: 30, store: ONE, role: 'staff' });
    expect(await office.type(NEW, '我')).toMatch(/小新.*工号30.*店员[^]*人民路店/);
    const [result, ...others] = await office.told();
    expect(others).toEqual([]);
    expect(result).toMatchObject({ user: NEW, channel: 'dingtalk' });
    expect(result?.text).toMatch(/绑定好了.*李经理.*人民路店/);
    expect(changes()).toMatchObject([
      { by_user: 'wecom:li', user_id: NEW, before: null, request: Number(number), state: 'made' },
    ]);
    expect(office.news).toMatchObject([{ change: 'bound', user: NEW, by: '李经理', store: { code: ONE } }]);
  });

  test('and both sides get facts that need no words', async () => {
    await office.begin([BOSS]);
    const store = MAPPING.stores[0];
    const entry = { user: NEW, employeeId: 30, name: '小新', store };
    const asked = await office.carryOut(NEW, '绑定 30 人民路店 小新');
    const number = Number(await ask());
    expect(asked).toEqual({ kind: 'requested', request: { number, ...entry }, answeredBy: 'manager' });
    const holders = { employeeId: 30, known: [], elsewhere: false };
    expect(await office.carryOut('wecom:li', '员工')).toMatchObject({
      ...{ kind: 'staff-list', more: 0, moreRequests: 0, requests: [{ request: { number }, holders }] },
      people: [{ user: 'wecom:li', role: 'manager' }, { user: 'wecom:zhang' }],
    });
    const decided = { kind: 'request-decided', agreed: true, request: { number, ...entry }, holders, bound: null };
    expect(await office.carryOut('wecom:li', `同意 ${number}`)).toEqual(decided);
    expect(await office.carryOut('wecom:li', `拒绝 ${number}`)).toEqual({
      kind: 'not-changed',
      why: { kind: 'answered-already', number, agreed: true, by: '李经理' },
    });
    expect(await office.carryOut('wecom:li', `绑定 ${NEW} 31 人民路店`)).toEqual({
      kind: 'bound',
      member: { ...entry, employeeId: 31, role: 'staff' },
      changed: true,
      holders: { ...holders, employeeId: 31 },
    });
    expect(await office.carryOut('wecom:li', '绑定 wecom:x 30 解放路店')).toEqual({
      kind: 'not-allowed',
      needed: 'own-store',
    });
    expect(await office.carryOut('wecom:li', `解绑 ${NEW}`)).toEqual({ kind: 'unbound', user: NEW, name: '小新' });
  });

  test('hears it when the request is rejected, and nothing changes', async () => {
    await office.begin();
    const number = await ask();
    await office.told();
    expect(await office.type('wecom:li', `拒绝 ${number}`)).toContain('已拒绝');
    expect(await office.told()).toMatchObject([{ user: NEW, text: expect.stringContaining('没有通过') as string }]);
    expect(await office.mapping()).toEqual(MAPPING);
    expect(changes()).toEqual([]);
  });

  test('asks twice for the same and is one request; managers are told once', async () => {
    await office.begin();
    expect(await ask()).toBe(await ask());
    expect(await office.told()).toHaveLength(1);
  });

  test('asks for something else: the new request counts, and the old one cannot be agreed to', async () => {
    await office.begin();
    const old = await ask();
    const number = await ask('绑定 31 人民路店 小新');
    expect(await office.type('wecom:li', `同意 ${old}`)).toContain('作废');
    await office.type('wecom:li', `同意 ${number}`);
    expect(await office.placeOf(NEW)).toMatchObject({ employeeId: 31 });
  });

  test('cannot flood the managers', async () => {
    await office.begin();
    for (let employee = 1; employee <= 10; employee++) await office.type(NEW, `绑定 ${employee} 人民路店`);
    expect(await office.type(NEW, '绑定 11 人民路店')).toContain('申请次数太多');
    expect((await office.told()).length).toBeLessThanOrEqual(5);
  });

  test('is given the whole line with the store that may be meant, and so is a manager who binds', async () => {
    await office.begin([BOSS]);
    expect(await office.type(NEW, '绑定 99 人民路 小新')).toBe(
      `没有这家门店。是不是：\n人民路店（${ONE}）：发「绑定 99 人民路店 小新」`,
    );
    expect(await office.type('wecom:li', `绑定 ${NEW} 99 人民路`)).toContain(`发「绑定 ${NEW} 99 人民路店」`);
    const stores = [ONE, TWO].map((code) => ({ code, name: '人民路店' }));
    await office.begin([BOSS], { ...MAPPING, stores });
    expect(await office.type(NEW, '绑定 99 人民路店')).toMatch(
      new RegExp(`发「绑定 99 ${ONE}」\n.*发「绑定 99 ${TWO}」$`, 'u'),
    );
  });

  test('waits on a list from which a manager copies the answer', async () => {
    await office.begin([BOSS]);
    for (const word of ['同意', '拒绝']) expect(await office.type('wecom:li', word)).toBe('没有在等处理的申请。');
    const number = await ask();
    for (const word of ['员工', '同意', '拒绝']) {
      expect(await office.type('wecom:li', word)).toContain(`${NEW}\n回「同意 ${number}」或「拒绝 ${number}」`);
    }
    expect(await office.type('wecom:qian', '同意')).toBe('没有在等处理的申请。');
  });

  test('is told when a store has no manager who could agree', async () => {
    await office.begin([], { ...MAPPING, stores: [...MAPPING.stores, { code: 'EW_N3', name: '新店' }] });
    expect(await office.type(NEW, '绑定 30 新店')).toContain('没有店长');
    expect(await office.told()).toEqual([]);
  });

  test.each([
    { typed: '人民路', says: ['没有这家门店', '人民路店'] },
    { typed: '人民路电', says: ['没有这家门店', '人民路店'] },
    { typed: 'EW_N9', says: ['没有这家门店', ONE] },
    { typed: '火星店', says: ['没有这家门店'] },
    { typed: '__proto__', says: ['没有这家门店'] },
  ])('who types the store as $typed is asked back, never put somewhere', async ({ typed, says }) => {
    await office.begin([BOSS]);
    const answer = await office.type(NEW, `绑定 30 ${typed}`);
    for (const part of says) expect(answer).toContain(part);
    expect(await office.told()).toEqual([]);
  });

  test.each(['ew_n1', 'ＥＷ＿Ｎ１', '人民路店'])('may type the store as %s', async (typed) => {
    await office.begin();
    expect(await office.type(NEW, `绑定 30 ${typed}`)).toContain('人民路店');
    expect(await office.told()).toHaveLength(1);
  });

  test('is asked for the code where two stores have one name', async () => {
    await office.begin([BOSS], {
      ...MAPPING,
      stores: MAPPING.stores.map(({ code }) => ({ code, name: '总店' })),
    });
    const answer = await office.type(NEW, '绑定 30 总店');
    expect(answer).toContain(ONE);
    expect(answer).toContain(TWO);
    expect(await office.told()).toEqual([]);
    expect(await office.type(NEW, `绑定 30 ${TWO}`)).toContain('总店');
  });

  test.each([
    ['markup', '绑定 30 人民路店 **[点这里](http://x)**'],
    ['a mention in a name', '绑定 30 人民路店 @所有人 张三@所有人 李四'],
    ['a long name', `绑定 30 人民路店 ${'长'.repeat(65)}`],
    ['a card number', '绑定 30 人民路店 914095353294404024'],
    ['a negative employee', '绑定 -1 人民路店 小新'],
  ])('who types %s is told what is wrong, with an example, and no other person hears of it', async (_, line) => {
    await office.begin();
    expect(await office.type(NEW, line)).toContain('例：');
    expect(await office.told()).toEqual([]);
  });
});

describe('a request', () => {
  test('survives a restart before it is agreed to', async () => {
    await office.begin();
    const number = await ask();
    await office.restart();
    await office.type('wecom:li', `同意 ${number}`);
    expect(await office.placeOf(NEW)).toMatchObject({ store: ONE });
  });

  test('that many agree to at once is granted once, told once and recorded once', async () => {
    await office.begin([BOSS]);
    const number = await ask();
    await office.told();
    const answers = await Promise.all(
      ['wecom:li', BOSS, 'wecom:li', BOSS].map((user) => office.type(user, `同意 ${number}`)),
    );
    expect(answers.filter((text) => text.startsWith('已同意'))).toHaveLength(1);
    expect(await office.type(BOSS, `同意 ${number}`)).toContain('已经由');
    expect(await office.type(BOSS, `拒绝 ${number}`)).toContain('已经由');
    expect((await office.mapping()).staff.filter(({ user }) => user === NEW)).toHaveLength(1);
    expect(await office.told()).toHaveLength(1);
    expect(changes()).toMatchObject([{ state: 'made' }]);
  });

  test('that is agreed to and rejected at once is one of the two, for all', async () => {
    await office.begin([BOSS]);
    const number = await ask();
    await office.told();
    const answers = await Promise.all([office.type('wecom:li', `同意 ${number}`), office.type(BOSS, `拒绝 ${number}`)]);
    const bound = (await office.placeOf(NEW)) !== undefined;
    expect(answers.filter((text) => /^已(?:同意|拒绝)/.test(text))).toHaveLength(1);
    expect(answers[bound ? 0 : 1]).toMatch(/^已/);
    const [result] = await office.told();
    expect(result?.text).toContain(bound ? '绑定好了' : '没有通过');
  });

  test('whose agreement was cut off by a crash is finished by agreeing again', async () => {
    await office.begin([BOSS]);
    const number = await ask();
    await office.told();
    office.query(
      `update binding_requests set state = 'agreed', decided_by = 'wecom:li', decided_at = ${Date.now()} where id = ${number}`,
    );
    expect(await office.type(BOSS, `同意 ${number}`)).toContain('正在处理');
    office.query(`update binding_requests set decided_at = decided_at - 60000 where id = ${number}`);
    expect(await office.type(BOSS, `同意 ${number}`)).toContain('已同意');
    expect(await office.placeOf(NEW)).toMatchObject({ store: ONE });
    expect(await office.told()).toHaveLength(1);
  });

  test('lapses after a week', async () => {
    await office.begin();
    const number = await ask();
    office.query(`update binding_requests set asked_at = asked_at - ${7 * 86_400_000} where id = ${number}`);
    expect(await office.type('wecom:li', `同意 ${number}`)).toContain('过期');
    expect(await office.placeOf(NEW)).toBeUndefined();
  });

  test('is the same as none for managers of other stores', async () => {
    await office.begin();
    const number = await ask();
    expect(await office.type('wecom:qian', `同意 ${number}`)).toBe(await office.type('wecom:qian', '同意 999'));
    expect(await office.type('wecom:qian', `拒绝 ${number}`)).toBe(await office.type('wecom:qian', '拒绝 999'));
    expect(await office.type('wecom:qian', '员工')).not.toContain('小新');
    expect(await office.type('wecom:li', '员工')).toContain(`${number}号申请`);
  });

  test('stays open while the mapping is broken, and is granted when it is mended', async () => {
    await office.begin();
    const number = await ask();
    await office.told();
    const whole = JSON.stringify(MAPPING);
    await office.write(whole.slice(0, -5));
    expect(await office.type('wecom:li', `同意 ${number}`)).toContain('mapping.json');
    expect(await office.told()).toEqual([]);
    await office.write(whole);
    expect(await office.type('wecom:li', `同意 ${number}`)).toContain('已同意');
    expect(changes()).toMatchObject([{ state: 'not-made' }, { state: 'made' }]);
  });

  test('of a person who was meanwhile put into another store by hand is for admins', async () => {
    await office.begin([BOSS]);
    const number = await ask();
    const entry = { user: NEW, name: '小新', store: TWO };
    await office.edit(({ staff, ...rest }) => ({ ...rest, staff: [...staff, entry] }));
    expect(await office.type('wecom:li', `同意 ${number}`)).toContain('别的门店');
    expect(await office.placeOf(NEW)).toEqual(entry);
    expect(await office.type(BOSS, `同意 ${number}`)).toContain('已同意');
    expect(await office.placeOf(NEW)).toMatchObject({ store: ONE });
  });
});

describe('a notice that was overtaken before it could be told', () => {
  const entry = (store: string) => ({ user: NEW, name: '小新', employeeId: 30, store });
  const byHand = (store: string) =>
    office.edit(({ staff, ...rest }) => ({ ...rest, staff: [...staff, entry(store)] })).then(() => office.restart());

  test.each<[string, (number: string) => Promise<unknown>]>([
    ['was agreed to', (number) => office.type('wecom:li', `同意 ${number}`)],
    ['was rejected', (number) => office.type('wecom:li', `拒绝 ${number}`)],
    ['was overtaken by a binding from the chat', () => office.type(BOSS, '绑定 wecom:xiaoxin 31 人民路店')],
    ['was overtaken by a binding to another store', () => office.type(BOSS, '绑定 wecom:xiaoxin 31 解放路店')],
    ['was overtaken by an edit of the mapping', () => byHand(ONE)],
    ['was replaced', () => office.type(NEW, '绑定 31 人民路店')],
    [
      'has lapsed',
      async () =>
        office.query(`update binding_requests set asked_at = asked_at - ${7 * 86_400_000} where state = 'open'`),
    ],
  ])('about a request that %s is dropped', async (_, overtake) => {
    await office.begin([BOSS]);
    const number = await ask();
    await overtake(number);
    const asking = (await office.told()).filter(({ text }) => text.includes(`同意 ${number}`));
    expect(asking).toEqual([]);
    expect(await office.type('wecom:li', '员工')).not.toContain(`${number}号申请：`);
  });

  test('is dropped for a person who does not manage the store any more, and told to the others', async () => {
    await office.begin([BOSS]);
    await ask();
    await office.type(BOSS, '绑定 wecom:li 10 解放路店');
    const asking = (await office.told()).filter(({ text }) => text.includes('同意'));
    expect(asking.map(({ user }) => user)).toEqual([BOSS]);
  });

  test('does not tell a person who has been taken out again that they may redeem, nor one who may that they may not', async () => {
    await office.begin([BOSS]);
    await office.type('wecom:li', '绑定 wecom:xiaoxin 30 人民路店');
    await office.type('wecom:li', '解绑 wecom:xiaoxin');
    expect(await office.told()).toEqual([]);

    const number = await ask();
    await office.type('wecom:li', '绑定 wecom:xiaoxin 31 人民路店');
    expect(await office.type(BOSS, `拒绝 ${number}`)).toMatch(
      /已拒绝[^]*已经另外绑定了.*人民路店.*解绑 wecom:xiaoxin/u,
    );
    const heard = (await office.told()).filter(({ user }) => user === NEW);
    expect(heard.map(({ text }) => text)).toEqual([expect.stringContaining('工号31')]);
  });

  test('shows the mapping as it is when it is told', async () => {
    await office.begin();
    await ask('绑定 12 人民路店 小新');
    await office.type('wecom:li', '绑定 wecom:zhang 12 人民路店');
    const [request] = (await office.told()).filter(({ user }) => user === 'wecom:li');
    expect(request?.text).toContain('工号12也是张三（wecom:zhang）的');
  });
});

describe('an employee id that another person has', () => {
  test('is granted, and the manager who grants it is told whose it is', async () => {
    await office.begin([BOSS]);
    const whose = '注意：工号11也是张三（wecom:zhang）的';
    expect(await office.type('wecom:li', '绑定 wecom:n 11 人民路店 小南')).toContain(whose);
    expect(await office.placeOf('wecom:n')).toMatchObject({ employeeId: 11 });
    await office.begin([BOSS]);
    const number = await ask('绑定 11 人民路店 小新');
    const told = await office.told();
    expect(told.map(({ user }) => user).toSorted()).toEqual([BOSS, 'wecom:li']);
    for (const { text } of told) expect(text).toContain(whose);
    expect(await office.type('wecom:li', '员工')).toContain(whose);
    expect(await office.type('wecom:li', `同意 ${number}`)).toContain(whose);
    expect(await office.type('wecom:li', '绑定 11 人民路店')).toContain('张三');
  });

  test('is not given away: the newcomer does not hear whose it is, nor a manager who it is in another store', async () => {
    await office.begin([BOSS]);
    expect(await office.type(NEW, '绑定 21 人民路店 小新')).not.toMatch(/赵敏|注意/u);
    for (const { user, text } of await office.told()) {
      expect(text.includes('赵敏')).toBe(user === BOSS);
      expect(text).toMatch(/注意：工号21/u);
    }
    const answer = await office.type('wecom:li', '绑定 wecom:n 21 人民路店');
    expect(answer).toContain('工号21别的门店也有人在用');
    expect(answer).not.toContain('赵敏');
  });

  test('is not mentioned where no other person has it', async () => {
    await office.begin();
    expect(await office.type('wecom:li', '绑定 wecom:n 30 人民路店')).not.toContain('注意');
    expect(await office.type('wecom:li', '绑定 wecom:zhang 11 人民路店 张小三')).not.toContain('注意');
  });
});

describe('a person who reads an answer', () => {
  test('hears the same of a person in another store, whether they are to be bound or unbound', async () => {
    await office.begin();
    const bind = await office.type('wecom:li', '绑定 wecom:zhao 30 人民路店');
    expect(await office.type('wecom:li', '解绑 wecom:zhao')).toBe(bind);
    expect(bind).toMatch(/别的门店.*那家门店的店长/u);
  });

  test('is not sent to a manager as a manager, nor to an admin as an admin', async () => {
    await office.begin([BOSS]);
    expect(await office.type('wecom:li', '绑定 30 解放路店')).not.toMatch(/找店长|告诉店长/u);
    expect(await office.type('wecom:zhang', '绑定 30 解放路店')).toContain('请找店长');
    await office.write('{');
    await expect.poll(() => office.type('wecom:li', '绑定 wecom:n 30 人民路店')).toContain('请管理员检查 mapping.json');
    expect(await office.type(BOSS, '绑定 wecom:n 30 人民路店')).toMatch(/改不了，没有改动，请检查 mapping\.json/u);
  });

  test('is sent to those who can answer: managers, or admins where the store has none', async () => {
    await office.begin([BOSS], { ...MAPPING, stores: [...MAPPING.stores, { code: 'EW_N3', name: '新店' }] });
    expect(await office.type(NEW, '绑定 30 新店')).toContain('请告诉管理员');
    expect(await office.type(NEW, '绑定 30 人民路店')).toContain('请告诉店长');
  });
});

describe('a hand edit', () => {
  test('just before an agreement stays, with fields and an order that mean nothing here', async () => {
    await office.begin();
    const number = await ask();
    const edited = {
      note: '王店长编辑',
      ...MAPPING,
      staff: [{ since: 2020, user: 'wecom:hand', store: TWO, phone: '1' }, ...MAPPING.staff],
    };
    await office.edit(() => edited);
    await office.type('wecom:li', `同意 ${number}`);
    const { staff, ...rest } = await office.mapping();
    expect({ ...rest, staff: staff.slice(0, -1) }).toEqual(edited);
    expect(Object.keys(staff[0] ?? {})).toEqual(['since', 'user', 'store', 'phone']);
    expect(staff.at(-1)).toMatchObject({ user: NEW });
  });

  test('of the very person keeps its other fields when a manager binds them anew', async () => {
    await office.begin();
    await office.edit(({ staff, ...rest }) => ({
      ...rest,
      staff: staff.map((entry) => (entry.user === 'wecom:zhang' ? { phone: '1', ...entry } : entry)),
    }));
    expect(await office.type('wecom:li', '绑定 wecom:zhang 12 人民路店')).toContain('已改');
    expect(await office.placeOf('wecom:zhang')).toEqual({
      ...{ phone: '1', user: 'wecom:zhang', name: '张三' },
      ...{ employeeId: 12, store: ONE, role: 'staff' },
    });
  });
});

describe('a manager', () => {
  test('binds, lists, and unbinds people of the own store; each change is recorded from what to what', async () => {
    await office.begin();
    expect(await office.type('wecom:li', '绑定 wecom:wo_A.b@c- 30 人民路店 小新')).toMatch(
      /已绑定.*小新[^]*wecom:wo_A\.b@c-/,
    );
    expect(await office.told()).toMatchObject([{ user: 'wecom:wo_A.b@c-', channel: 'wecom-bot' }]);
    const list = await office.type('wecom:li', '员工');
    for (const part of ['共3人', '小新', '张三', '工号11', 'wecom:zhang']) expect(list).toContain(part);
    for (const part of ['赵敏', '钱经理', '解放路店']) expect(list).not.toContain(part);
    expect(await office.type('wecom:li', '解绑 wecom:wo_A.b@c-')).toContain('已解绑');
    expect(await office.mapping()).toEqual(MAPPING);
    const place = { name: '小新', employeeId: 30, storeCode: ONE, role: 'staff' };
    expect(
      changes().map(({ before, after }) => [before, after].map((json) => JSON.parse(String(json)) as unknown)),
    ).toEqual([
      [null, place],
      [place, null],
    ]);
    expect(office.news.map(({ change, by }) => [change, by])).toEqual([
      ['bound', '李经理'],
      ['unbound', '李经理'],
    ]);
  });

  test('who binds a person as they are bound is told so, and nothing is written', async () => {
    await office.begin();
    expect(await office.type('wecom:li', '绑定 wecom:zhang 11 人民路店 张三')).toContain('本来就是这样');
    expect(changes()).toEqual([]);
    expect(await office.told()).toEqual([]);
  });

  test('changes their own employee id without asking, and stays manager', async () => {
    await office.begin();
    expect(await office.type('wecom:li', '绑定 99 人民路店')).toContain('已改');
    expect(await office.placeOf('wecom:li')).toMatchObject({ name: '李经理', employeeId: 99, role: 'manager' });
  });

  test('cannot be the last to go where there are no admins; with an admin they can', async () => {
    await office.begin();
    expect(await office.type('wecom:li', '解绑 wecom:li')).toContain('最后一位店长');
    expect(await office.mapping()).toEqual(MAPPING);
    await office.begin([BOSS]);
    expect(await office.type(BOSS, '解绑 wecom:li')).toContain('已解绑');
  });

  test('and another who unbind each other at once do not both go', async () => {
    const second = { user: 'wecom:sun', name: '孙经理', store: ONE, role: 'manager' as const };
    await office.begin([], { ...MAPPING, staff: [...MAPPING.staff, second] });
    await Promise.all([office.type('wecom:li', '解绑 wecom:sun'), office.type('wecom:sun', '解绑 wecom:li')]);
    const left = (await office.mapping()).staff.filter(({ role, store }) => role === 'manager' && store === ONE);
    expect(left).toHaveLength(1);
  });

  test('does not change what belongs to an admin', async () => {
    await office.begin(['wecom:zhang']);
    expect(await office.type('wecom:li', '解绑 wecom:zhang')).toContain('管理员');
    expect(await office.type('wecom:li', '绑定 wecom:zhang 99 人民路店')).toContain('管理员');
    expect(await office.type('wecom:li', '绑定 wecom:zhang 99 解放路店')).toContain('自己的门店');
    expect(await office.mapping()).toEqual(MAPPING);
  });
});

describe('an admin', () => {
  test('without a store is told so, and can bind themselves at once', async () => {
    await office.begin([BOSS]);
    expect(await office.type(BOSS, '我')).toMatch(/管理员[^]*未绑定门店/);
    expect(await office.type(BOSS, '绑定 1 人民路店 老板')).toContain('已绑定');
    expect(await office.type(BOSS, '我')).toMatch(/老板.*管理员[^]*人民路店/);
    expect(await office.told()).toEqual([]);
  });

  test('moves a person to another store; a manager is no manager there', async () => {
    await office.begin([BOSS]);
    expect(await office.type(BOSS, '绑定 wecom:li 10 解放路店')).toContain('已改');
    expect(await office.placeOf('wecom:li')).toMatchObject({ name: '李经理', store: TWO, role: 'staff' });
    expect(await office.type(BOSS, '员工')).toContain('共4人');
  });
});

/** What is said where a command may not do this. */
const REFUSALS = {
  own: '自己的门店',
  elsewhere: '别的门店',
  none: '没有绑定',
  bound: '已经绑定在',
  noRequest: '没有这个编号',
};

describe('in one store and in another', () => {
  const rights = [
    { who: 'manager', user: 'wecom:li', line: '绑定 wecom:n 30 人民路店', says: '已绑定' },
    { who: 'manager', user: 'wecom:li', line: '绑定 wecom:n 30 解放路店', says: REFUSALS.own },
    { who: 'manager', user: 'wecom:li', line: '绑定 wecom:zhang 30 人民路店', says: '已改' },
    { who: 'manager', user: 'wecom:li', line: '绑定 wecom:zhang 30 解放路店', says: REFUSALS.own },
    { who: 'manager', user: 'wecom:li', line: '绑定 wecom:zhao 30 人民路店', says: REFUSALS.elsewhere },
    { who: 'manager', user: 'wecom:li', line: '绑定 wecom:zhao 30 解放路店', says: REFUSALS.own },
    { who: 'manager', user: 'wecom:li', line: '解绑 wecom:zhang', says: '已解绑' },
    { who: 'manager', user: 'wecom:li', line: '解绑 wecom:zhao', says: REFUSALS.elsewhere },
    { who: 'manager', user: 'wecom:li', line: '解绑 wecom:nobody', says: REFUSALS.none },
    { who: 'manager', user: 'wecom:li', line: '绑定 30 解放路店', says: REFUSALS.bound },
    { who: 'manager', user: 'wecom:li', line: '同意 1', says: '已同意' },
    { who: 'manager', user: 'wecom:li', line: '同意 2', says: REFUSALS.noRequest },
    { who: 'manager', user: 'wecom:li', line: '拒绝 1', says: '已拒绝' },
    { who: 'manager', user: 'wecom:li', line: '拒绝 2', says: REFUSALS.noRequest },
    { who: 'staff', user: 'wecom:zhang', line: '绑定 30 人民路店', says: REFUSALS.bound },
    { who: 'staff', user: 'wecom:zhang', line: '绑定 30 解放路店', says: REFUSALS.bound },
    { who: 'admin', user: BOSS, line: '绑定 wecom:n 30 解放路店', says: '已绑定' },
    { who: 'admin', user: BOSS, line: '绑定 wecom:zhang 30 解放路店', says: '已改' },
    { who: 'admin', user: BOSS, line: '解绑 wecom:zhao', says: '已解绑' },
    { who: 'admin', user: BOSS, line: '解绑 wecom:nobody', says: REFUSALS.none },
    { who: 'admin', user: BOSS, line: '同意 1', says: '已同意' },
    { who: 'admin', user: BOSS, line: '同意 2', says: '已同意' },
    { who: 'admin', user: BOSS, line: '拒绝 2', says: '已拒绝' },
  ];
  test.each(rights)('a $who who types $line hears $says', async ({ user, line, says }) => {
    await office.begin([BOSS]);
    await ask('绑定 30 人民路店 小新', 'wecom:a');
    await ask('绑定 31 解放路店 小李', 'wecom:b');
    const before = await office.mapping();
    const answer = await office.type(user, line);
    expect(answer).toContain(says);
    if (Object.values(REFUSALS).includes(says)) {
      expect(await office.mapping()).toEqual(before);
      expect(answer).not.toMatch(/赵敏|小李|钱经理/);
    }
  });
});

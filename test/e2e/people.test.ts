import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SANDBOX_CARDS } from '../../src/sandbox/cards.ts';
import { startSimulatedVendor, type SimulatedVendor } from '../../src/sandbox/vendor.ts';
import type { Mapping } from '../../src/mapping/mapping.ts';
import { askInDingtalk, sayInDingtalk, sayToApp, sayToBot } from '../support/chats.ts';
import { APP_SECRET, startPlatforms, type Platforms } from '../support/platforms.ts';
import { makeShop, startServiceProcess, VENDOR, type RunningService } from '../support/service.ts';

const CARD = SANDBOX_CARDS[0]?.card ?? '';
const ONE = 'EW_N2949193145';
const TWO = 'EW_N2949193146';

const PEOPLE: Mapping = {
  stores: [
    { code: ONE, name: '人民路店' },
    { code: TWO, name: '解放路店' },
  ],
  staff: [
    { user: 'wecom:lijingli', name: '李经理', employeeId: 10, store: ONE, role: 'manager' },
    { user: 'dingtalk:qian', name: '钱经理', employeeId: 20, store: TWO, role: 'manager' },
    { user: 'wecom:zhangsan', name: '张三', employeeId: 11, store: ONE, role: 'staff' },
  ],
};

let vendor: SimulatedVendor;
let platforms: Platforms;
beforeAll(async () => {
  vendor = await startSimulatedVendor(VENDOR);
  platforms = await startPlatforms();
});
afterAll(async () => {
  await vendor.close();
  await platforms.close();
});

async function openShop(change: Record<string, string>) {
  const shop = await makeShop(vendor.url, {
    WECOM_API_URL: platforms.url,
    DINGTALK_WEBHOOK_HOSTS: platforms.host,
    ADMINS: 'wecom:boss',
    ...change,
  });
  const file = join(shop.dataDir, 'mapping.json');
  await writeFile(file, JSON.stringify(PEOPLE));
  return {
    ...shop,
    mapping: async () => JSON.parse(await readFile(file, 'utf8')) as Mapping,
    writeMapping: (mapping: Mapping) => writeFile(file, JSON.stringify(mapping)),
    changes() {
      const db = new DatabaseSync(join(shop.dataDir, 'ledger.db'), { readOnly: true, timeout: 5_000 });
      const rows = db.prepare('select by_user, user_id, state from staff_changes order by id').all();
      db.close();
      return rows;
    },
  };
}

let serial = 0;
const newId = () => `80000000000000${++serial}`;
const numberIn = (text: string) => /(\d+)号申请/.exec(text)?.[1] ?? 'none';

describe('where the app can write first', () => {
  let shop: Awaited<ReturnType<typeof openShop>>;
  let service: RunningService;
  beforeAll(async () => {
    shop = await openShop({ WECOM_APP_SECRET: APP_SECRET });
    service = await startServiceProcess(shop.env);
  });
  afterAll(async () => {
    await service.end('SIGTERM');
    await shop.clear();
  });

  const app = async (user: string, content: string, messageId = newId()) =>
    (await sayToApp(service.url, { user, content, messageId })).text ?? '';
  const bot = async (user: string, content: string, messageId = newId()) =>
    (await sayToBot(service.url, { user, content, messageId })).text ?? '';
  const dingtalk = (senderStaffId: string, content: string, conversationType = '2') =>
    askInDingtalk(service.url, platforms, content, { senderStaffId, conversationType, msgId: newId() });

  test('a newcomer asks, the manager is written to and agrees, the newcomer hears it and redeems', async () => {
    expect(await dingtalk('newcomer', `核销 ${CARD}`)).toMatch(/未绑定[^]*dingtalk:newcomer/);
    const sessionWebhook = platforms.sessionWebhook('newcomer-1');
    await sayInDingtalk(service.url, '绑定 31 人民路店 小新', {
      senderStaffId: 'newcomer',
      msgId: newId(),
      sessionWebhook,
    });
    const asked = (await platforms.delivery(({ to }) => to === 'newcomer-1')).text;
    const number = numberIn(asked);
    for (const line of [`核销 ${CARD}`, '核销', '我', '帮助']) {
      const said = await dingtalk('newcomer', line);
      expect(said).toContain(`未绑定，${number}号申请在等店长处理。\n账号：dingtalk:newcomer`);
      expect(said).not.toContain('申请绑定请发');
    }
    for (const to of ['lijingli', 'boss']) {
      const told = await platforms.delivery((message) => message.to === to && message.text.includes(`同意 ${number}`));
      expect(told.text).toMatch(/小新.*工号31.*人民路店[^]*dingtalk:newcomer/);
    }

    const messageId = newId();
    const answers = await Promise.all(
      ['同意', '同意', '同意'].map((verb) => app('lijingli', `${verb} ${number}`, messageId)),
    );
    for (const answer of answers.filter((text) => text !== '')) expect(answer).toContain(`已同意${number}号申请`);
    expect(answers.some((text) => text !== '')).toBe(true);
    expect(await app('boss', `同意 ${number}`)).toContain('已经由李经理同意');
    const heard = await platforms.delivery(({ to, text }) => to === 'newcomer-1' && text.includes('绑定好了'));
    expect(heard.text).toMatch(/绑定好了.*李经理.*人民路店/);
    expect(await dingtalk('newcomer', `核销 ${CARD}`)).toContain('核销成功');
    expect(vendor.books.consumptions.at(-1)).toMatchObject({ store: ONE, employeeId: 31 });
    expect(shop.changes()).toEqual([{ by_user: 'wecom:lijingli', user_id: 'dingtalk:newcomer', state: 'made' }]);
  });

  test('a request outlives a restart and a hand edit, and neither is lost', async () => {
    const number = numberIn(await bot('late', '绑定 32 人民路店 小迟'));
    expect(await service.end('SIGTERM')).toBe(0);
    service = await startServiceProcess(shop.env);
    const before = await shop.mapping();
    const byHand = { user: 'wecom:byhand', name: '手写', store: TWO, remark: '试用期' };
    await shop.writeMapping({ ...before, staff: [byHand, ...before.staff] });
    expect(await app('lijingli', `同意 ${number}`)).toContain('已同意');
    const { staff } = await shop.mapping();
    expect(staff[0]).toEqual(byHand);
    expect(staff.at(-1)).toMatchObject({ user: 'wecom:late', employeeId: 32, store: ONE });
  });

  test('an admin without a store manages all of them, and is told what is missing to redeem', async () => {
    expect(await app('boss', `核销 ${CARD}`)).toMatch(/未提交.*管理员.*未绑定门店[^]*绑定/);
    expect(await app('boss', '我')).toMatch(/管理员[^]*wecom:boss/);
    expect(await app('boss', '员工')).toMatch(/钱经理[^]*dingtalk:qian/);
    expect(await app('boss', '绑定 dingtalk:helper 41 解放路店 小帮')).toContain('已绑定');
    // It is held as soon as it was found that there is no way.
    await expect.poll(() => dingtalk('helper', '我')).toMatch(/小帮[^]*另有消息只给您看/);
    expect(await dingtalk('helper', '我', '1')).toMatch(/小帮[^]*【之前的消息】\n绑定好了/);
    expect(await dingtalk('helper', '我')).not.toContain('【之前的消息】');
    expect(await app('boss', '解绑 dingtalk:helper')).toContain('已解绑');
    expect(await dingtalk('helper', '我')).toContain('未绑定');
    expect(await app('boss', '绑定 1 解放路店 老板')).toContain('已绑定');
    expect(await app('boss', `核销 ${CARD}`)).toContain('核销成功');
  });

  test('no person can have a message sent to all, or to several', async () => {
    const before = await shop.mapping();
    for (const user of ['wecom:@all', 'wecom:a|b|@all', 'wecom:＠all', 'wecom:\u200B@all', 'wecom:zhangsan|lijingli']) {
      for (const who of ['lijingli', 'boss']) {
        expect(await app(who, `绑定 ${user} 11 人民路店 张三`)).toContain('账号不对');
      }
    }
    expect(await shop.mapping()).toEqual(before);
    expect(platforms.delivered.filter(({ to }) => /[@|]/u.test(to))).toEqual([]);
  });

  test('help is for the person who asks', async () => {
    expect(await bot('stranger', '帮助')).toMatch(/未绑定[^]*绑定 工号/);
    expect(await bot('zhangsan', '帮助')).not.toContain('统计');
    expect(await bot('lijingli', '帮助 全部')).toMatch(/店长[^]*统计/);
    expect(await app('boss', '说什么')).toMatch(/^没看懂这句话。\n[^\n]+$/);
    expect(await app('boss', '帮助 全部')).toMatch(/管理员[^]*统计/);
  });

  const COMMANDS = [
    `查询 ${CARD}`,
    '核对 R-7K3M9Q2A',
    '确认',
    '取消',
    '记录',
    `记录 ${CARD}`,
    '记录 R-7K3M9Q2A',
    '员工',
    '同意 1',
    '拒绝 1',
    '通知 测试',
    '绑定 wecom:zhangsan 12 人民路店',
    '解绑 wecom:zhangsan',
    '记录 全店',
    '统计',
    '核对 R-7K3M9Q2A 已核销',
  ];
  test.each(COMMANDS)('an unbound person who types %s learns how to be bound, and nothing else', async (line) => {
    const before = await shop.mapping();
    const answer = await bot('stranger', line);
    expect(answer).toMatch(/^您的账号未绑定[^]*账号：wecom:stranger\s+申请绑定请发/);
    expect(await shop.mapping()).toEqual(before);
  });

  test.each(COMMANDS.slice(7))('a member of staff who types %s is told that managers do that', async (line) => {
    const before = await shop.mapping();
    expect(await bot('zhangsan', line)).toBe('这个只有店长能用。');
    expect(await shop.mapping()).toEqual(before);
  });
});

describe('what another store has done', () => {
  let shop: Awaited<ReturnType<typeof openShop>>;
  let service: RunningService;
  let receipt: string;
  beforeAll(async () => {
    shop = await openShop({ CONFIRM_REPEAT_WITHIN_S: '0' });
    service = await startServiceProcess(shop.env);
    const about = { senderStaffId: 'qian', msgId: newId() };
    const text = await askInDingtalk(service.url, platforms, `核销 ${CARD} 1`, about);
    receipt = /R-[0-9A-Z]{8}/.exec(text)?.[0] ?? 'none';
    expect(receipt).not.toBe('none');
  });
  afterAll(async () => {
    await service.end('SIGTERM');
    await shop.clear();
  });

  const LINES = [
    ...['记录 RECEIPT', `记录 ${CARD}`, '记录', '记录 全店', '统计', '核对 RECEIPT', '核对 RECEIPT 未核销'],
    ...[`查询 ${CARD}`, '员工', '确认 RECEIPT', '取消 RECEIPT'],
  ];
  const SEES: Record<string, readonly string[]> = {
    stranger: [],
    zhangsan: [],
    lijingli: [],
    boss: ['记录 RECEIPT', `记录 ${CARD}`, '记录 全店', '统计', '核对 RECEIPT', `查询 ${CARD}`, '员工'],
  };
  const cases = Object.entries(SEES).flatMap(([user, seen]) =>
    LINES.map((line) => ({ user, line, sees: seen.includes(line) ? 'sees' : 'sees nothing of' })),
  );

  test.each(cases)('$user $sees it by $line', async ({ user, line, sees }) => {
    const content = line.replace('RECEIPT', receipt);
    const { text } = await sayToBot(service.url, { user, content, messageId: newId() });
    const answer = (text ?? '').replaceAll('\\', '');
    expect(answer).not.toBe('');
    expect(answer).not.toContain('系统暂时出错');
    expect(/钱经理|解放路店/.test(answer) || (answer.includes(receipt) && !line.includes('RECEIPT'))).toBe(
      sees === 'sees',
    );
  });
});

describe('where no person can be written to first', () => {
  let shop: Awaited<ReturnType<typeof openShop>>;
  let service: RunningService;
  beforeAll(async () => {
    shop = await openShop({ ADMINS: '' });
    service = await startServiceProcess(shop.env);
  });
  afterAll(async () => {
    await service.end('SIGTERM');
    await shop.clear();
  });
  const bot = async (user: string, content: string, responseUrl = platforms.responseUrl('unused')) =>
    (await sayToBot(service.url, { user, content, messageId: newId(), responseUrl })).text ?? '';
  const app = async (user: string, content: string) =>
    (await sayToApp(service.url, { user, content, messageId: newId() })).text ?? '';

  test('the manager hears of a request before the answer to the next message, on either channel, once', async () => {
    const number = numberIn(await bot('newcomer', '绑定 31 人民路店 小新', platforms.responseUrl('newcomer')));
    const inGroup = {
      user: 'lijingli',
      content: '我',
      chatId: 'wrGROUP',
      responseUrl: platforms.responseUrl('unused'),
    };
    const askInGroup = () => sayToBot(service.url, { ...inGroup, messageId: newId() }).then(({ text }) => text ?? '');
    await expect.poll(askInGroup).toContain('另有消息只给您看');
    expect(await askInGroup()).not.toMatch(/申请|小新|newcomer/u);
    // It is held as soon as it was found that there is no way.
    await expect.poll(() => app('lijingli', '我')).toContain('【之前的消息】');
    expect(await bot('lijingli', '我')).not.toContain('【之前的消息】');
    expect(await bot('lijingli', `拒绝 ${number}`)).toContain('已拒绝');
    const heard = await platforms.delivery(({ to }) => to === 'newcomer');
    expect(heard.text).toMatch(/没有通过.*李经理/);
    expect(await shop.mapping()).toEqual(PEOPLE);
  });

  test('what was held goes out by itself once the app has its secret', async () => {
    const number = numberIn(await bot('later', '绑定 32 人民路店 小后', platforms.responseUrl('later')));
    const question = {
      user: 'lijingli',
      content: '我',
      chatId: 'wrGROUP',
      responseUrl: platforms.responseUrl('unused'),
    };
    const askInGroup = () => sayToBot(service.url, { ...question, messageId: newId() }).then(({ text }) => text ?? '');
    await expect.poll(askInGroup).toContain('另有消息只给您看');
    await service.end('SIGTERM');
    service = await startServiceProcess({ ...shop.env, WECOM_APP_SECRET: APP_SECRET });
    const isTold = ({ to, text }: { to: string; text: string }) => to === 'lijingli' && text.includes('小后');
    expect((await platforms.delivery(isTold)).text).toMatch(new RegExp(`工号32[^]*同意 ${number}`, 'u'));
    expect(await app('lijingli', `拒绝 ${number}`)).not.toContain('【之前的消息】');
    expect(platforms.delivered.filter(isTold)).toHaveLength(1);
  });

  test('the last manager of a store cannot go', async () => {
    expect(await bot('lijingli', '解绑 wecom:lijingli')).toContain('最后一位店长');
    expect(await shop.mapping()).toEqual(PEOPLE);
  });
});

import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parseMessage } from '../../src/command/parse.ts';
import { deskResult } from '../../src/command/sentences.ts';
import { createPermissions, mayGive } from '../../src/desk/permissions.ts';
import { createListRecords } from '../../src/desk/records.ts';
import type { DeskResult } from '../../src/desk/result.ts';
import { createSumUp } from '../../src/desk/statistics.ts';
import { openInProcessLedger } from '../../src/ledger/sqlite/in-process.ts';
import { createCalendar } from '../../src/redemption/calendar.ts';
import type { Ledger, PeopleLedger } from '../../src/redemption/ledger.ts';
import type { NewLine } from '../../src/redemption/message.ts';
import type { StaffMember } from '../../src/redemption/ports.ts';
import type { Outcome } from '../../src/redemption/redemption.ts';
import { newLine, newMessage } from '../ledger/fixtures.ts';

const EAST = { code: 'EW_N1', name: '人民路店' };
const WEST = { code: 'EW_N2', name: '西湖店' };
const PEOPLE = new Map<string, StaffMember>([
  ['wecom:zhangsan', { name: '张三', employeeId: 11, store: EAST, role: 'staff' }],
  ['wecom:lisi', { name: '李四', employeeId: 12, store: EAST, role: 'manager' }],
  ['wecom:wangwu', { name: '王五', employeeId: 21, store: WEST, role: 'staff' }],
  ['wecom:zhaoliu', { name: '赵六', employeeId: 22, store: WEST, role: 'manager' }],
]);
const [STAFF, MANAGER, OTHER_STAFF, OTHER_MANAGER] = [...PEOPLE.keys()] as [string, string, string, string];
const ADMIN = 'dingtalk:boss';

const NOW = Date.parse('2026-11-23T14:30:00+08:00');
const CARD = '914095353294404024';
const YES: Outcome = { state: 'succeeded', vendorMsg: '成功' };
const NO: Outcome = { state: 'refused', vendorMsg: '剩余次数不足' };
const UNKNOWN: Outcome = { state: 'unknown', reason: 'timeout' };

let ledger: Ledger;
let people: PeopleLedger;
let raw: DatabaseSync;
beforeAll(async () => {
  raw = new DatabaseSync(':memory:');
  ({ ledger, people } = await openInProcessLedger(raw));
});
afterAll(async () => {
  await ledger.close();
  raw.close();
});
beforeEach(() => {
  raw.exec('delete from redemptions; delete from messages; delete from known_names;');
});

/** Puts a redemption on record as it was typed at that time; returns its receipt. */
async function typed(at: string, user: string, outcome: Outcome | null, line: Partial<NewLine> = {}): Promise<string> {
  const store = PEOPLE.get(user)?.store ?? null;
  const claim = await ledger.claim(newMessage({ user }), [newLine({ store, ...line })]);
  const row = claim.message.redemptions[0];
  if (row === undefined) throw new Error('no row');
  if (outcome !== null) await ledger.settle(row, outcome);
  raw.prepare('update redemptions set claimed_at = ? where id = ?').run(Date.parse(at), row.id);
  return row.receipt;
}

/** What this line comes to when it is typed at `NOW`; null where the command is not for this person. */
async function look(
  user: string,
  text: string,
  calendar = createCalendar('Asia/Shanghai'),
): Promise<DeskResult | null> {
  const staff = { findStaff: (user: string) => PEOPLE.get(user) };
  const parts = { ledger, staff, calendar, now: () => NOW };
  const who = createPermissions({ staff, admins: [ADMIN] }).who(user);
  const command = parseMessage(text, []).lines[0]?.command;
  if (command?.kind !== 'records' && command?.kind !== 'statistics') throw new Error(`${text} asks for no records`);
  if (!mayGive(who.role, command)) return null;
  if (command.kind === 'records') return createListRecords(parts)(command.of, who, command.page);
  return createSumUp(parts)(command.period, who, command.page);
}

/** The same, as it is read. */
async function ask(user: string, text: string, timeZone = 'Asia/Shanghai'): Promise<string | null> {
  const calendar = createCalendar(timeZone);
  const result = await look(user, text, calendar);
  return result === null ? null : deskResult(result, { role: 'staff', calendar, now: NOW });
}

describe('记录', () => {
  test('shows what I typed today, newest first, with totals on top', async () => {
    await typed('2026-11-22T23:59:59.999+08:00', STAFF, YES, { card: 'AAA111' });
    const first = await typed('2026-11-23T00:00:00+08:00', STAFF, YES, { card: '880011112222', count: 1 });
    const second = await typed('2026-11-23T09:05:00+08:00', STAFF, YES, { card: CARD, count: 2 });
    const third = await typed('2026-11-23T10:00:00+08:00', STAFF, NO, { card: CARD, count: 3 });
    const fourth = await typed('2026-11-23T14:03:00+08:00', STAFF, UNKNOWN, { card: CARD, count: 4 });
    await typed('2026-11-23T14:04:00+08:00', MANAGER, YES);
    expect(await ask(STAFF, '记录')).toBe(
      [
        '您今天：3次（2笔），失败1笔，未知1笔',
        `14:03 尾号4024 4次 未知 ${fourth}`,
        `10:00 尾号4024 3次 失败 ${third}`,
        `09:05 尾号4024 2次 成功 ${second}`,
        `00:00 尾号2222 1次 成功 ${first}`,
      ].join('\n'),
    );
    expect(await ask(STAFF, '记录 昨天')).toContain('23:59 尾号A111 2次 成功');
    expect(await ask(STAFF, '记录 11-22')).toContain('您 11-22：2次（1笔）');
    expect(await ask(STAFF, '记录 11-24')).toBe('您 2025-11-24 没有核销记录');
    expect(await ask(OTHER_STAFF, '记录')).toBe('您今天没有核销记录');
  });

  test('goes by the days of the time zone that is set', async () => {
    await typed('2026-11-22T23:30:00-05:00', STAFF, YES);
    expect(await ask(STAFF, '记录', 'America/New_York')).toBe('您今天没有核销记录');
    expect(await ask(STAFF, '记录 昨天', 'America/New_York')).toContain('23:30 尾号4024');
    expect(await ask(STAFF, '记录')).toContain('12:30 尾号4024');
  });

  test('shows fifteen lines at most, says how many more there are, and counts them all', async () => {
    for (let minute = 10; minute < 28; minute++)
      await typed(`2026-11-23T08:${minute}:00+08:00`, STAFF, YES, { count: 2 });
    const lines = (await ask(STAFF, '记录'))?.split('\n') ?? [];
    expect(lines).toHaveLength(17);
    expect(lines[0]).toBe('您今天：36次（18笔）');
    expect(lines[1]).toMatch(/^08:27 /u);
    expect(lines[15]).toMatch(/^08:13 /u);
    expect(lines[16]).toBe('还有3笔，想看请发「记录 今天 第2页」');
  });

  const NOT_ORDERED = ['cancelled', 'unconfirmed', 'replaced', 'too-many-lines'] as const;

  test('shows the rest in parts, as the last line says; questions that were not confirmed take no place', async () => {
    for (let hour = 0; hour < 17; hour += 1) {
      const at = `2026-11-23T${String(hour).padStart(2, '0')}:00:00+08:00`
        .replace('T14', 'T13')
        .replace('T15', 'T13')
        .replace('T16', 'T13');
      await typed(at, STAFF, YES, { count: 1 });
      await typed(at, STAFF, { state: 'unsent', reason: NOT_ORDERED[hour % 4] ?? 'cancelled' });
    }
    await typed('2026-11-23T10:00:00+08:00', STAFF, { state: 'unsent', reason: 'no-connection' });
    const first = (await ask(STAFF, '记录'))?.split('\n') ?? [];
    expect(first).toHaveLength(18);
    expect(first.filter((line) => / 成功 | 未提交 /u.test(line))).toHaveLength(15);
    expect(first.slice(16)).toEqual([
      '另有17笔没确认、已取消或发得太快的，没列出来',
      '还有3笔，想看请发「记录 今天 第2页」',
    ]);
    const second = (await ask(STAFF, '记录 今天 第2页'))?.split('\n') ?? [];
    expect(second).toHaveLength(5);
    expect(second[0]).toBe('您今天：17次（17笔），第2页');
    expect(await ask(STAFF, '记录 第三页')).toContain('没有更多了');
  });

  test('names people as they were called when they have left, and by their id where that is not known', async () => {
    await typed('2026-11-23T09:00:00+08:00', 'wecom:gone', YES, { store: EAST });
    expect(await ask(MANAGER, '记录 全店')).toContain('wecom:gone');
    await people.noteName('wecom:gone', '小去');
    await people.noteName('wecom:gone', '小去远');
    expect(await ask(MANAGER, '记录 全店')).toContain('成功 小去远 R-');
    expect(await ask(MANAGER, '统计')).toContain('小去远 2次');
  });

  test('全店 shows a manager who did what in the own store; an admin all stores, each with its name', async () => {
    const east = await typed('2026-11-23T09:00:00+08:00', STAFF, YES);
    const west = await typed('2026-11-23T10:00:00+08:00', OTHER_STAFF, YES);
    const stranger = await typed('2026-11-23T11:00:00+08:00', 'wecom:gone', YES, { store: EAST });
    expect(await ask(MANAGER, '记录 全店')).toBe(
      [
        '全店今天：4次（2笔）',
        `11:00 尾号4024 2次 成功 wecom:gone ${stranger}`,
        `09:00 尾号4024 2次 成功 张三 ${east}`,
      ].join('\n'),
    );
    expect(await ask(ADMIN, '记录 全店 2026-11-23')).toBe(
      [
        '全店 2026-11-23：6次（3笔）',
        `11:00 尾号4024 2次 成功 wecom:gone 人民路店 ${stranger}`,
        `10:00 尾号4024 2次 成功 王五 西湖店 ${west}`,
        `09:00 尾号4024 2次 成功 张三 人民路店 ${east}`,
      ].join('\n'),
    );
    expect(await ask(ADMIN, '记录 全店 昨天')).toBe('全店昨天没有核销记录');
  });

  test('of a card shows what happened to it in all days, the day included', async () => {
    const old = await typed('2025-12-31T18:00:00+08:00', STAFF, YES);
    const recent = await typed('2026-11-20T14:03:00+08:00', MANAGER, YES);
    await typed('2026-11-21T14:03:00+08:00', MANAGER, YES, { card: 'OTHER999' });
    expect(await ask(STAFF, `记录 ${CARD}`)).toBe(
      [
        '尾号4024：4次（2笔）',
        `11-20 14:03 尾号4024 2次 成功 李四 ${recent}`,
        `2025-12-31 18:00 尾号4024 2次 成功 张三 ${old}`,
      ].join('\n'),
    );
  });

  test('of a receipt says all that is known of it', async () => {
    const receipt = await typed('2026-11-20T14:03:00+08:00', STAFF, UNKNOWN, { card: CARD });
    expect(await ask(MANAGER, `记录 ${receipt}`)).toBe(
      [
        '结果未知：核销系统没有按时答复',
        '请勿重复核销，先查询该卡剩余次数',
        `尾号4024，2次，人民路店，${receipt}`,
        '11-20 14:03 张三',
      ].join('\n'),
    );
    const refused = await typed('2026-11-20T14:03:00+08:00', STAFF, NO);
    expect(await ask(STAFF, `记录 ${refused.toLowerCase()}`)).toContain('核销失败「剩余次数不足」');
  });
});

describe('统计', () => {
  test('adds up times and lines of each person and of all, the busiest first', async () => {
    await typed('2026-11-23T09:00:00+08:00', STAFF, YES, { count: 2 });
    await typed('2026-11-23T10:00:00+08:00', STAFF, NO, { count: 2 });
    await typed('2026-11-23T11:00:00+08:00', MANAGER, YES, { count: 5 });
    await typed('2026-11-23T12:00:00+08:00', MANAGER, UNKNOWN, { count: 1 });
    await typed('2026-11-23T12:00:00+08:00', 'wecom:unbound', null, { store: EAST, unsent: 'unbound' });
    await typed('2026-11-23T13:00:00+08:00', OTHER_STAFF, YES, { count: 9 });
    expect(await ask(MANAGER, '统计')).toBe(
      ['今天：共7次（2笔），失败1笔，未知1笔', '李四 5次（1笔），未知1笔', '张三 2次（1笔），失败1笔'].join('\n'),
    );
    expect(await ask(ADMIN, '统计')).toBe(
      [
        '今天：共16次（3笔），失败1笔，未知1笔',
        '王五 西湖店 9次（1笔）',
        '李四 人民路店 5次（1笔），未知1笔',
        '张三 人民路店 2次（1笔），失败1笔',
      ].join('\n'),
    );
  });

  test.each([
    { said: '统计', holds: ['23'], heading: '今天' },
    { said: '统计 昨天', holds: ['22'], heading: '昨天' },
    { said: '统计 本周', holds: ['23'], heading: '本周' },
    { said: '统计 本月', holds: ['01', '16', '22', '23'], heading: '本月' },
    { said: '统计 2026-11', holds: ['01', '16', '22', '23'], heading: '2026-11' },
    { said: '统计 11月', holds: ['01', '16', '22', '23'], heading: '11月' },
    { said: '统计 10月', holds: ['31'], heading: '10月' },
    { said: '统计 12月', holds: [], heading: '2025-12' },
    { said: '统计 11-16', holds: ['16'], heading: '11-16' },
  ])('$said adds up $holds', async ({ said, holds, heading }) => {
    const days = ['2026-10-31', '2026-11-01', '2026-11-16', '2026-11-22', '2026-11-23'];
    for (const [index, day] of days.entries()) {
      // Powers of two: each sum tells what it is made of.
      await typed(`${day}T00:00:00+08:00`, STAFF, YES, { count: 2 ** index });
    }
    const sum = holds.reduce((times, end) => times + 2 ** days.findIndex((day) => day.endsWith(end)), 0);
    const reply = await ask(MANAGER, said);
    if (holds.length === 0) expect(reply).toBe(`${heading} 没有核销记录`);
    else expect(reply?.split('\n')[0]).toBe(`${heading}：共${sum}次（${holds.length}笔）`);
  });

  test('are facts that need no words: instants, names, the year that was meant', async () => {
    const receipt = await typed('2025-11-24T09:00:00+08:00', STAFF, YES, { count: 2 });
    const tally = { succeeded: 1, times: 2, refused: 0, unknown: 0 };
    const date = { kind: 'date', year: 2025, month: 11, day: 24 } as const;
    expect(await look(MANAGER, '记录 全店 11-24')).toEqual({
      kind: 'records',
      of: { kind: 'store', day: date },
      lines: [
        {
          ...{ at: Date.parse('2025-11-24T09:00:00+08:00'), card: CARD, count: 2, state: 'succeeded', receipt },
          ...{ who: '张三', store: null },
        },
      ],
      totals: tally,
      page: 1,
      more: 0,
      unanswered: 0,
    });
    expect(await look(MANAGER, '统计 11-24')).toEqual({
      kind: 'statistics',
      period: date,
      total: tally,
      people: [{ ...tally, who: '张三', store: null }],
      page: 1,
      more: 0,
    });
  });

  test('names fifteen people at most', async () => {
    for (let person = 10; person < 27; person++) {
      await typed('2026-11-23T09:00:00+08:00', `wecom:p${person}`, YES, { store: EAST, count: person });
    }
    const lines = (await ask(MANAGER, '统计'))?.split('\n') ?? [];
    expect(lines).toHaveLength(17);
    expect(lines[1]).toBe('wecom:p26 26次（1笔）');
    expect(lines.at(-1)).toBe('还有2人，想看请发「统计 今天 第2页」');
  });
});

describe('who may know what', () => {
  type Sight = 'refused' | 'nothing' | 'own' | 'east' | 'west' | 'all';
  const rows: [who: string, user: string, sights: Record<string, Sight>][] = [
    ['unbound', 'wecom:nobody', { 记录: 'refused', '记录 全店': 'refused', 统计: 'refused', card: 'refused' }],
    ['staff', STAFF, { 记录: 'own', '记录 全店': 'refused', 统计: 'refused', card: 'east' }],
    ['manager', MANAGER, { 记录: 'nothing', '记录 全店': 'east', 统计: 'east', card: 'east' }],
    ['other manager', OTHER_MANAGER, { 记录: 'nothing', '记录 全店': 'west', 统计: 'west', card: 'west' }],
    ['admin', ADMIN, { 记录: 'nothing', '记录 全店': 'all', 统计: 'all', card: 'all' }],
  ];
  test.each(rows)('%s', async (_, user, sights) => {
    await typed('2026-11-23T09:00:00+08:00', STAFF, YES, { count: 1 });
    await typed('2026-11-23T09:00:00+08:00', 'wecom:colleague', YES, { count: 20, store: EAST });
    await typed('2026-11-23T09:00:00+08:00', OTHER_STAFF, YES, { count: 300 });
    const times: Record<Sight, string | null> = {
      refused: null,
      nothing: '没有核销记录',
      own: '1次（1笔）',
      east: '21次（2笔）',
      west: '300次（1笔）',
      all: '321次（3笔）',
    };
    for (const [said, sight] of Object.entries(sights)) {
      const reply = await ask(user, said === 'card' ? `记录 ${CARD}` : said);
      if (times[sight] === null) expect(reply, said).toBeNull();
      else expect(reply?.split('\n')[0], said).toContain(times[sight]);
    }
  });

  test('a receipt of another store looks like one that does not exist, to its staff and to its manager', async () => {
    const receipt = await typed('2026-11-23T09:00:00+08:00', OTHER_STAFF, YES);
    for (const user of [STAFF, MANAGER]) {
      const answers = [await ask(user, `记录 ${receipt}`), await ask(user, '记录 R-22222222')];
      expect(answers[0]).toBe(`没有查到单号 ${receipt}，也可能不是您门店的`);
      expect(answers[1]).toBe(answers[0]?.replace(receipt, 'R-22222222'));
      expect(await ask(user, `记录 ${CARD}`)).toBe('没有查到尾号4024的核销记录，也可能不是您门店的');
    }
    for (const user of [OTHER_STAFF, OTHER_MANAGER, ADMIN]) {
      expect(await ask(user, `记录 ${receipt}`)).toContain('核销成功');
    }
  });

  test('what one typed oneself for another store stays visible, and nothing else of that store', async () => {
    const mine = await typed('2026-11-23T09:00:00+08:00', STAFF, YES, { store: WEST });
    await typed('2026-11-23T09:30:00+08:00', OTHER_STAFF, YES);
    expect(await ask(STAFF, `记录 ${mine}`)).toContain('西湖店');
    expect(await ask(STAFF, `记录 ${CARD}`)).toContain('2次（1笔）');
  });
});

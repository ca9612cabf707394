import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Undo } from '../../src/command/command.ts';
import { parseMessage } from '../../src/command/parse.ts';
import { deskResult } from '../../src/command/sentences.ts';
import { createPermissions } from '../../src/desk/permissions.ts';
import { createQuestions } from '../../src/desk/questions.ts';
import { createUndo } from '../../src/desk/undo.ts';
import { openInProcessLedger } from '../../src/ledger/sqlite/in-process.ts';
import type { Ledger } from '../../src/redemption/ledger.ts';
import type { NewLine } from '../../src/redemption/message.ts';
import type { Person, StaffSnapshot } from '../../src/redemption/people.ts';
import { ASK_OPEN_MS, type AskPolicy } from '../../src/redemption/questions.ts';
import type { Outcome, Redemption } from '../../src/redemption/redemption.ts';
import { READER } from '../command/sentences/fixtures.ts';
import { newLine, newMessage } from '../ledger/fixtures.ts';

const EAST = { code: 'EW_N1', name: '人民路店' };
const WEST = { code: 'EW_N2', name: '西湖店' };
const POLICY: AskPolicy = { countOver: 5, repeatWithinMs: 0, openForMs: ASK_OPEN_MS };
const SUCCEEDED: Outcome = { state: 'succeeded', vendorMsg: null };
const person = (user: string, name: string, storeCode: string, role: Person['role'] = 'staff'): Person => ({
  user,
  name,
  employeeId: 1,
  storeCode,
  role,
});
const PEOPLE = [
  person('wecom:zhangsan', '张三', EAST.code),
  person('wecom:lisi', '李四', EAST.code),
  person('wecom:li', '李经理', EAST.code, 'manager'),
  person('wecom:zhao', '赵敏', WEST.code),
  person('wecom:boss', '王总', WEST.code),
];
const ADMINS = ['wecom:boss', 'wecom:nobody'];

let ledger: Ledger;
beforeEach(async () => {
  ({ ledger } = await openInProcessLedger());
});
afterEach(() => ledger.close());

const book: StaffSnapshot = {
  stores: [EAST, WEST],
  person: (user) => PEOPLE.find((one) => one.user === user) ?? null,
  people: ({ storeCode, role }) => PEOPLE.filter((one) => one.storeCode === storeCode && one.role === role),
  search: async () => [],
  count: () => 0,
};

async function say(user: string, text: string, admins = ADMINS): Promise<string> {
  const permissions = createPermissions({
    staff: {
      findStaff(id) {
        const found = book.person(id);
        if (found === null) return undefined;
        const { name, employeeId, role, storeCode } = found;
        return { name: name ?? id, employeeId, role, store: storeCode === EAST.code ? EAST : WEST };
      },
    },
    admins,
  });
  const who = permissions.who(user);
  const questions = createQuestions({ ledger, now: Date.now });
  const undo = createUndo({ ledger, questions, book: { snapshot: () => book }, admins, now: Date.now });
  const command = parseMessage(text, []).lines[0]?.command;
  expect(command?.kind).toBe('undo');
  const result = await undo(command as Undo, who, { ...newMessage(), user });
  return deskResult(result, { ...READER, role: who.role, now: Date.now() });
}

async function redeem(user: string, outcome: Outcome | null, line: Partial<NewLine> = {}): Promise<Redemption> {
  const asking = { policy: POLICY, confirmations: [] };
  const { message } = await ledger.claim(newMessage({ user }), [newLine({ store: EAST, ...line })], asking);
  const [row] = message.redemptions;
  if (row === undefined) throw new Error('no row');
  return outcome === null ? row : ledger.settle(row, outcome);
}

test('tells who can, by name, and of the last redemption what they need, and no whole card', async () => {
  const { receipt, card } = await redeem('wecom:zhangsan', SUCCEEDED);
  const text = await say('wecom:zhangsan', '撤销');
  expect(text).toMatch(
    new RegExp(
      '^核销过的，机器人退不回来，请找店长李经理到联拓富后台处理。\\n可以把下面转发过去：\\n' +
        `单号 ${receipt}\\n尾号4024，2次，人民路店\\n\\d\\d-\\d\\d \\d\\d:\\d\\d，成功$`,
      'u',
    ),
  );
  expect(text).not.toContain(card);
});

test('names admins where the store has no manager, and nobody to those who can do it themselves', async () => {
  expect(await say('wecom:zhao', '退款')).toContain('请找管理员王总到联拓富后台处理');
  for (const [user, admins] of [
    ['wecom:li', ADMINS],
    ['wecom:boss', ADMINS],
    ['wecom:zhao', ['wecom:nobody']],
  ] as const)
    expect(await say(user, '退款', [...admins])).toMatch(
      /^核销过的，机器人退不回来，请(?:找管理员)?到联拓富后台处理。/u,
    );
});

test('finds it behind any number of questions that came to nothing', async () => {
  const { receipt, card } = await redeem('wecom:zhangsan', SUCCEEDED);
  for (let asked = 0; asked < 22; asked += 1) await redeem('wecom:zhangsan', null, { unsent: 'too-many-lines' });
  expect(await say('wecom:zhangsan', '撤销')).toContain(receipt);
  expect(await say('wecom:zhangsan', `撤销 ${card}`)).toContain(receipt);
});

test('speaks first of what may have been spent, then of what was refused, never of a question or of another’s', async () => {
  await redeem('wecom:lisi', SUCCEEDED, { card: 'CARD99' });
  expect(await say('wecom:zhangsan', '核错了')).toContain('您今天没有核销记录');
  const refused = await redeem('wecom:zhangsan', { state: 'refused', vendorMsg: null });
  expect(await say('wecom:zhangsan', '核错了')).toMatch(
    new RegExp(`${refused.receipt}[^]*，失败\\n这一笔没有扣次数`, 'u'),
  );
  const unknown = await redeem('wecom:zhangsan', { state: 'unknown', reason: 'timeout' }, { card: 'CARD11' });
  await redeem('wecom:zhangsan', { state: 'unsent', reason: 'busy' }, { card: 'CARD22' });
  await redeem('wecom:zhangsan', { state: 'refused', vendorMsg: null }, { card: 'CARD33' });
  expect(await say('wecom:zhangsan', '核错了')).toMatch(new RegExp(`${unknown.receipt}[^]*，未知$`, 'u'));
});

test('speaks of the receipt or the card that is named, as far as the person may see it', async () => {
  const first = await redeem('wecom:lisi', SUCCEEDED, { card: 'CARD11' });
  await redeem('wecom:zhangsan', SUCCEEDED, { card: 'CARD22' });
  expect(await say('wecom:zhangsan', `撤销 ${first.receipt}`)).toContain(`单号 ${first.receipt}`);
  expect(await say('wecom:zhangsan', '退 CARD11')).toContain(`单号 ${first.receipt}`);
  expect(await say('wecom:zhao', `撤销 ${first.receipt}`)).toContain('没有找到这一笔');
});

test('withdraws the question that waits, alone or named, and lists several', async () => {
  const first = await redeem('wecom:zhangsan', null, { card: 'CARD11', count: 6 });
  expect(await say('wecom:zhangsan', '取消核销')).toMatch(new RegExp(`^未提交：已取消\\n.*${first.receipt}\\n`, 'u'));
  expect(await ledger.findRedemption(first.id)).toMatchObject({ state: 'unsent', reason: 'cancelled' });

  const second = await redeem('wecom:zhangsan', null, { card: 'CARD22', count: 6 });
  const third = await redeem('wecom:zhangsan', null, { card: 'CARD33', count: 7 });
  expect(await say('wecom:zhangsan', '撤销')).toMatch(
    /可以取消：\n尾号RD22，6次：回「取消 1」\n尾号RD33，7次：回「取消 2」/u,
  );
  expect(await say('wecom:zhangsan', '撤销 CARD33')).toContain(third.receipt);
  expect(await say('wecom:zhangsan', `撤销 ${second.receipt}`)).toContain('已取消');
  expect(await say('wecom:lisi', '撤销')).not.toContain('已取消');
});

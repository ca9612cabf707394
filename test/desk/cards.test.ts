import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ChatMessage } from '../../src/chat/channel.ts';
import type { CommandDesk } from '../../src/chat/command-desk.ts';
import { deskLines } from '../../src/chat/command-desk.ts';
import { parseMessage } from '../../src/command/parse.ts';
import { deskResult } from '../../src/command/sentences.ts';
import { createCardDesk } from '../../src/desk/cards.ts';
import { createPermissions, mayGive, type Who } from '../../src/desk/permissions.ts';
import type { DeskResult } from '../../src/desk/result.ts';
import { openInProcessLedger } from '../../src/ledger/sqlite/in-process.ts';
import { createCalendar } from '../../src/redemption/calendar.ts';
import type { CardDetail, CardLook } from '../../src/redemption/card.ts';
import { ASK_OPEN_MS, NEVER_ASK, type AskPolicy } from '../../src/redemption/questions.ts';
import type { Ledger } from '../../src/redemption/ledger.ts';
import type { NewLine, NewMessage } from '../../src/redemption/message.ts';
import type { StaffMember } from '../../src/redemption/ports.ts';
import type { Outcome, Redemption } from '../../src/redemption/redemption.ts';
import { newLine, newMessage } from '../ledger/fixtures.ts';

const EAST = { code: 'EW_N1', name: '人民路店' };
const WEST = { code: 'EW_N2', name: '西湖店' };
const PEOPLE = new Map<string, StaffMember>([
  ['wecom:zhangsan', { name: '张三', employeeId: 11, store: EAST, role: 'staff' }],
  ['wecom:lisi', { name: '李四', employeeId: 12, store: EAST, role: 'staff' }],
  ['wecom:boss', { name: '李经理', employeeId: 13, store: EAST, role: 'manager' }],
  ['wecom:west', { name: '钱经理', employeeId: 21, store: WEST, role: 'manager' }],
]);
const CARD = '914095353294404024';
const CODE = '286104937502';
const DETAIL: CardDetail = {
  card: CARD,
  name: '洗车次卡',
  remaining: 8,
  validUntil: '2099-12-31',
  memberName: '王小明',
  memberPhone: '13812341234',
};
const POLICY: AskPolicy = { countOver: 5, repeatWithinMs: 0, openForMs: ASK_OPEN_MS };
const SUCCEEDED: Outcome = { state: 'succeeded', vendorMsg: '成功' };
const UNKNOWN: Outcome = { state: 'unknown', reason: 'timeout' };

let ledger: Ledger;
let look: CardLook;
let skipped: number;
let settled: Redemption[];
beforeEach(async () => {
  ({ ledger } = await openInProcessLedger());
  look = found();
  skipped = 0;
  settled = [];
});
afterEach(() => ledger.close());

function found(change: Partial<CardDetail> = {}): CardLook {
  return { kind: 'found', detail: { ...DETAIL, ...change } };
}

const staff = { findStaff: (id: string) => PEOPLE.get(id) };
const permissions = createPermissions({ staff, admins: ['wecom:admin'] });

/** What a line comes to that is no redemption; null where the command is not for this person. */
async function lookUp(user: string, text: string, change: Partial<NewMessage> = {}): Promise<DeskResult | null> {
  const who = permissions.who(user);
  const desk = createCardDesk({
    vendor: { detail: async () => look },
    ledger,
    staff,
    lastLookAfterMs: 300_000,
    now: () => Date.now() + skipped,
    onSettled: (row) => settled.push(row),
  });
  const about = { channel: 'wecom-bot', signedAt: Date.now(), typedAt: null } as const;
  const message = { ...newMessage({ user, text, ...change }), ...about };
  const [line] = deskLines(parseMessage(text, []));
  if (line === undefined || line.command.kind === 'showing') throw new Error(`no command: ${text}`);
  if (!mayGive(who.role, line.command)) return null;
  return carryOut(desk, line.command, who, message);
}

/** The same, as it is read. */
async function say(user: string, text: string, change: Partial<NewMessage> = {}): Promise<string> {
  const result = await lookUp(user, text, change);
  if (result === null) return 'not allowed';
  const { role } = permissions.who(user);
  return deskResult(result, { role, calendar: createCalendar('Asia/Shanghai'), now: Date.now() + skipped });
}

function carryOut(
  { query, check, questions }: ReturnType<typeof createCardDesk>,
  command: Parameters<CommandDesk['carryOut']>[0],
  who: Who,
  message: ChatMessage,
): Promise<DeskResult> {
  switch (command.kind) {
    case 'query':
      return query(command.card, who);
    case 'check':
      return command.verdict === null
        ? check.look(command.receipt, who)
        : check.settle(command.receipt, command.verdict, who);
    case 'confirm':
      return questions.confirm(command, { ...message, user: who.user });
    case 'cancel':
      return questions.cancel(command, { ...message, user: who.user });
    default:
      throw new Error(`not of this desk: ${command.kind}`);
  }
}

async function redeem(
  user: string,
  outcome: Outcome | null,
  line: Partial<NewLine> = {},
  { before = null, realCard = null }: { before?: number | null; realCard?: string | null } = {},
): Promise<Redemption> {
  const store = PEOPLE.get(user)?.store ?? null;
  const asking = { policy: outcome === null ? POLICY : NEVER_ASK, confirmations: [] };
  const claim = await ledger.claim(newMessage({ user }), [newLine({ store, ...line })], asking);
  const row = claim.message.redemptions[0];
  if (row === undefined) throw new Error('no row');
  const seen = { realCard, cardName: null, validUntil: null, remaining: before ?? 0 };
  if (before !== null) await ledger.noteCard(row, seen, NEVER_ASK);
  return outcome === null ? row : ledger.settle(row, outcome);
}

describe('查询', () => {
  test('finds the last use behind any number of questions that came to nothing', async () => {
    await redeem('wecom:zhangsan', SUCCEEDED);
    for (let asked = 0; asked < 12; asked += 1) {
      await redeem('wecom:zhangsan', null, { count: 6 });
      await say('wecom:zhangsan', '取消');
    }
    expect(await say('wecom:zhangsan', `查询 ${CARD}`)).toMatch(/\n本店上次 \S+ \S+ 张三 2次 成功/u);
  });

  test('comes to what the vendor shows and the last use, as facts', async () => {
    const { claimedAt } = await redeem('wecom:zhangsan', SUCCEEDED, { count: 2 });
    const last = { at: claimedAt, who: '张三', store: '人民路店', count: 2, state: 'succeeded' };
    expect(await lookUp('wecom:lisi', `查询 ${CARD}`)).toMatchObject({
      kind: 'card',
      card: CARD,
      remaining: 8,
      validUntil: '2099-12-31',
      expired: false,
      last,
    });
    look = { kind: 'unavailable' };
    expect(await lookUp('wecom:west', `查询 ${CARD}`)).toEqual({
      kind: 'card-not-shown',
      card: CARD,
      why: { kind: 'no-answer' },
      last: null,
    });
  });

  test('says first what is left, then the card, the masked member and what was done with it here last', async () => {
    await redeem('wecom:zhangsan', SUCCEEDED, { count: 2 });
    await redeem('wecom:zhangsan', { state: 'unsent', reason: 'busy' }, { count: 3 });
    const [times, card, member, last] = (await say('wecom:lisi', `查询 ${CARD}`)).split('\n');
    expect(times).toBe('剩余8次，有效期至 2099-12-31');
    expect(card).toBe('洗车次卡，尾号4024');
    expect(member).toBe('顾客 王** 138****1234');
    expect(last).toMatch(/^本店上次 \d\d-\d\d \d\d:\d\d 张三 2次 成功 人民路店$/u);
  });

  test('finds what was done with the card behind a dynamic code, and by a code with the card', async () => {
    await redeem('wecom:zhangsan', SUCCEEDED, { card: CODE, count: 3 }, { before: 10, realCard: CARD });
    expect(await say('wecom:zhangsan', `cx ${CARD}`)).toContain('3次 成功');
    expect(await say('wecom:zhangsan', 'cx 77778888')).toContain('3次 成功');
  });

  test('says nothing of what another store did, except to admins', async () => {
    await redeem('wecom:zhangsan', SUCCEEDED);
    expect(await say('wecom:west', `查询 ${CARD}`)).toContain('没有查到这张卡的核销记录');
    expect(await say('wecom:admin', `查询 ${CARD}`)).toContain('张三 2次 成功');
  });

  test('says that the card is expired', async () => {
    look = found({ validUntil: '2020-01-01' });
    expect(await say('wecom:zhangsan', `查询 ${CARD}`)).toContain('已过期');
  });

  test('says why there is nothing to be seen, and what is known here all the same', async () => {
    await redeem('wecom:zhangsan', UNKNOWN);
    look = { kind: 'refused', vendorMsg: `次卡${CARD}不存在` };
    const refused = await say('wecom:zhangsan', `查询 ${CARD}`);
    expect(refused).toMatch(/次卡尾号4024不存在[^]*张三 2次 未知/u);
    expect(refused).not.toContain(CARD);
    look = { kind: 'unavailable' };
    expect(await say('wecom:zhangsan', `查询 ${CARD}`)).toMatch(/没查到[^]*张三 2次 未知/u);
    look = { kind: 'missing' };
    expect(await say('wecom:zhangsan', `查询 ${CARD}`)).toMatch(/请到联拓富后台查[^]*张三 2次 未知/u);
  });

  test('is not for people who are not in the mapping', async () => {
    expect(await say('wecom:stranger', `查询 ${CARD}`)).toBe('not allowed');
  });
});

describe('核对', () => {
  test('comes to the row, who typed it, the times seen now, and who may settle it', async () => {
    const { receipt } = await redeem('wecom:zhangsan', UNKNOWN, {}, { before: 10 });
    look = found({ remaining: 10 });
    const checked = { kind: 'checked', redemption: { receipt, state: 'unknown' }, who: '张三', remaining: 10 };
    expect(await lookUp('wecom:lisi', `核对 ${receipt}`)).toMatchObject({ ...checked, maySettle: false });
    expect(await lookUp('wecom:boss', `核对 ${receipt}`)).toMatchObject({ ...checked, maySettle: true });
    expect(await lookUp('wecom:west', `核对 ${receipt}`)).toEqual({ kind: 'no-such-receipt' });
    expect(await lookUp('wecom:admin', `核对 ${receipt} 未核销`)).toMatchObject({
      redemption: { state: 'refused', settledBy: { how: 'hand', user: 'wecom:admin' } },
    });
    expect(await lookUp('wecom:boss', `核对 ${receipt} 未核销`)).toEqual({ kind: 'not-unknown', state: 'refused' });
  });

  test('says what is known now', async () => {
    const { receipt } = await redeem('wecom:zhangsan', SUCCEEDED, {}, { before: 10 });
    const text = await say('wecom:zhangsan', `核对 ${receipt}`);
    expect(text).toMatch(/^核销成功，剩余8次（推算）\n/u);
    expect(text).toContain('张三');
  });

  test('looks once more at the card of an unknown, and settles it when that tells', async () => {
    const { receipt } = await redeem('wecom:zhangsan', UNKNOWN, {}, { before: 10 });
    look = found({ remaining: 10 });
    expect(await say('wecom:zhangsan', `核对 ${receipt}`)).toMatch(/结果未知[^]*核销前10，现在10，没有变，可能没有扣/u);
    expect(settled).toEqual([]);
    look = found({ remaining: 8 });
    expect(await say('wecom:zhangsan', `核对 ${receipt}`)).toMatch(
      /^核销成功（按余次核对：10 → 8，是推断，不是核销系统的答复）\n/u,
    );
    expect(settled).toMatchObject([{ receipt, state: 'succeeded' }]);
  });

  test('remembers what was seen before: once the times went another way they prove nothing', async () => {
    const { receipt } = await redeem('wecom:zhangsan', UNKNOWN, {}, { before: 10 });
    look = found({ remaining: 9 });
    expect(await say('wecom:zhangsan', `核对 ${receipt}`)).toMatch(/结果未知[^]*核销前10，现在9，和这一笔对不上/u);
    look = found({ remaining: 8 });
    expect(await say('wecom:zhangsan', `核对 ${receipt}`)).toMatch(/^结果未知/u);
    expect(settled).toEqual([]);
  });

  test('shows no times of another card that the vendor names', async () => {
    const { receipt } = await redeem('wecom:zhangsan', UNKNOWN, {}, { before: 10 });
    look = found({ remaining: 8, card: '914095353294409573' });
    expect(await say('wecom:zhangsan', `核对 ${receipt}`)).toMatch(/^结果未知[^]*剩余次数没查到/u);
    expect(settled).toEqual([]);
  });

  test('calls an unknown whose card is unchanged refused only when the last look would', async () => {
    const { receipt } = await redeem('wecom:zhangsan', UNKNOWN, {}, { before: 8 });
    expect(await say('wecom:zhangsan', `核对 ${receipt}`)).toMatch(/结果未知[^]*可能没有扣/u);
    skipped = 300_000;
    expect(await say('wecom:zhangsan', `核对 ${receipt}`)).toMatch(
      /^核销失败（按余次核对：一直是8，是推断，不是核销系统的答复）：看来没有扣，重新核销前请再查一次余次/u,
    );
  });

  test('does not call it refused because of one look, however late', async () => {
    const { receipt } = await redeem('wecom:zhangsan', UNKNOWN, {}, { before: 8 });
    skipped = 300_000;
    expect(await say('wecom:zhangsan', `核对 ${receipt}`)).toMatch(/结果未知[^]*可能没有扣/u);
  });

  test('says of an unknown whose times before are not known what is left now, and no more', async () => {
    const { receipt } = await redeem('wecom:zhangsan', UNKNOWN);
    expect(await say('wecom:zhangsan', `核对 ${receipt}`)).toMatch(/结果未知[^]*现在剩余8次/u);
    look = { kind: 'unavailable' };
    expect(await say('wecom:zhangsan', `核对 ${receipt}`)).toMatch(/结果未知[^]*没查到/u);
  });

  test.each([
    ['the person who typed it', 'wecom:zhangsan', true],
    ['a colleague of the store', 'wecom:lisi', true],
    ['the manager of the store', 'wecom:boss', true],
    ['an admin', 'wecom:admin', true],
    ['a manager of another store', 'wecom:west', false],
  ])('tells %s', async (_name, user, told) => {
    const { receipt } = await redeem('wecom:zhangsan', SUCCEEDED);
    expect((await say(user, `核对 ${receipt}`)).includes('核销成功')).toBe(told);
  });

  test.each([
    ['已核销', 'succeeded', '核销成功'],
    ['未核销', 'refused', '核销失败'],
  ])('with %s settles an unknown by hand, with who did it', async (verdict, state, word) => {
    const { receipt } = await redeem('wecom:zhangsan', UNKNOWN);
    expect(await say('wecom:boss', `核对 ${receipt} ${verdict}`)).toMatch(
      new RegExp(`^${word}（李经理人工核对）`, 'u'),
    );
    expect(settled).toMatchObject([{ receipt, state, settledBy: { how: 'hand', user: 'wecom:boss' } }]);
    expect(await say('wecom:boss', `核对 ${receipt} ${verdict}`)).toContain('已经有结果了');
    expect(settled).toHaveLength(1);
  });

  test('corrects what was settled by hand, and says who said what', async () => {
    const { receipt } = await redeem('wecom:zhangsan', UNKNOWN);
    await say('wecom:boss', `核对 ${receipt} 未核销`);
    expect(await say('wecom:zhangsan', `核对 ${receipt} 已核销`)).toBe('not allowed');
    const text = await say('wecom:boss', `核对 ${receipt} 已核销`);
    expect(text).toMatch(/^核销成功（更正：之前李经理核对为失败，现在李经理人工核对）\n/u);
    expect(settled).toMatchObject([{ state: 'refused' }, { state: 'succeeded' }]);
    expect(await say('wecom:zhangsan', `核对 ${receipt}`)).toContain('更正：之前李经理核对为失败');
  });

  test.each([
    ['wecom:zhangsan', 'not allowed'],
    ['wecom:west', '没有找到这个单号。'],
  ])('cannot be settled by %s', async (user, answer) => {
    const { receipt } = await redeem('wecom:zhangsan', UNKNOWN);
    expect(await say(user, `核对 ${receipt} 已核销`)).toBe(answer);
    expect(settled).toEqual([]);
  });

  test('settles nothing that is known or still under way', async () => {
    const known = await redeem('wecom:zhangsan', SUCCEEDED);
    expect(await say('wecom:boss', `核对 ${known.receipt} 未核销`)).toContain('已经有结果了');
    const running = await redeem('wecom:zhangsan', null, { card: 'OTHER1' });
    expect(await say('wecom:boss', `核对 ${running.receipt} 未核销`)).toContain('请稍等');
    const asked = await redeem('wecom:zhangsan', null, { card: 'OTHER2', count: 6 });
    expect(await say('wecom:boss', `核对 ${asked.receipt} 未核销`)).not.toMatch(/核销成功|核销失败/u);
    expect(settled).toEqual([]);
  });
});

describe('a yes without the word', () => {
  test.each(['1次', '确认。', '1'])('behind what was just redeemed comes to that: %j', async (text) => {
    const { receipt } = await redeem('wecom:zhangsan', null, { count: 6 });
    const confirmations = [{ line: 0, receipt }];
    const yes = await ledger.claim(newMessage({ text: '确认' }), [], { policy: POLICY, confirmations });
    const [row] = yes.message.redemptions;
    await ledger.settle(row ?? { id: 0, message: 0 }, SUCCEEDED);
    const said = await say('wecom:zhangsan', text);
    expect(said).toContain('核销成功');
  });

  test('says that the picture is still read', async () => {
    await ledger.claim(newMessage({ text: '', shows: 'picture', user: 'wecom:zhangsan' }), []);
    for (const text of ['3次', '1', '确认']) expect(await say('wecom:zhangsan', text)).toContain('图还在识别');
    expect(await say('wecom:zhangsan', '好的')).not.toContain('图还在识别');
  });
});

describe('确认 and 取消 that find no question', () => {
  const ask = (change: Partial<NewLine> = {}) => redeem('wecom:zhangsan', null, { count: 6, ...change });
  const confirm = (receipt: string) =>
    ledger.claim(newMessage({ text: '确认' }), [], { policy: POLICY, confirmations: [{ line: 0, receipt }] });

  test('come to why, and to what the person may choose from', async () => {
    const nothing = { kind: 'no-effect', said: 'confirm' };
    expect(await lookUp('wecom:zhangsan', '确认')).toEqual({ ...nothing, why: { kind: 'none-open' } });
    const { receipt } = await ask();
    const open = [{ receipt, card: CARD, count: 6 }];
    expect(await lookUp('wecom:zhangsan', `确认 ${receipt}`)).toMatchObject({
      ...nothing,
      why: { kind: 'several-open', open },
    });
    expect(await lookUp('wecom:lisi', `确认 ${receipt}`)).toEqual({
      ...nothing,
      why: { kind: 'not-yours', open: true },
    });
    expect(await lookUp('wecom:zhangsan', '取消')).toMatchObject({ kind: 'withdrawn', redemption: { receipt } });
  });

  test('say so', async () => {
    expect(await say('wecom:zhangsan', '确认')).toBe('没有等您确认的核销。');
    expect(await say('wecom:zhangsan', '确认 R-22222222')).toBe('没有等您确认的核销。');
    expect(await say('wecom:zhangsan', '取消')).toContain('没有可以取消的核销');
  });

  test('have to name one of several, or one of two readings', async () => {
    const one = await ask();
    const two = await ask({ card: 'OTHER1' });
    const text = await say('wecom:zhangsan', '确认');
    expect(text).toBe(
      '有2笔在等您确认，请写上是哪一笔：\n尾号4024，6次：回「确认 1」\n尾号HER1，6次：回「确认 2」\n全部：回「确认 全部」',
    );
    expect(await say('wecom:zhangsan', `取消 ${one.receipt}`)).toContain('未提交：已取消');
    expect(await say('wecom:zhangsan', '取消')).toContain(two.receipt);

    const twofold = await ask({ count: 1, other: { card: '9140953532944040', count: 24 } });
    expect(await say('wecom:zhangsan', '确认')).toMatch(
      new RegExp(`^是哪一种？\n.*${twofold.receipt}[^]*${twofold.question?.other?.receipt ?? '?'}`, 'u'),
    );
  });

  test('of two cards that were shown name one, which has as many times left as are meant', async () => {
    const { message } = await ledger.claim(newMessage({ text: '', shows: 'picture', user: 'wecom:zhangsan' }), []);
    const { line, remark, store, employeeId } = newLine();
    const other = { card: '914095353294405137', count: 1, cardName: null, remaining: 2 };
    const row = await ledger.askShown(
      message.id,
      {
        ...{
          line,
          remark,
          store,
          employeeId,
          card: CARD,
          count: 1,
          counted: false,
          typedAt: null,
          other,
          besides: null,
        },
        seen: { realCard: null, cardName: null, validUntil: null, remaining: 8 },
      },
      POLICY,
    );
    const [one, two] = [row?.receipt, row?.question?.other?.receipt];
    expect(await say('wecom:zhangsan', '确认')).toBe(
      `要核销哪一张？\n尾号4024，1次：回「确认 ${one}」\n尾号5137，1次：回「确认 ${two}」`,
    );
    for (const text of ['3次', '确认 3次']) {
      expect(await say('wecom:zhangsan', text)).toBe(
        `要核销哪一张？\n尾号4024，1次：回「确认 ${one} 3次」\n尾号5137：只剩2次，不够核销3次`,
      );
    }
    await ask({ card: 'OTHER1' });
    expect(await say('wecom:zhangsan', '确认')).toMatch(/^有2笔在等您确认/u);
    expect(await say('wecom:zhangsan', `取消 ${two}`)).toMatch(/^未提交：已取消\n尾号4024[^]*\n两张卡都没有核销$/u);
  });

  test('are told that it is another person’s, or was asked elsewhere', async () => {
    const { receipt } = await ask();
    expect(await say('wecom:lisi', `确认 ${receipt}`)).toContain('不是您发的');
    expect(await say('wecom:lisi', `取消 ${receipt}`)).toContain('不是您发的');
    for (const line of ['确认', `确认 ${receipt}`, `取消 ${receipt}`]) {
      expect(await say('wecom:zhangsan', line, { conversation: 'wecom:other' })).toContain('原来发核销的聊天里');
    }
    const known = await redeem('wecom:zhangsan', SUCCEEDED, { card: 'OTHER1' });
    expect(await say('wecom:lisi', `确认 ${known.receipt}`)).toBe('没有等您确认的核销。');
  });

  test('are told that they come too late, before and after that is on record', async () => {
    const { receipt } = await ask();
    skipped = ASK_OPEN_MS;
    for (const line of ['确认', `确认 ${receipt}`]) {
      expect(await say('wecom:zhangsan', line)).toMatch(new RegExp(`^未提交：${receipt} 超过5分钟`, 'u'));
    }
    skipped = 0;
    const { message } = await ledger.claim(newMessage(), [newLine({ count: 6 })], {
      policy: { ...POLICY, openForMs: -1 },
      confirmations: [],
    });
    await ledger.expireQuestions();
    const expired = message.redemptions[0]?.receipt ?? '?';
    expect(await say('wecom:zhangsan', `确认 ${expired}`)).toContain('超过5分钟');
  });

  test('are told how it stands when it was confirmed before', async () => {
    const { receipt, id } = await ask();
    await confirm(receipt);
    expect(await say('wecom:zhangsan', '确认')).toContain('正在核销');
    await ledger.settle(await ledger.findRedemption(id), SUCCEEDED);
    expect(await say('wecom:zhangsan', '确认')).toMatch(/^核销成功/u);
    expect(await say('wecom:zhangsan', `确认 ${receipt}`)).toMatch(/^核销成功/u);
    expect(await say('wecom:zhangsan', '取消')).toContain('取消不了');
    skipped = 2 * ASK_OPEN_MS + 1_000;
    expect(await say('wecom:zhangsan', '确认')).toBe('没有等您确认的核销。');
  });

  test('say nothing of an older question to a person who has redeemed since', async () => {
    await ask();
    await say('wecom:zhangsan', '取消');
    expect(await say('wecom:zhangsan', '取消')).toMatch(/^未提交：R-\w+ 已经取消了/u);
    for (const outcome of [SUCCEEDED, UNKNOWN]) {
      await redeem('wecom:zhangsan', outcome, { card: 'OTHER1' });
      expect(await say('wecom:zhangsan', '取消')).toBe('没有可以取消的核销；已经核销的取消不了，要退请发「撤销」。');
      expect(await say('wecom:zhangsan', '确认')).toBe('没有等您确认的核销。');
    }
  });

  test('do not repeat an old success as if it were new, and say what still waits', async () => {
    const { receipt, id } = await ask();
    await confirm(receipt);
    await ledger.settle(await ledger.findRedemption(id), SUCCEEDED);
    for (const text of ['确认', '确认 25次', '确认 全部', `确认 ${receipt}`]) {
      expect(await say('wecom:zhangsan', text)).toMatch(/^核销成功[^]*\n这是之前那一笔，这次没有再核销。$/u);
    }
    await ask({ count: 7 });
    expect(await say('wecom:zhangsan', `确认 ${receipt}`)).toMatch(
      /^核销成功[^]*这次没有再核销。\n还在等您确认的：\n尾号4024，7次：回「确认 R-/u,
    );
  });

  test('do not tell of the chosen card where the other one of a question is meant', async () => {
    const { receipt, id, question } = await ask({ count: 1, other: { card: '914095353294405137', count: 1 } });
    await confirm(receipt);
    const other = question?.other?.receipt ?? '?';
    expect(await say('wecom:zhangsan', `确认 ${other}`)).toBe(
      '未提交：刚才选的是尾号4024，1次。要核销尾号5137，1次，请再发一次。',
    );
    await ledger.settle(await ledger.findRedemption(id), SUCCEEDED);
    expect(await say('wecom:zhangsan', `确认 ${other}`)).toBe(
      '未提交：这次只核销了尾号4024，1次。要核销尾号5137，1次，请再发一次。',
    );
    expect(await say('wecom:zhangsan', `确认 ${receipt}`)).toMatch(/^核销成功/u);
  });

  test('are told that it has lapsed, and what to do, also hours and days later', async () => {
    const { receipt } = await ask();
    skipped = 3_600_000;
    for (const line of ['确认', `确认 ${receipt}`]) {
      expect(await say('wecom:zhangsan', line)).toMatch(new RegExp(`^未提交：${receipt} .*已作废.*可重新发送`, 'u'));
    }
    const { message } = await ledger.claim(newMessage(), [newLine({ count: 6, card: 'OTHER1' })], {
      policy: { ...POLICY, openForMs: -2 * 86_400_000 },
      confirmations: [],
    });
    await ledger.expireQuestions();
    const old = message.redemptions[0]?.receipt ?? '?';
    expect(await say('wecom:zhangsan', `确认 ${old}`)).toMatch(new RegExp(`^未提交：${old} .*已作废`, 'u'));
    expect(await say('wecom:lisi', `确认 ${old}`)).toBe('这一笔不是您发的，也不用再回了。');
  });

  test('are told where it was asked, also on another channel; once it is answered, that it is', async () => {
    const { receipt } = await ask();
    expect(await say('wecom:zhangsan', `确认 ${receipt}`, { account: 'other' })).toContain('原来发核销的聊天里');
    await confirm(receipt);
    for (const change of [{ account: 'other' }, { conversation: null }]) {
      expect(await say('wecom:zhangsan', `确认 ${receipt}`, change)).toMatch(
        new RegExp(`已经确认过了.*核对 ${receipt}`, 'u'),
      );
    }
  });

  test('are told that nothing was asked of this one', async () => {
    const { receipt } = await redeem('wecom:zhangsan', SUCCEEDED);
    expect(await say('wecom:zhangsan', `确认 ${receipt}`)).toMatch(new RegExp(`不用确认.*核对 ${receipt}`, 'u'));
    expect(await say('wecom:zhangsan', `取消 ${receipt}`)).toMatch(/取消不了，要退请发「撤销」/u);
  });

  test('do not send a manager to a manager', async () => {
    expect(await say('wecom:boss', '取消')).not.toContain('联系店长');
    const { receipt } = await redeem('wecom:boss', null, { count: 6 });
    await ledger.claim(newMessage({ text: '确认', user: 'wecom:boss' }), [], {
      policy: POLICY,
      confirmations: [{ line: 0, receipt }],
    });
    expect(await say('wecom:boss', '取消')).toMatch(/取消不了，要退请发「撤销」/u);
  });

  test('are told that it was cancelled before', async () => {
    const { receipt } = await ask();
    await say('wecom:zhangsan', '取消');
    for (const line of ['确认', `确认 ${receipt}`, `取消 ${receipt}`]) {
      expect(await say('wecom:zhangsan', line)).toContain('已经取消');
    }
  });

  test('the other reading’s receipt leads to what was chosen instead', async () => {
    const { receipt, id, question } = await ask({ count: 1, other: { card: '9140953532944040', count: 24 } });
    const chosen = question?.other?.receipt ?? '?';
    await confirm(chosen);
    await ledger.settle(await ledger.findRedemption(id), SUCCEEDED);
    const text = await say('wecom:zhangsan', `确认 ${receipt}`);
    expect(text).toBe('未提交：这次只核销了尾号4040，24次。要核销尾号4024，1次，请再发一次。');
  });
});

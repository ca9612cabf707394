import { afterEach, beforeEach, expect, test } from 'vitest';
import { NEVER_ASK } from '../../src/redemption/questions.ts';
import type { NewLine } from '../../src/redemption/message.ts';
import type { Outcome, Redemption } from '../../src/redemption/redemption.ts';
import { lineOf, newLine, newMessage } from '../ledger/fixtures.ts';
import { openTestConsole, type TestConsole } from '../support/console.ts';

const EAST = { code: 'EW_N1', name: '人民路店' };
const WEST = { code: 'EW_N2', name: '解放路店' };
const YES: Outcome = { state: 'succeeded', vendorMsg: '成功' };
const UNKNOWN: Outcome = { state: 'unknown', reason: 'timeout' };
const DAY = Date.parse('2026-11-20T00:00:00+08:00');
const HOUR = 60 * 60_000;

let site: TestConsole;
beforeEach(async () => {
  site = await openTestConsole({ now: () => DAY + 48 * HOUR });
});
afterEach(() => site[Symbol.asyncDispose]());

let serial = 0;
/** One that was typed at an hour of that day. */
async function at(hour: number, outcome: Outcome, line: Partial<NewLine> & { kind?: string | null } = {}) {
  const { kind = '洗车次卡', ...of } = line;
  const { ledger } = site.records;
  const card = `91409535329440${String(1000 + ++serial)}`;
  const claim = await ledger.claim(newMessage({ user: 'wecom:zhang' }), [newLine({ store: EAST, card, ...of })]);
  const row = lineOf(claim);
  await ledger.noteCard(row, { realCard: null, cardName: kind, validUntil: null, remaining: 10 }, NEVER_ASK);
  await ledger.settle(row, outcome);
  const time = DAY + hour * HOUR;
  site.database.exec(
    `update redemptions set claimed_at = ${time}, settled_at = ${time}, look_due = null where id = ${row.id}`,
  );
  return ledger.findRedemption(row.id);
}
const now = ({ id }: Redemption) => site.records.ledger.findRedemption(id);

const line = ({ receipt, claimedAt, count }: Redemption, state = '成功') =>
  `${new Date(claimedAt + 8 * HOUR).toISOString().slice(0, 19).replace('T', ' ')},${count},${state},${receipt}`;
const listOf = (...lines: readonly string[]) => ['核销时间,次数,状态,备注', ...lines].join('\n');

async function send(list: string | Buffer, fields: Readonly<Record<string, string>> = {}, name = '核销记录.csv') {
  const form = new FormData();
  for (const [key, value] of Object.entries({ token: 'form-token', ...fields })) form.set(key, value);
  form.set('file', new Blob([Buffer.from(list)]), name);
  const response = await fetch(`${site.url}/console/reconciliation/compare`, {
    ...{ method: 'POST', body: form, headers: { origin: site.url, 'sec-fetch-site': 'same-origin' } },
  });
  const text = await response.text();
  return { status: response.status, text, id: / name="list" value="([^"]+)"/u.exec(text)?.[1] ?? '' };
}

/** Three before and three behind. */
async function busyDay(change: Parameters<typeof at>[2] = {}): Promise<Redemption[]> {
  const rows: Redemption[] = [];
  for (const hour of [8, 9, 10, 14, 15, 16]) rows.push(await at(hour, YES, change));
  return rows;
}

test('what stands in both, only here and only there is told apart', async () => {
  const rows = await busyDay();
  const missing = await at(11, YES);
  const refused = await at(12, { state: 'refused', vendorMsg: '次数不足' });
  const refunded = await at(13, YES);
  site.as('wecom:li');
  const { text } = await send(
    listOf(
      ...rows.map((row) => line(row)),
      line(refused),
      line(refunded, '已退款'),
      '2026-11-20 12:00:00,1,成功,R-22222222',
    ),
  );
  expect(text).toContain('没有问题：<strong>6</strong>');
  expect(text).toMatch(new RegExp(`只在这里有（1 笔）[^]*${missing.receipt}`, 'u'));
  expect(text).toMatch(/只在清单里有（2 笔）[^]*R-22222222，这里没有这个单号/u);
  expect(text).toContain('清单写着「已退款」');
});

test('an unknown that stands in the list is settled after one confirmation, and on record as settled by the list', async () => {
  const row = await at(12, UNKNOWN);
  site.as('wecom:li');
  const shown = await send(listOf(line(row)));
  expect(shown.text).toContain('清单能定下来的未知（1 笔）');
  expect((await now(row)).state).toBe('unknown');
  const done = await site.post('/console/reconciliation/settle', { list: shown.id });
  expect(done.text).toContain('已按清单记录 1 笔');
  expect(await now(row)).toMatchObject({
    state: 'succeeded',
    settledBy: { how: 'list', user: 'wecom:li', name: '李经理', file: '核销记录.csv', place: { sheet: '', row: 2 } },
  });
  const again = await site.post('/console/reconciliation/settle', { list: shown.id });
  expect(again.status).toBe(409);
  expect(again.text).toContain('请再传一次');
});

test('an unknown of which the list has another count is not settled by it, and no card is shown', async () => {
  const row = await at(12, UNKNOWN, { count: 2 });
  const doubted = await at(13, UNKNOWN);
  site.as('wecom:li');
  const { text } = await send(
    listOf(line({ ...row, count: 3 }), line(doubted, `退款到 914095353294404024 ${'。'.repeat(5_000)}`)),
  );
  expect(text).not.toContain('清单能定下来的未知');
  expect(text).toMatch(new RegExp(`次数好像不一样（1 笔）[^]*${row.receipt}`, 'u'));
  expect(text).toContain('退款到 …4024');
  expect(text.length).toBeLessThan(20_000);
});

test('what has changed since it was shown is left, and said', async () => {
  const row = await at(12, UNKNOWN);
  site.as('wecom:li');
  const { id } = await send(listOf(line(row)));
  await site.records.ledger.settleByHand(row.id, 'refused', { how: 'hand', user: 'wecom:boss', name: '老板' });
  const { text } = await site.post('/console/reconciliation/settle', { list: id });
  expect(text).toContain('已按清单记录 0 笔');
  expect(text).toContain(row.receipt);
  expect((await now(row)).state).toBe('refused');
});

test('what another visitor was shown settles nothing', async () => {
  const row = await at(12, UNKNOWN);
  site.as('wecom:li');
  const { id } = await send(listOf(line(row)));
  site.as('wecom:boss');
  expect((await site.post('/console/reconciliation/settle', { list: id })).status).toBe(409);
  expect((await now(row)).state).toBe('unknown');
});

test('the lack of an unknown in a list that is whole around it settles it as refused', async () => {
  const rows = await busyDay();
  const row = await at(12, UNKNOWN);
  site.as('wecom:li');
  const { id, text } = await send(listOf(...rows.map((one) => line(one))));
  expect(text).toContain('清单包含那段时间，里面没有它');
  await site.post('/console/reconciliation/settle', { list: id });
  expect(await now(row)).toMatchObject({ state: 'refused', settledBy: { how: 'list', place: null } });
});

test.each<[string, () => Promise<{ list: string; row: Redemption }>]>([
  [
    'that ends before it',
    async () => {
      const rows = await busyDay();
      return { list: listOf(...rows.slice(0, 3).map((one) => line(one))), row: await at(12, UNKNOWN) };
    },
  ],
  [
    'that lacks another of the store',
    async () => {
      const rows = await busyDay();
      const row = await at(12, UNKNOWN);
      return { list: listOf(...rows.toSpliced(2, 1).map((one) => line(one))), row };
    },
  ],
  [
    'of another kind of card',
    async () => {
      const rows = await busyDay({ kind: '打蜡次卡' });
      return { list: listOf(...rows.map((one) => line(one))), row: await at(12, UNKNOWN) };
    },
  ],
  [
    'of another employee',
    async () => {
      const rows = await busyDay({ employeeId: 77 });
      return { list: listOf(...rows.map((one) => line(one))), row: await at(12, UNKNOWN) };
    },
  ],
  [
    'of another store',
    async () => {
      const rows = await busyDay({ store: WEST });
      return { list: listOf(...rows.map((one) => line(one))), row: await at(12, UNKNOWN) };
    },
  ],
  [
    'of one card',
    async () => {
      const rows = await busyDay({ card: '914095353294409999' });
      return { list: listOf(...rows.map((one) => line(one))), row: await at(12, UNKNOWN) };
    },
  ],
  [
    'with a row of its card without a receipt',
    async () => {
      const rows = await busyDay();
      const row = await at(12, UNKNOWN);
      const bare = `2026-11-20 12:00:09,2,成功,卡号${row.card}`;
      return { list: listOf(...rows.map((one) => line(one)), bare), row };
    },
  ],
  [
    'with a receipt that was cut',
    async () => {
      const rows = await busyDay();
      const row = await at(12, UNKNOWN);
      const cut = `2026-11-20 12:00:09,2,成功,${row.receipt.slice(0, 6)}`;
      return { list: listOf(...rows.map((one) => line(one)), cut), row };
    },
  ],
  [
    'that may have cut its remark',
    async () => {
      const rows = await busyDay();
      const row = await at(12, UNKNOWN, { remark: '客人带了两个朋友一起来洗车' });
      return { list: listOf(...rows.map((one) => line(one))), row };
    },
  ],
  [
    'that says it was refunded',
    async () => {
      const rows = await busyDay();
      const row = await at(12, UNKNOWN);
      return { list: listOf(...rows.map((one) => line(one)), line(row, '已退款')), row };
    },
  ],
  [
    'that has it twice',
    async () => {
      const row = await at(12, UNKNOWN);
      return { list: listOf(line(row), line(row).replace('12:00', '12:01')), row };
    },
  ],
])('a list %s decides nothing', async (_name, make) => {
  const { list, row } = await make();
  site.as('wecom:boss');
  const { text, status } = await send(list);
  expect(status).toBe(200);
  expect(text).not.toContain('清单能定下来的未知');
  expect((await now(row)).state).toBe('unknown');
});

test('a day that a person states is not taken for covered by a list that may be older than the unknown', async () => {
  const rows = await busyDay();
  await at(20, UNKNOWN);
  site.as('wecom:li');
  const days = { from: '2026-11-20', to: '2026-11-20' };
  const { text } = await send(listOf(...rows.map((one) => line(one))), days);
  expect(text).not.toContain('清单能定下来的未知');
  const later = await at(26, YES);
  expect((await send(listOf(...rows.map((one) => line(one)), line(later)), days)).text).toContain('清单能定下来的未知');
});

test('a manager sees nothing of other stores', async () => {
  const other = await at(12, UNKNOWN, { store: WEST });
  site.as('wecom:li');
  const { text } = await send(listOf(line(other)));
  expect(text).not.toContain(other.receipt);
  expect(text).toContain('1 个单号是别的门店的');
  site.as('wecom:zhang');
  expect((await site.get('/console/reconciliation')).status).toBe(403);
});

test('a file that is too large, or is none, is answered with a page', async () => {
  site.as('wecom:li');
  const large = await send(Buffer.alloc(11 * 1024 * 1024, 0x61));
  expect(large.status).toBe(413);
  expect(large.text).toContain('最大 10 MB');
  for (const [bytes, words] of [
    ['', '没有内容'],
    [Buffer.from('89504e470d0a1a0a', 'hex'), '不是表格'],
    [Buffer.from('d0cf11e0a1b11ae1', 'hex'), '另存为 .xlsx'],
  ] as const) {
    const { status, text } = await send(bytes);
    expect(status).toBe(422);
    expect(text).toContain(words);
  }
  expect((await send(listOf(), { from: '2026-11-21', to: '2026-11-20' })).text).toContain('起止日期不对');
});

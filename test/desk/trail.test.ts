import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createShowTrail } from '../../src/desk/trail.ts';
import { openInProcessLedger } from '../../src/ledger/sqlite/in-process.ts';
import type { OpenedLedger } from '../../src/ledger/ledger.ts';
import { NOT_ASKING } from '../../src/redemption/questions.ts';
import type { Redemption } from '../../src/redemption/redemption.ts';
import type { Who } from '../../src/desk/permissions.ts';
import { newLine, newMessage } from '../ledger/fixtures.ts';

const store = { code: 'EW_N1', name: '人民路店' };
const whoIs = (user: string, role: Who['role'], code: string | null): Who => ({
  ...{ user, role },
  member:
    code === null || role === 'admin' || role === 'unbound'
      ? undefined
      : { name: user, employeeId: 1, role, store: { code, name: code } },
});
const STAFF = whoIs('wecom:zhangsan', 'staff', store.code);
const SEEN = { realCard: null, cardName: null, validUntil: null, remaining: 10 };

let database: DatabaseSync;
let opened: OpenedLedger;
let row: Redemption;
beforeEach(async () => {
  database = new DatabaseSync(':memory:');
  opened = await openInProcessLedger(database);
  const claim = await opened.ledger.claim(newMessage(), [newLine()], NOT_ASKING);
  row = claim.message.redemptions[0] as Redemption;
  await opened.ledger.noteCard(row, SEEN, NOT_ASKING.policy);
  await opened.ledger.settle(row, { state: 'unknown', reason: 'timeout' }, Date.now());
});
afterEach(() => opened.ledger.close());

const show = (who: Who) =>
  createShowTrail({ ledger: opened.ledger, staff: { findStaff: () => undefined } })(row.receipt, who);
async function kindsFor(who: Who) {
  const trail = await show(who);
  return trail.kind === 'trail' ? trail.entries.map(({ kind, at }) => [kind, at === null ? null : 'at']) : [];
}

test.each([
  ['the person who typed it', STAFF, 'trail', false],
  ['the same without a store', whoIs('wecom:zhangsan', 'staff', null), 'trail', false],
  ['staff of the store', whoIs('wecom:li', 'staff', 'EW_N1'), 'trail', false],
  ['a manager of the store', whoIs('wecom:li', 'manager', 'EW_N1'), 'trail', true],
  ['a manager of another store', whoIs('wecom:qian', 'manager', 'EW_N2'), 'no-such-receipt', false],
  ['an admin', whoIs('wecom:boss', 'admin', null), 'trail', true],
])('%s sees as much as in the chat', async (_, who, kind, maySettle) => {
  const trail = await show(who);
  expect(trail.kind).toBe(kind);
  if (trail.kind === 'trail') expect(trail.maySettle).toBe(maySettle);
});

test('a look comes before what it settled, though both are of one instant', async () => {
  await opened.ledger.settleByLook(row.id, 10, false);
  await opened.ledger.settleByLook(row.id, 8, false);
  const kinds = (await kindsFor(STAFF)).map(([kind]) => kind);
  expect(kinds).toEqual(['received', 'seen', 'sent', 'unknown', 'look', 'look', 'settled']);
});

test('of what was stored before instants were kept it says that there are none', async () => {
  await opened.ledger.settleByLook(row.id, 10, false);
  await opened.ledger.settleByLook(row.id, 8, false);
  database.exec('delete from trail; update redemptions set sent_at = null, seen_at = null');
  expect(await kindsFor(STAFF)).toEqual([
    ['received', 'at'],
    ['seen', null],
    // Whether it was sent is not known either.
    ['unknown', null],
    ['look', null],
    ['look', null],
    ['settled', 'at'],
  ]);
});

const by = (user: string, more: object = {}) => ({ how: 'hand', user, name: user, ...more }) as const;

test('tells every verdict with its reason, those too that were corrected before changes were kept', async () => {
  const { ledger } = opened;
  await ledger.settleByHand(row.id, 'refused', by('wecom:li', { reason: '看错了' }));
  await ledger.settleByHand(row.id, 'succeeded', by('wecom:boss', { reason: '后台有' }));
  const verdicts = async () => {
    const trail = await show(STAFF);
    const entries = trail.kind === 'trail' ? trail.entries : [];
    return entries.flatMap((entry) =>
      entry.kind === 'settled' ? [[entry.state, entry.was, entry.by && 'reason' in entry.by && entry.by.reason]] : [],
    );
  };
  const both = [
    ['refused', 'unknown', '看错了'],
    ['succeeded', 'refused', '后台有'],
  ];
  expect(await verdicts()).toEqual(both);
  database.exec("delete from trail where id = (select min(id) from trail where kind = 'settled')");
  database.exec("delete from trail where kind = 'unknown'");
  expect(await verdicts()).toEqual(both);
  database.exec('delete from trail');
  expect(await verdicts()).toEqual(both);
  expect((await kindsFor(STAFF)).some(([kind]) => kind === 'outcome')).toBe(false);
});

test('cuts the cards of all lines of a message, in its text and in what was written behind a line', async () => {
  const [one, other] = ['AB12CD34EF56', '914095353294400999'];
  const typed = 'AB12 CD34 EF56 1 顶 9140-9535329-4400999\n9140 953532944 00999 2';
  const claim = await opened.ledger.claim(
    newMessage({ text: typed }),
    [
      newLine({ line: 1, card: one, count: 1, remark: '顶 9140-9535329-4400999' }),
      newLine({ line: 2, card: other, count: 2, remark: '' }),
    ],
    NOT_ASKING,
  );
  row = claim.message.redemptions[0] as Redemption;
  const trail = await show(STAFF);
  const shown = trail.kind === 'trail' ? JSON.stringify([trail.remark, trail.entries]) : '';
  expect(shown).toContain('…0999');
  expect(shown.replace(/[^0-9a-z]/giu, '')).not.toMatch(/ab12cd34|9535329/iu);
});

test('says what is still to come', async () => {
  const trail = await show(STAFF);
  expect(trail).toMatchObject({ coming: [{ kind: 'look' }, { kind: 'reply', state: 'open' }] });
  await opened.ledger.endLooks(row.id, []);
  expect(await show(STAFF)).toMatchObject({ coming: [{ kind: 'people' }, { kind: 'reply' }] });
});

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

test('says what is still to come', async () => {
  const trail = await show(STAFF);
  expect(trail).toMatchObject({ coming: [{ kind: 'look' }, { kind: 'reply', state: 'open' }] });
  await opened.ledger.endLooks(row.id, []);
  expect(await show(STAFF)).toMatchObject({ coming: [{ kind: 'people' }, { kind: 'reply' }] });
});

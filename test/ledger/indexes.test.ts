import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { Kysely, SqliteDialect } from 'kysely';
import { beforeEach, expect, test } from 'vitest';
import { openInProcessLedger } from '../../src/ledger/sqlite/in-process.ts';
import type { Tables } from '../../src/ledger/schema.ts';
import { otherRows } from '../../src/ledger/figures/read-rows.ts';
import { findRecords } from '../../src/ledger/redemptions/find-records.ts';
import { findUnknowns } from '../../src/ledger/redemptions/find-unknowns.ts';
import { listRecords } from '../../src/ledger/redemptions/list-records.ts';
import type { RecordFilter } from '../../src/redemption/records.ts';

let db: DatabaseSync;
beforeEach(async () => {
  db = new DatabaseSync(':memory:');
  await (await openInProcessLedger(db)).ledger.close();
});

/** How SQLite would answer a query. */
const plan = (query: string) => JSON.stringify(db.prepare(`explain query plan ${query}`).all());

test('looks for open, due and held rows through their small indexes', () => {
  expect(plan("select id from redemptions where state = 'pending'")).toContain('redemptions_pending');
  expect(plan("select id from messages where reply_state = 'open'")).toContain('replies_open');
  expect(plan('select id from messages where reply_due <= 1 order by reply_due')).toContain('replies_due');
  expect(plan("select id from messages where reply_state = 'held' and user_id = 'x'")).toContain('replies_held');
});

test('what has changed lately, and what is unknown of any day, is found through indexes', () => {
  const rows = (rest: string) => plan(`select * from redemptions where ${rest}`);
  expect(rows('settled_at >= 1 order by settled_at limit 9')).toContain('redemptions_by_settled (settled_at>?)');
  expect(rows('claimed_at >= 1 order by claimed_at limit 9')).toContain('redemptions_by_time (claimed_at>?)');
  const unknowns = "select count(*) from redemptions where state = 'unknown' group by store_code, user_id";
  expect(plan(unknowns)).toContain('USING INDEX redemptions_unknown');
});

test('cards, questions and looks are found through indexes, most of them small', () => {
  const rows = (where: string) => plan(`select * from redemptions where ${where}`);
  expect(rows("card in ('a', 'b') and claimed_at >= 1")).toContain('redemptions_by_card (card=? AND claimed_at>?)');
  expect(rows("real_card in ('a', 'b') and claimed_at >= 1")).toContain('redemptions_by_real_card');
  expect(rows('asked_message in (1, 2)')).toContain('redemptions_asked_in');
  expect(rows('look_due <= 1 and (looks > 0 or look_due <= 0) order by look_due')).toContain('redemptions_looks');
  expect(rows("state = 'asked' and ask_expires <= 1")).toContain('redemptions_asked');
  expect(rows("user_id = 'a' and ask_expires > 1 order by id desc")).toContain('redemptions_questions');
});

test('what is due or too far ahead is found through small indexes, however much is held', () => {
  const replies = plan(
    `select id from messages where ((reply_due <= 1 or reply_due > 3)
       or (reply_state in ('queued', 'sending') and reply_due > 2)
       or (reply_state = 'held' and received_at > 4)) order by reply_due limit 16`,
  );
  expect(replies).not.toContain('SCAN');
  expect(replies).toContain('replies_under_way (reply_due>?)');
  expect(replies).toContain('replies_held_since (received_at>?)');
  const open = plan(
    `select id from messages where reply_due <= 1 and coalesce(first_channel, channel) not in ('a') order by reply_due`,
  );
  expect(open).toContain('SEARCH messages USING INDEX replies_due');
  expect(
    plan('select id from redemptions where look_due <= 0 or (look_due <= 1 and looks > 0) or look_due > 2'),
  ).not.toContain('SCAN');
});

test('what is waiting, due, begun or still unknown is found through small indexes', () => {
  expect(plan('select id from notices where addressed_at is null order by id')).toContain('notices_open');
  expect(plan('select robot from notice_robots where due <= 1 order by due')).toContain('robots_due');
  expect(plan("select id from notice_messages where robot = 'r' and finished_at is null")).toContain('message_begun');
  expect(plan("select notice from notice_deliveries where robot = 'r' and state = 'waiting'")).toContain(
    'deliveries_waiting',
  );
  expect(plan("select count(*) from notice_deliveries where state = 'waiting'")).toContain('deliveries_waiting');
  expect(
    plan("select 1 from redemptions where store_code in ('a', 'b') and claimed_at >= 1 group by user_id"),
  ).toContain('redemptions_by_store');
  expect(
    plan("select id from redemptions where state = 'unknown' and store_code in ('a', 'b') and claimed_at < 1"),
  ).toContain('redemptions_unknown');
});

test('the trail of a redemption is found through small indexes', () => {
  expect(plan('select * from trail where redemption = 1 order by id')).toContain('trail_of_redemption');
  expect(plan('select * from trail where message in (1, 2) and redemption is null')).toContain('trail_of_message');
  expect(plan('select * from notices where redemption = 1')).toContain('notices_of_redemption');
  expect(plan("select * from messages where topic in ('a', 'b')")).toContain('messages_by_topic');
});

test('of days that are added up only what may still change is read', async () => {
  const plans: string[] = [];
  const planned = planner(db, plans);
  await planned.transaction().execute((trx) => otherRows({ trx }, { from: 1, to: 2 }));
  expect(plans.filter((plan) => plan.startsWith('S'))).toEqual([
    'SEARCH redemptions USING COVERING INDEX redemptions_slow (claimed_at>? AND claimed_at<?)',
    'SCAN redemptions USING INDEX redemptions_pending',
    'SCAN redemptions USING INDEX redemptions_asked',
  ]);
});

test('open requests and held replies are found through small indexes, however large the ledger grows', () => {
  const requests = 'select * from binding_requests where';
  expect(plan(`${requests} user_id = 'u' and state = 'open'`)).toContain('binding_open');
  expect(
    plan(`${requests} state = 'open' and asked_at > 1 and store_code = 's' order by asked_at, id limit 5`),
  ).toContain('bindings_waiting');
  expect(plan(`${requests} user_id = 'u' and asked_at > 1`)).toContain('bindings_of_user');
  expect(plan("select * from messages where reply_state = 'held' and user_id = 'u' order by id")).toContain(
    'replies_held',
  );
  const woken = plan("select id from messages where reply_state = 'held' and user_id in ('u', 'v')");
  expect(woken).toContain('replies_held (user_id=?)');
  expect(plan("select distinct user_id from messages where reply_state = 'held'")).toContain('replies_held');
});

test('logins and sessions are found, and those that lapsed, through indexes', () => {
  expect(plan("select 1 from login_links where user_id = 'u' and made_at > 1")).toContain('logins_of_user');
  expect(plan("update login_links set state = 'void' where user_id = 'u' and state = 'open'")).toContain('login_open');
  expect(plan("select * from sessions where user_id = 'u' order by began_at desc")).toContain('sessions_of_user');
  expect(plan('delete from login_links where made_at <= 1 or made_at > 2')).not.toContain('SCAN');
  expect(plan('delete from sessions where ends_at <= 1 or ends_at > 2')).not.toContain('SCAN');
  expect(plan("select * from sessions where id = 's'")).not.toContain('SCAN');
});

/** A database that does not run its queries but says how it would. */
function planner(raw: DatabaseSync, plans: string[]): Kysely<Tables> {
  const prepare = (text: string) => {
    if (!text.startsWith('select')) return { reader: false, all: () => [], run: () => NOTHING_CHANGED, iterate };
    const statement = raw.prepare(`explain query plan ${text}`);
    const all = (parameters: readonly unknown[]) => {
      plans.push(...statement.all(...(parameters as SQLInputValue[])).map(({ detail }) => String(detail)));
      return [];
    };
    return { reader: true, all, run: () => NOTHING_CHANGED, iterate };
  };
  return new Kysely({ dialect: new SqliteDialect({ database: { prepare, close: () => undefined } }) });
}
const NOTHING_CHANGED = { changes: 0, lastInsertRowid: 0 };
const iterate = () => [].values();

test('each question has its index, so that it is answered as fast in a ledger of many years', async () => {
  const span = { from: 1, to: 2 };
  const seenBy = { user: 'wecom:zhangsan', storeCode: 'EW_N1' };
  const questions: [RecordFilter, string][] = [
    [{ span }, 'redemptions_by_time'],
    [{ span, user: 'wecom:zhangsan' }, 'redemptions_by_user'],
    [{ span, storeCode: 'EW_N1' }, 'redemptions_by_store'],
    [{ card: 'AAA111' }, 'redemptions_by_card'],
    [{ card: 'AAA111', seenBy }, 'redemptions_by_card'],
    [{ receipt: 'R-23456789', seenBy }, '(receipt=?)'],
  ];
  for (const [filter, index] of questions) {
    const plans: string[] = [];
    const planned = planner(db, plans);
    await planned.transaction().execute((trx) => findRecords({ trx }, filter, 15));
    const searches = plans.filter((plan) => plan.includes('redemptions'));
    expect(searches.filter((search) => search.includes(index))).toHaveLength(2);
    expect(searches.filter((search) => !/^SEARCH .+ USING INDEX /u.test(search))).toEqual([]);
    // The newest of many are read from the index's end.
    if ('span' in filter) expect(plans.join('\n')).not.toContain('ORDER BY');
  }
});

test('what is unknown, and what has been settled without an answer, is found through small indexes', async () => {
  const after = { at: 1, id: 2 };
  for (const filter of [{}, { storeCode: 'EW_N1' }, { user: 'wecom:zhangsan' }]) {
    for (const from of [null, after]) {
      const plans: string[] = [];
      const planned = planner(db, plans);
      await planned.transaction().execute((trx) => findUnknowns({ trx }, filter, from, 20).catch(() => null));
      // The rows in their order, and then how many there are: nothing but what is unknown is read.
      const [rows = '', ...rest] = plans.filter((one) => one.includes(' redemptions'));
      expect(rows).toContain('SEARCH redemptions USING INDEX redemptions_by_outcome (state=?');
      expect(rest).toHaveLength(1);
      expect(rest[0]).toMatch(/SEARCH redemptions USING (?:COVERING )?INDEX redemptions_by_outcome \(state=\?\)/u);
      expect(plans.join('\n')).not.toContain('ORDER BY');
    }
  }
  const settled = plan(
    `select * from redemptions where settled_by is not null and settled_at >= 1 and state != 'unknown'
     order by settled_at desc limit 20`,
  );
  expect(settled).toContain('redemptions_settled (settled_at>?)');
  expect(settled).not.toContain('TEMP B-TREE');
});

test('each view of the records is read from its index in the order of time, however much else it asks for', async () => {
  const span = { from: 1, to: 2 };
  const views: [RecordFilter, string][] = [
    [{}, 'redemptions_by_time'],
    [{ states: ['succeeded'], span }, 'redemptions_by_time'],
    [{ storeCode: 'EW_N1', span }, 'redemptions_by_store'],
    [{ states: ['refused'] }, 'redemptions_by_outcome '],
    [{ states: ['refused'], storeCode: 'EW_N1', span }, 'redemptions_by_outcome_in_store'],
    [{ states: ['unknown'], storeCode: 'EW_N1' }, 'redemptions_by_outcome_in_store'],
    [{ users: ['wecom:zhangsan'], storeCode: 'EW_N1', states: ['refused'] }, 'redemptions_by_user'],
    [{ cards: ['AAA111'], seenBy: { user: 'wecom:zhangsan', storeCode: 'EW_N1' } }, 'redemptions_by_card'],
    [{ tail: '4024', storeCode: 'EW_N1', span }, 'redemptions_by_tail'],
    [{ tail: '404024' }, 'redemptions_by_real_tail'],
  ];
  for (const [filter, index] of views) {
    const plans: string[] = [];
    await planner(db, plans)
      .transaction()
      .execute((trx) => listRecords({ trx }, filter, { before: { at: 9, id: 9 }, limit: 50 }));
    const text = plans.join('\n');
    expect(text).toContain(index);
    expect(text).not.toContain('SCAN redemptions USING');
    expect(text).not.toContain('ORDER BY');
  }
  for (const state of ['pending', 'asked'] as const) {
    const plans: string[] = [];
    await planner(db, plans)
      .transaction()
      .execute((trx) => listRecords({ trx }, { states: [state] }, { before: null, limit: 50 }));
    expect(plans.join('\n')).toContain(`redemptions_${state}`);
  }
});

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeEach, afterEach, describe, expect, test } from 'vitest';
import type { OpenedLedger } from '../../src/ledger/ledger.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import type { NoticeKind } from '../../src/redemption/notices.ts';
import { NEVER_ASK } from '../../src/redemption/questions.ts';
import { createDatabase } from '../support/databases.ts';
import { query } from '../support/postgres.ts';
import { lineOf, newLine, newMessage } from './fixtures.ts';
import { PostgresPlace } from './postgres-place.ts';

/** Longer ago than any lease of a reply or robot lasts, and not as long as a question can be answered. */
const AGO_MS = 61_000;
const wanted = (): readonly NoticeKind[] => ['refused', 'unknown', 'settled'];
const succeeded = { state: 'succeeded', vendorMsg: '成功' } as const;

interface OldPlace {
  /** A ledger as the old version has left it; or, for null, one that is not there yet. */
  open(fixture: string | null): Promise<OpenedLedger>;
  /** Every table, column, constraint and index of what was opened last. */
  shape(): Promise<unknown>;
  clear(): Promise<void>;
}

async function statements(fixture: string): Promise<string> {
  const text = await readFile(new URL(`./fixtures/${fixture}`, import.meta.url), 'utf8');
  return text.replaceAll(':now', String(Date.now() - AGO_MS));
}

async function sqlitePlace(): Promise<OldPlace> {
  const folder = await mkdtemp(join(tmpdir(), 'old-'));
  const opened: OpenedLedger[] = [];
  let path = '';
  return {
    async open(fixture) {
      path = join(folder, `${opened.length}.db`);
      if (fixture !== null) {
        const db = new DatabaseSync(path);
        db.exec(await statements(`${fixture}-sqlite.sql`));
        db.close();
      }
      const ledger = await openSqliteLedger(path, { wanted });
      opened.push(ledger);
      return ledger;
    },
    async shape() {
      const db = new DatabaseSync(path, { readOnly: true });
      const all = db.prepare("select name, sql from sqlite_master where name not like 'sqlite_%' order by name").all();
      db.close();
      return all;
    },
    async clear() {
      for (const { ledger } of opened) await ledger.close();
      await rm(folder, { recursive: true });
    },
  };
}

async function postgresPlace(): Promise<OldPlace> {
  const places: PostgresPlace[] = [];
  let url = '';
  return {
    async open(fixture) {
      url = await createDatabase();
      if (fixture !== null) await query(url, await statements(`${fixture}-postgres.sql`));
      const place = new PostgresPlace(url, 5_000);
      places.push(place);
      return place.open({ wanted });
    },
    shape: () =>
      query(
        url,
        `select table_name as name, column_name || ' ' || data_type || ' ' || is_nullable || ' ' || is_identity
           || ' ' || coalesce(column_default, '') as what
         from information_schema.columns where table_schema = 'public'
         union all select indexname, indexdef from pg_indexes where schemaname = 'public'
         union all select conrelid::regclass || ' ' || conname, pg_get_constraintdef(oid)
         from pg_constraint where connamespace = 'public'::regnamespace and contype <> 'n' order by 1, 2`,
      ),
    async clear() {
      await Promise.all(places.map((place) => place.clear()));
    },
  };
}

describe.each([
  { name: 'SQLite', makePlace: sqlitePlace },
  { name: 'PostgreSQL', makePlace: postgresPlace },
])('a ledger of version 0011 on $name', ({ makePlace }) => {
  let place: OldPlace;
  let opened: OpenedLedger;
  beforeEach(async () => {
    place = await makePlace();
    opened = await place.open('0011');
  });
  afterEach(() => place.clear());

  const key = (messageId: string) => newMessage({ messageId });
  async function find(messageId: string) {
    const record = await opened.ledger.findMessage(key(messageId));
    if (record === null) throw new Error(`no ${messageId}`);
    return record;
  }

  test('comes to the shape of a new one', async () => {
    const old = await place.shape();
    await place.open(null);
    expect(old).toEqual(await place.shape());
  });

  test('has every message as it was, and what its service had in hand is taken over', async () => {
    expect(opened.interrupted).toBe(1);
    const ids = [
      ...[
        'answered',
        'sent',
        'given-up',
        'held',
        'unknown',
        'by-hand',
        'overruled',
        'asked',
        'two-ways',
        'asked-first',
      ],
      ...['confirming', 'cancelled', 'commands', 'queued', 'sending', 'pending', 'spent', 'beyond'],
    ];
    const found = await Promise.all(ids.map(find));
    expect(
      found.map(({ messageId, replyState, redemptions }) =>
        [messageId, replyState, ...redemptions.map(({ state, reason }) => reason ?? state)].join(' '),
      ),
    ).toEqual([
      'answered answered succeeded',
      'sent sent refused',
      'given-up given-up unbound',
      'held held succeeded',
      'unknown answered timeout',
      'by-hand answered refused',
      'overruled answered succeeded',
      'asked answered asked',
      'two-ways answered asked',
      'asked-first answered succeeded',
      'confirming answered succeeded',
      'cancelled answered cancelled',
      'commands answered',
      'queued queued succeeded',
      'sending sending succeeded',
      'pending queued interrupted',
      'spent queued succeeded',
      'beyond queued too-many-lines',
    ]);
    expect((await find('commands')).answers).toEqual({ 0: '没有待核对的记录' });
    expect((await find('answered')).redemptions).toMatchObject([
      { card: '914095353294405000', cardName: '洗车卡', remainingBefore: 10, remainingAfter: 8, count: 2 },
    ]);
    expect((await find('overruled')).redemptions).toMatchObject([
      { settledBy: { how: 'overruled', was: 'refused', by: { how: 'hand', name: '李经理' } } },
    ]);
  });

  test('redeems what was not redeemed yet, and nothing twice', async () => {
    const { ledger } = opened;
    expect(await ledger.claim(key('answered'), [newLine()])).toMatchObject({
      won: false,
      message: { redemptions: [{ state: 'succeeded' }] },
    });
    const claimed = await ledger.claim(newMessage(), [newLine()]);
    expect(claimed.won).toBe(true);
    expect(await ledger.settle(lineOf(claimed), succeeded)).toMatchObject({ state: 'succeeded' });
    const confirmed = await ledger.claim(newMessage({ user: 'wecom:zhao' }), [], {
      policy: NEVER_ASK,
      confirmations: [{ line: 0, receipt: null }],
    });
    expect(await ledger.settle(lineOf(confirmed), succeeded)).toMatchObject({ count: 6, state: 'succeeded' });
    expect((await find('asked')).redemptions).toMatchObject([{ state: 'succeeded' }]);
    const speaker = { channel: 'wecom-bot', account: 'aib1', user: 'wecom:qian', conversation: 'wecom:wr1' };
    const [question] = await ledger.findQuestions(speaker);
    const other = question?.redemption.question?.other?.receipt ?? null;
    expect(await ledger.cancelQuestion(speaker, { receipt: other })).toMatchObject({
      state: 'unsent',
      reason: 'cancelled',
    });
    const { counts } = await ledger.findRecords({ storeCode: 'EW_N1' }, 1);
    expect(counts.filter(({ state }) => state === 'asked' || state === 'pending')).toEqual([]);
  });

  test('settles what is unknown, and tells people late what they have not heard', async () => {
    const { ledger } = opened;
    const [unknown] = (await find('unknown')).redemptions;
    const by = { how: 'hand', user: 'wecom:boss', name: '李经理' } as const;
    expect(await ledger.settleByHand(unknown?.id ?? 0, 'succeeded', by)).toMatchObject({ state: 'succeeded' });
    const due = await ledger.takeDueReplies(20, 60_000);
    expect(due.map(({ messageId }) => messageId).toSorted()).toEqual([
      'beyond',
      'notice-request-1-wecom:boss',
      'pending',
      'queued',
      'sending',
      'spent',
      'unknown',
    ]);
    for (const { id, changes } of due) await ledger.finishReply(id, { kind: 'sent' }, changes);
    expect(await ledger.takeDueReplies(20, 60_000)).toEqual([]);
    const next = newMessage({ user: 'wecom:li', conversation: null });
    expect((await ledger.takeHeldReplies('wecom:li', next)).taken).toMatchObject([{ messageId: 'held' }]);
  });

  test('goes on telling the groups', async () => {
    const { notices } = opened;
    const open = await notices.openNotices(9);
    expect(open.map(({ kind, robot }) => [kind, robot])).toEqual([
      ['summary', 'r-waiting'],
      ['unknown', null],
    ]);
    await notices.address(open.map((notice) => ({ notice, robots: [notice.robot ?? 'r-sent'] })));
    expect((await notices.takeDueRobots(9, 30_000)).toSorted()).toEqual(['r-begun', 'r-sent', 'r-waiting']);
    const begun = await notices.takeLines('r-begun', 9);
    expect(begun).toMatchObject({ message: { uuid: 'uuid-r-begun', bare: false }, waiting: 7 });
    expect((await notices.takeLines('r-waiting', 9))?.lines.map(({ kind }) => kind)).toEqual(['binding', 'summary']);
    expect((await notices.takeLines('r-sent', 9))?.lines.map(({ redemption }) => redemption?.reason)).toEqual([
      'interrupted',
    ]);
    await notices.wake('r-parked');
    expect(await notices.takeDueRobots(9, 30_000)).toEqual(['r-parked']);
    expect(await notices.takeLines('r-parked', 9)).toMatchObject({ message: { uuid: 'uuid-r-parked' }, failures: 1 });
  });

  test('goes on with who wants to be bound', async () => {
    const { people } = opened;
    expect(await people.openBindingRequests(null, 9)).toMatchObject([{ user: 'wecom:twice', employeeId: 32 }]);
    const [{ number } = { number: 0 }] = await people.openBindingRequests('EW_N1', 9);
    expect(await people.decideBinding(number, 'agreed', 'wecom:boss', 60_000)).toMatchObject({ won: true });
    // Decided, and then its service died.
    expect(await people.decideBinding(number - 2, 'rejected', 'wecom:other', 60_000)).toMatchObject({
      won: true,
      request: { user: 'wecom:undone' },
    });
    expect(await people.findBindingRequest(number - 1)).toMatchObject({ state: 'replaced' });
    expect(await people.findBindingRequest(number - 3)).toMatchObject({ state: 'agreed', done: true });
  });
});

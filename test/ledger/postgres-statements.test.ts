import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import pg from 'pg';
import { openPostgresLedger } from '../../src/ledger/postgres/ledger.ts';
import { ASK_OPEN_MS } from '../../src/redemption/questions.ts';
import type { Ledger } from '../../src/redemption/ledger.ts';
import type { NewLine, NewMessage } from '../../src/redemption/message.ts';
import { createDatabase } from '../support/databases.ts';
import { HAS_PGBOUNCER, startPgbouncer } from '../support/pgbouncer.ts';
import { isVerb } from '../support/postgres-proxy.ts';
import { query } from '../support/postgres.ts';
import { newLine, newMessage } from './fixtures.ts';
import { log, PostgresPlace } from './postgres-place.ts';

const HOUR_MS = 3_600_000;
const policy = { countOver: 5, repeatWithinMs: 120_000, openForMs: ASK_OPEN_MS };
const SUCCEEDED = { state: 'succeeded', vendorMsg: '成功' } as const;

let place: PostgresPlace;
beforeEach(async () => {
  place = new PostgresPlace(await createDatabase(), 60_000);
});
afterEach(() => place.clear());

const ask = (text: string) => query(place.url, text);

/** A service whose queries, from now on, are kept. */
async function openHeard() {
  const queries: string[] = [];
  const { ledger } = await place.open({ heartbeatMs: HOUR_MS, clearMs: HOUR_MS, pollMs: HOUR_MS }, (text) => {
    queries.push(text);
    return 'pass';
  });
  await ledger.check();
  queries.length = 0;
  return { ledger, queries };
}

let cards = 0;
const claimOf = (ledger: Ledger, message: NewMessage = newMessage(), lines: readonly NewLine[] = [lineOfNewCard()]) =>
  ledger.claim(message, lines, { policy, confirmations: [], allowance: { perMinute: 50, looks: 0 } });
const lineOfNewCard = () => newLine({ card: `9140${String(++cards).padStart(14, '0')}` });

describe('a redemption on PostgreSQL', () => {
  test('is a statement for each of its steps, also for thirty at once, and for a delivery that comes again', async () => {
    const { ledger, queries } = await openHeard();
    const messages = Array.from({ length: 30 }, () => newMessage());
    const claims = await Promise.all(messages.map((message) => claimOf(ledger, message)));
    const rows = claims.flatMap(({ message }) => message.redemptions);
    const settled = await Promise.all(rows.map((row) => ledger.settle(row, SUCCEEDED)));
    const again = await Promise.all(messages.map((message) => claimOf(ledger, message)));
    const about = queries.filter((text) => /\b(?:messages|redemptions)\b/u.test(text));
    expect(about.map(isVerb)).toEqual([true, true, true]);
    expect(claims.every(({ won, spent }) => won && !spent)).toBe(true);
    expect(again.some(({ won }) => won)).toBe(false);
    expect(again.flatMap(({ message }) => message.redemptions)).toEqual(settled);
    expect(settled.map(({ card, receipt, id }) => [card, receipt, id])).toEqual(
      rows.map(({ card, receipt, id }) => [card, receipt, id]),
    );
  });

  test('is one statement also beside a message that wants nothing of what its person may have', async () => {
    const { ledger, queries } = await openHeard();
    await claimOf(ledger, newMessage({ user: 'wecom:a' }));
    queries.length = 0;
    const claims = await Promise.all([
      claimOf(ledger, newMessage({ user: 'wecom:a' })),
      claimOf(ledger, newMessage({ user: 'wecom:b' }), [newLine({ unsent: 'unbound' })]),
      claimOf(ledger, newMessage({ user: 'wecom:b' }), []),
      claimOf(ledger, newMessage({ user: 'wecom:c' })),
    ]);
    expect(claims.map(({ won }) => won)).toEqual([true, true, true, true]);
    expect(queries.filter((text) => /\b(?:messages|redemptions)\b/u.test(text))).toHaveLength(1);
  });

  test.each([
    ['one person at one service', 'wecom:a', false],
    ['two people at one service', 'wecom:b', false],
    ['one person at two services', 'wecom:a', true],
  ])('of a card that %s name twice at the same moment is asked about', async (_, second, elsewhere) => {
    const { ledger } = await place.open();
    const other = elsewhere ? (await place.open()).ledger : ledger;
    for (const each of [ledger, other]) await claimOf(each, newMessage({ user: 'wecom:a' }));
    for (let times = 1; times <= 10; times += 1) {
      const line = lineOfNewCard();
      const claims = await Promise.all([
        claimOf(ledger, newMessage({ user: 'wecom:a' }), [line]),
        claimOf(other, newMessage({ user: second }), [line]),
      ]);
      const states = claims.map(({ message }) => message.redemptions[0]?.state);
      expect(states.toSorted()).toEqual(['asked', 'pending']);
    }
  });

  test('that is out of the ordinary leaves its neighbours alone', async () => {
    const { ledger } = await place.open();
    const used = lineOfNewCard();
    await claimOf(ledger, newMessage(), [used]);
    const greedy = newMessage({ user: 'wecom:greedy' });
    const lines = Array.from({ length: 51 }, (_, line) => ({ ...lineOfNewCard(), line }));
    const same = newMessage();
    const claims = await Promise.all([
      claimOf(ledger),
      claimOf(ledger, newMessage(), [used]),
      claimOf(ledger, newMessage(), [newLine({ count: 6 })]),
      claimOf(ledger, greedy, lines),
      claimOf(ledger, same),
      claimOf(ledger, same),
      // More than its column holds.
      claimOf(ledger, newMessage(), [newLine({ card: '1', employeeId: 1e19 })]).catch(() => null),
      claimOf(ledger),
    ]);
    const states = claims.map((each) => each?.message.redemptions[0]?.state ?? null);
    expect(states).toEqual(['pending', 'asked', 'asked', 'unsent', 'pending', 'pending', null, 'pending']);
    expect(claims.filter((each) => each?.won)).toHaveLength(6);
  });

  test('has the same receipt as none before it, though its statement drew one', async () => {
    const { ledger } = await place.open();
    const { message } = await claimOf(ledger);
    const [first] = message.redemptions;
    // Every receipt is taken at first.
    await ask(`create function take() returns trigger language plpgsql as $$ begin
      if (select count(*) from messages) < 3 then new.receipt = '${first?.receipt}'; end if; return new; end $$`);
    await ask('create trigger take before insert on redemptions for each row execute function take()');
    const claims = await Promise.allSettled([claimOf(ledger), claimOf(ledger)]);
    expect(claims.map(({ status }) => status)).toContain('fulfilled');
    const receipts = (await ask('select receipt from redemptions')).map(({ receipt }) => receipt);
    expect(new Set(receipts).size).toBe(receipts.length);
  });

  test.each(['repeatable read', 'serializable'])('is the same where transactions are %s by default', async (level) => {
    const name = new URL(place.url).pathname.slice(1);
    await ask(`alter database ${name} set default_transaction_isolation = '${level}'`);
    const [one, two] = [await place.open(), await place.open()];
    const messages = Array.from({ length: 40 }, () => newMessage());
    const claims = await Promise.all(
      [one, two].flatMap(({ ledger }) => messages.map((message) => claimOf(ledger, message))),
    );
    expect(claims.filter(({ won }) => won)).toHaveLength(40);
    expect(claims.filter(({ won, spent }) => won && spent)).toHaveLength(0);
    expect(await ask('select taken from allowances')).toEqual([{ taken: 40 }]);
  });

  test('keeps texts that JSON and PostgreSQL write in different ways', async () => {
    const { ledger } = await place.open();
    const text = '\\u0000 \\ " \u0001 \u{1F600} \uD800 \0 \n {"a":1}';
    const message = newMessage({ text, returnAddress: { text } });
    await claimOf(ledger, message, [newLine({ remark: text })]);
    const found = await ledger.findMessage(message);
    const stored = text.replace('\0', '\uFFFD').toWellFormed();
    expect(found).toMatchObject({ text: stored, returnAddress: { text }, redemptions: [{ remark: stored }] });
  });

  test('is on disk and with its standby where the database would do with less', async () => {
    const name = new URL(place.url).pathname.slice(1);
    await ask(`alter database ${name} set synchronous_commit = off`);
    const { ledger } = await place.open();
    await ask(`create table seen (as_of text)`);
    await ask(`create function see() returns trigger language plpgsql as $$ begin
      insert into seen values (current_setting('synchronous_commit')); return new; end $$`);
    await ask('create trigger see before insert or update on redemptions for each row execute function see()');
    const { message } = await claimOf(ledger);
    for (const row of message.redemptions) await ledger.settle(row, SUCCEEDED);
    expect(await ask('select as_of from seen')).toEqual([{ as_of: 'on' }, { as_of: 'on' }]);
  });

  test('does not wait long for a neighbour whose message another service has in hand', async () => {
    const { ledger } = await place.open();
    const message = newMessage();
    const other = new pg.Client({ connectionString: place.url });
    await other.connect();
    onTestFinished(() => other.end());
    await other.query('begin');
    await other.query(
      `insert into messages (channel, account, message_id, text, return_address, received_at, instance, claim_token, reply_state)
       values ($1, $2, $3, '', 'null', 0, 'other', 'other', 'open')`,
      [message.channel, message.account, message.messageId],
    );
    const blocked = claimOf(ledger, message);
    const neighbour = await claimOf(ledger);
    expect(neighbour.won).toBe(true);
    await other.query('commit');
    expect((await blocked).won).toBe(false);
  });

  test('is done in transactions where the database does not understand its statements', async () => {
    const { ledger } = await place.open({}, (text) => (isVerb(text) ? 'not-understood' : 'pass'));
    const { won, message } = await claimOf(ledger);
    expect(won).toBe(true);
    for (const row of message.redemptions) expect(await ledger.settle(row, SUCCEEDED)).toMatchObject(SUCCEEDED);
    expect(await ledger.findMessage(message)).toMatchObject({ redemptions: [SUCCEEDED] });
  });

  test.skipIf(!HAS_PGBOUNCER)('works through a pooler in transaction mode, for two services', async () => {
    const pooler = await startPgbouncer(place.url);
    onTestFinished(() => pooler.close());
    const services = await Promise.all(
      [0, 1].map(() => openPostgresLedger(pooler.url, { log, pollMs: 50, heartbeatMs: HOUR_MS })),
    );
    const messages = Array.from({ length: 40 }, () => newMessage());
    const claims = await Promise.all(
      services.flatMap(({ ledger }) => messages.map((message) => claimOf(ledger, message))),
    );
    expect(claims.filter(({ won }) => won)).toHaveLength(40);
    const [first] = services;
    const rows = claims.flatMap(({ won, message }) => (won ? message.redemptions : []));
    await Promise.all(rows.map(async (row) => first?.ledger.settle(row, SUCCEEDED)));
    expect(await query(place.url, 'select distinct state from redemptions')).toEqual([{ state: 'succeeded' }]);
    for (const { ledger } of services) await ledger.close();
  });
});

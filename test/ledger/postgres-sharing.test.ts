import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createLog } from '../../src/log.ts';
import type { Ledger } from '../../src/redemption/ledger.ts';
import type { NewMessage } from '../../src/redemption/message.ts';
import { createDatabase } from '../support/databases.ts';
import { query } from '../support/postgres.ts';
import { newLine, newMessage } from './fixtures.ts';
import { eventually, PostgresPlace } from './postgres-place.ts';

const HOUR_MS = 3_600_000;

let place: PostgresPlace;
beforeEach(async () => {
  place = new PostgresPlace(await createDatabase(), 1_000);
});
afterEach(() => place.clear());

async function claimOne(ledger: Ledger, message: NewMessage = newMessage()) {
  const { message: record } = await ledger.claim(message, [newLine()]);
  const [row] = record.redemptions;
  if (row === undefined) throw new Error('no row');
  return { message, id: record.id, row };
}

async function stateOf(ledger: Ledger, message: NewMessage) {
  return (await ledger.findMessage(message))?.redemptions[0]?.state;
}

/** Claims a message like the first one on a connection of its own, without coming to an end. */
async function beginClaim(messageId: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: place.url });
  await client.connect();
  await client.query('begin');
  await client.query(
    `insert into messages (channel, account, message_id, text, return_address, received_at, instance, claim_token, reply_state)
     select channel, account, $1, text, return_address, received_at, instance, 'other', reply_state from messages`,
    [messageId],
  );
  return client;
}

async function untilListening(services: number) {
  const listening = "select pid from pg_stat_activity where datname = current_database() and query like '%listen%'";
  await eventually(
    async () => (await query(place.url, `${listening} and pid != pg_backend_pid()`)).length >= services || undefined,
  );
}

describe('services that share a PostgreSQL ledger', () => {
  test('take the parts of milliseconds that stopwatches tell, though no column does', async () => {
    const { ledger } = await place.open();
    await eventually(async () => !(await ledger.mayBeRefusedElsewhere(5_000.25, 2_000.75)) || undefined);
    const { message, id, row } = await claimOne(ledger);
    await ledger.settle(row, { state: 'succeeded', vendorMsg: '成功' });
    await ledger.queueReply(id, 0.5);
    const [due] = await eventually(async () => {
      const taken = await ledger.takeDueReplies(1, 60_000.5);
      return taken.length > 0 ? taken : undefined;
    });
    expect(due).toMatchObject({ id });
    await ledger.finishReply(id, { kind: 'retry', afterMs: 1_000.5 }, 0);
    expect((await ledger.findMessage(message))?.replyState).toBe('queued');
  });

  test('can all start at once on an empty database', async () => {
    const services = await Promise.all(Array.from({ length: 5 }, () => place.open()));
    await Promise.all(services.map(({ ledger }) => claimOne(ledger)));
    expect(await query(place.url, 'select count(*)::int as rows from messages')).toEqual([{ rows: 5 }]);
  });

  test('get the same 200 messages at once, and each message is won by one of them', async () => {
    const services = await Promise.all([place.open(), place.open()]);
    const messages = Array.from({ length: 200 }, () => newMessage());
    const claims = await Promise.all(
      services.map(({ ledger }) => Promise.all(messages.map((message) => ledger.claim(message, [newLine()])))),
    );
    const [ones = [], others = []] = claims;
    expect(ones.map((one, i) => Number(one.won) + Number(others[i]?.won))).toEqual(messages.map(() => 1));
    expect(ones.map(({ message }) => message.redemptions)).toEqual(others.map(({ message }) => message.redemptions));
  });

  test.each([
    ['commit', false],
    ['rollback', true],
  ])('wait for a claim that another is just making, to its end: %s', async (end, wins) => {
    const { ledger } = await place.open();
    const { message } = await claimOne(ledger);
    const other = await beginClaim('same');
    const claim = ledger.claim({ ...message, messageId: 'same' }, [newLine()]);
    const waiting = `select 1 from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock' and query like 'insert%'`;
    await eventually(async () => (await query(place.url, waiting))[0]);
    await other.query(end);
    expect((await claim).won).toBe(wins);
    await other.end();
  });

  test('hear of each other’s results by announcement', async () => {
    const [one, two] = await Promise.all([place.open({ pollMs: HOUR_MS }), place.open({ pollMs: HOUR_MS })]);
    await untilListening(2);
    const { row } = await claimOne(one.ledger);
    const told = two.ledger.whenSettled(row.id);
    await one.ledger.settle(row, { state: 'refused', vendorMsg: '剩余次数不足' });
    expect(await told).toMatchObject({ state: 'refused', vendorMsg: '剩余次数不足' });
  });

  test('hear of each other’s results by polling where the database has no announcements', async () => {
    const lines: string[] = [];
    const log = createLog({ level: 'info', destination: { write: (line) => void lines.push(line) } });
    const judge = (text: string) => (text.includes('listen') ? 'not-understood' : 'pass');
    const [one, two] = await Promise.all([place.open({ log }, judge), place.open({}, judge)]);
    await eventually(async () => lines.find((line) => line.includes('no LISTEN')));
    const { row } = await claimOne(one.ledger);
    const told = two.ledger.whenSettled(row.id);
    await one.ledger.settle(row, { state: 'succeeded', vendorMsg: null });
    expect(await told).toMatchObject({ state: 'succeeded' });
  });

  test('never send the same late reply', async () => {
    const [one, two] = await Promise.all([place.open(), place.open()]);
    const queued = await Promise.all(
      Array.from({ length: 60 }, async () => {
        const { id, row } = await claimOne(one.ledger);
        await one.ledger.settle(row, { state: 'succeeded', vendorMsg: null });
        await one.ledger.queueReply(id, 0);
        return id;
      }),
    );
    const takes = await Promise.all(
      Array.from({ length: 12 }, (_, i) => (i % 2 === 0 ? one : two).ledger.takeDueReplies(10, 60_000)),
    );
    const rest = await one.ledger.takeDueReplies(100, 60_000);
    const taken = [...takes.flat(), ...rest].map(({ id }) => id);
    expect(taken.toSorted((a, b) => a - b)).toEqual(queued.toSorted((a, b) => a - b));
  });

  test('take over from one that died, tell who waited for it, and leave the living alone', async () => {
    const [dead, alive, third] = await Promise.all([place.open(), place.open(), place.open()]);
    const lost = await claimOne(dead.ledger);
    const kept = await claimOne(alive.ledger);
    const told = third.ledger.whenSettled(lost.row.id);
    const diedAt = performance.now();
    dead.proxy.setAlive(false);
    expect(await told).toMatchObject({ state: 'unknown', reason: 'interrupted' });
    expect(performance.now() - diedAt).toBeLessThan(place.deadAfterMs + 3_000);
    const due = await alive.ledger.takeDueReplies(10, 60_000);
    expect(due.map(({ id }) => id)).toEqual([lost.id]);
    expect(await third.ledger.takeDueReplies(10, 60_000)).toEqual([]);
    await sleep(1.5 * place.deadAfterMs);
    expect(await stateOf(third.ledger, kept.message)).toBe('pending');
    expect(await query(place.url, 'select count(*)::int as alive from instances')).toEqual([{ alive: 2 }]);
  });

  test('take over at once what one that ended in peace left behind', async () => {
    const [one, two] = await Promise.all([place.open({ deadAfterMs: HOUR_MS }), place.open({ deadAfterMs: HOUR_MS })]);
    const { row } = await claimOne(one.ledger);
    const told = two.ledger.whenSettled(row.id);
    await one.ledger.close();
    expect(await told).toMatchObject({ state: 'unknown', reason: 'interrupted' });
  });

  test('are not dead while all their connections are busy', async () => {
    const [busy, other] = await Promise.all([place.open({ poolSize: 1 }), place.open()]);
    const { message } = await claimOne(busy.ledger);
    const blocker = await beginClaim('same');
    const blocked = busy.ledger.claim({ ...message, messageId: 'same' }, [newLine()]);
    await sleep(1.5 * place.deadAfterMs);
    await blocker.query('rollback');
    await blocker.end();
    expect((await blocked).won).toBe(true);
    expect(await stateOf(other.ledger, message)).toBe('pending');
  });

  test('are not robbed of what they begin after they were thought dead', async () => {
    const [away, other] = await Promise.all([
      place.open({ heartbeatMs: HOUR_MS, clearMs: HOUR_MS, instance: 'away' }),
      place.open(),
    ]);
    const names = async () => (await query(place.url, "select id from instances where id = 'away'")).length;
    await eventually(async () => ((await names()) === 0 ? true : undefined));
    const { message } = await claimOne(away.ledger);
    expect(await names()).toBe(1);
    expect(await stateOf(other.ledger, message)).toBe('pending');
  });

  test('go by the database’s clock, however wrong their own is', async () => {
    const clock = vi.spyOn(Date, 'now').mockImplementation(() => 1_000_000);
    try {
      const [one, two] = await Promise.all([place.open(), place.open()]);
      const { id, message, row } = await claimOne(one.ledger);
      const [now] = await query(place.url, 'select extract(epoch from clock_timestamp())::float8 * 1000 as ms');
      expect(Math.abs(row.claimedAt - Number(now?.['ms']))).toBeLessThan(1_000);
      expect(Math.abs(one.now() - two.now())).toBeLessThan(1_000);
      expect(await stateOf(two.ledger, message)).toBe('pending');
      await one.ledger.settle(row, { state: 'succeeded', vendorMsg: null });
      await one.ledger.queueReply(id, 0);
      expect(await eventually(async () => (await two.ledger.takeDueReplies(10, 60_000))[0])).toMatchObject({ id });
    } finally {
      clock.mockRestore();
    }
  });
});

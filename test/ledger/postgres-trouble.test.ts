import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openPostgresLedger } from '../../src/ledger/postgres/ledger.ts';
import { ASK_OPEN_MS, NEVER_ASK } from '../../src/redemption/questions.ts';
import { commits, isVerb } from '../support/postgres-proxy.ts';
import { query, startPostgres, type PostgresServer } from '../support/postgres.ts';
import { newLine, newMessage } from './fixtures.ts';
import { eventually, log, PostgresPlace } from './postgres-place.ts';

let server: PostgresServer;
let place: PostgresPlace;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.destroy());
beforeEach(async () => {
  place = new PostgresPlace(await server.createDatabase(), 60_000);
});
afterEach(() => place.clear());

const storage = expect.objectContaining({ name: 'LedgerError', code: 'storage' }) as unknown;
const uncertain = expect.objectContaining({ name: 'LedgerError', code: 'uncertain' }) as unknown;
const rows = (text: string) => query(place.url, text);

describe('a PostgreSQL ledger in trouble', () => {
  test('says so in time while the database is down, and goes on when it is back', async () => {
    const [one, two] = await Promise.all([
      place.open({ pollMs: 3_600_000 }),
      place.open({ pollMs: 3_600_000, poolSize: 1 }),
    ]);
    const { message } = await one.ledger.claim(newMessage(), [newLine()]);
    const [row] = message.redemptions;
    const told = two.ledger.whenSettled(row?.id ?? -1);
    // Asked after the above, so that nothing of that is under way any more.
    await two.ledger.findRedemption(row?.id ?? -1);

    await server.stop();
    try {
      const askedAt = performance.now();
      const error: unknown = await one.ledger.claim(newMessage(), [newLine()]).catch((failure: unknown) => failure);
      expect(error).toEqual(storage);
      expect(String(error)).toContain('the database cannot be reached');
      expect(String(error)).not.toMatch(/password|127\.0\.0\.1/u);
      expect(performance.now() - askedAt).toBeLessThan(8_000);
      await expect(one.ledger.check()).rejects.toEqual(storage);
    } finally {
      await server.start();
    }

    await one.ledger.check();
    expect((await one.ledger.claim(newMessage(), [newLine()])).won).toBe(true);
    await eventually(async () => (await rows("select 1 from pg_stat_activity where query like 'listen%'"))[1]);
    await one.ledger.settle(row ?? { id: -1, message: -1 }, { state: 'succeeded', vendorMsg: null });
    expect(await told).toMatchObject({ state: 'succeeded' });
  });

  test('says so in time when the database does not answer any more', async () => {
    const { ledger, proxy } = await place.open();
    proxy.setFrozen(true);
    const askedAt = performance.now();
    // It may have been sent, or not even have found a connection.
    const error: unknown = await ledger.claim(newMessage(), [newLine()]).catch((failure: unknown) => failure);
    expect([storage, uncertain]).toContainEqual(error);
    expect(performance.now() - askedAt).toBeLessThan(10_000);
    proxy.setFrozen(false);
    await eventually(async () =>
      ledger.check().then(
        () => true,
        () => undefined,
      ),
    );
  });

  test('does not start without its database, and does not tell the password', async () => {
    const url = new URL(place.url);
    url.password = 'wrong-secret';
    const error: unknown = await openPostgresLedger(url.href, { log }).catch((failure: unknown) => failure);
    expect(error).toEqual(storage);
    expect(String(error)).not.toContain('secret');
  });

  describe.each([
    ['the commit', 'not-understood'],
    ['its only statement', 'pass'],
  ] as const)('when the answer to %s was lost', (_what, verbs) => {
    let losing: boolean;
    beforeEach(() => {
      losing = false;
    });

    const judge = (text: string) => {
      if (isVerb(text) && verbs !== 'pass') return verbs;
      if (!losing || !commits(text)) return 'pass';
      losing = false;
      return 'lose-answer';
    };

    test('knows its own claim', async () => {
      const { ledger } = await place.open({ heartbeatMs: 3_600_000 });
      const opened = await place.open({ heartbeatMs: 3_600_000 }, judge);
      await opened.ledger.check();
      losing = true;
      const message = newMessage();
      const claim = await opened.ledger.claim(message, [newLine(), newLine({ line: 1 })]);
      expect(losing).toBe(false);
      expect(claim.won).toBe(true);
      expect(claim.message.redemptions.map(({ state }) => state)).toEqual(['pending', 'pending']);
      expect(await rows('select count(*)::int as rows from redemptions')).toEqual([{ rows: 2 }]);
      expect((await ledger.claim(message, [newLine()])).won).toBe(false);
    });

    test('knows of its own claim whether the person had had their allowance', async () => {
      const { ledger } = await place.open({ heartbeatMs: 3_600_000 }, judge);
      const asking = { policy: NEVER_ASK, confirmations: [] };
      const look = (perMinute: number) => {
        losing = true;
        return ledger.claim(newMessage(), [], { ...asking, allowance: { perMinute, looks: 1 } });
      };
      const outcome = async (perMinute: number) => {
        const { won, spent } = await look(perMinute);
        return { won, spent, losing };
      };
      expect(await outcome(1)).toEqual({ won: true, spent: false, losing: false });
      expect(await outcome(1)).toEqual({ won: true, spent: true, losing: false });
      expect(await outcome(2)).toEqual({ won: true, spent: false, losing: false });
    });

    test('settles a line once, and tells groups of it once', async () => {
      const { ledger } = await place.open({ heartbeatMs: 3_600_000, wanted: () => ['succeeded'] }, judge);
      const { message } = await ledger.claim(newMessage(), [newLine()]);
      losing = true;
      const [row] = message.redemptions;
      const settled = await ledger.settle(row ?? { id: -1, message: -1 }, { state: 'succeeded', vendorMsg: '成功' });
      expect([losing, settled.state]).toEqual([false, 'succeeded']);
      expect(await rows('select kind from notices')).toEqual([{ kind: 'succeeded' }]);
    });
  });

  test('settles as unsent what it may have stored without knowing, and the person is told late', async () => {
    const { ledger, proxy } = await place.open();
    const other = await place.open();
    proxy.judge = (text) => (commits(text) ? 'lose-answer' : 'pass');
    const message = newMessage();
    await expect(ledger.claim(message, [newLine(), newLine({ line: 1 })])).rejects.toEqual(uncertain);
    // The platform delivers the message again.
    const again = await other.ledger.claim(message, [newLine(), newLine({ line: 1 })]);
    expect(again.won).toBe(false);
    const told = Promise.all(again.message.redemptions.map(({ id }) => other.ledger.whenSettled(id)));
    proxy.judge = () => 'pass';
    const unsent = { state: 'unsent', reason: 'storage' };
    expect(await told).toMatchObject([unsent, unsent]);
    expect((await other.ledger.findMessage(message))?.replyState).toBe('queued');
  });

  test('leaves a line alone that it may have stored and another service has meanwhile been told to carry out', async () => {
    const { ledger, proxy } = await place.open();
    const other = await place.open();
    const policy = { countOver: 5, repeatWithinMs: 0, openForMs: ASK_OPEN_MS };
    const question = newMessage();
    proxy.judge = (text) => (commits(text) ? 'lose-answer' : 'pass');
    await expect(ledger.claim(question, [newLine({ count: 6 })], { policy, confirmations: [] })).rejects.toEqual(
      uncertain,
    );
    const yes = newMessage({ text: '确认' });
    const stored = await eventually(async () => (await other.ledger.findMessage(question))?.redemptions[0]);
    const { receipt } = stored;
    const { message } = await other.ledger.claim(yes, [], { policy, confirmations: [{ line: 0, receipt }] });
    expect(message.redemptions).toMatchObject([{ state: 'pending' }]);
    proxy.judge = () => 'pass';
    // The person who asked is told late once the lost claim has been found.
    await eventually(async () => (await other.ledger.findMessage(question))?.replyState === 'queued' || undefined);
    expect((await other.ledger.findMessage(yes))?.redemptions).toMatchObject([{ state: 'pending' }]);
  });

  test('leaves a message alone that it failed to store and another service then won', async () => {
    const { ledger, proxy } = await place.open();
    const other = await place.open();
    const message = newMessage();
    proxy.judge = (text) => (commits(text) ? 'lose-query' : 'pass');
    await expect(ledger.claim(message, [newLine()])).rejects.toEqual(uncertain);
    proxy.judge = () => 'pass';
    const won = await other.ledger.claim(message, [newLine()]);
    expect(won.won).toBe(true);
    // What was lost later is looked for later, so once it is settled the other has been looked for too.
    proxy.judge = (text) => (commits(text) ? 'lose-answer' : 'pass');
    const later = newMessage();
    await expect(ledger.claim(later, [newLine()])).rejects.toEqual(uncertain);
    proxy.judge = () => 'pass';
    await eventually(async () => {
      const record = await other.ledger.findMessage(later);
      return record?.redemptions[0]?.state === 'unsent' || undefined;
    });
    expect((await other.ledger.findMessage(message))?.redemptions[0]?.state).toBe('pending');
  });

  test('keeps a message with a character that PostgreSQL cannot store', async () => {
    const { ledger } = await place.open();
    const message = newMessage({ text: '核销\0 9140', messageId: 'a\0b' });
    expect((await ledger.claim(message, [newLine({ remark: '\0' })])).won).toBe(true);
    expect((await ledger.claim(message, [newLine()])).won).toBe(false);
  });
});

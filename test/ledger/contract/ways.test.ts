import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Ledger } from '../../../src/redemption/ledger.ts';
import type { LateResult, NewMessage } from '../../../src/redemption/message.ts';
import type { OpenedLedger } from '../../../src/ledger/ledger.ts';
import { lineOf, newLine, newMessage } from '../fixtures.ts';
import { places, type LedgerPlace } from '../places.ts';

const LEASE_MS = 60_000;
const FIRST = { channel: 'wecom-bot', returnAddress: { user: 'zhangsan', id: 'x1' } };

/** What every ledger promises about the ways by which replies go out late. */
describe.each(places)('$name sends late replies by the ways that are open', ({ make }) => {
  let place: LedgerPlace;
  let opened: OpenedLedger;
  let ledger: Ledger;
  beforeEach(async () => {
    place = await make();
    opened = await place.open();
    ({ ledger } = opened);
  });
  afterEach(async () => {
    await ledger.close().catch(() => undefined);
    await place.clear();
  });

  /** A reply that is due on that channel. */
  async function due(channel: string, change: Partial<NewMessage> = {}): Promise<number> {
    const claimed = await ledger.claim(newMessage({ channel, ...change }), [newLine()]);
    await ledger.settle(lineOf(claimed), { state: 'succeeded', vendorMsg: null });
    await ledger.queueReply(claimed.message.id, 0);
    return claimed.message.id;
  }
  async function finished(channel: string, result: LateResult, change: Partial<NewMessage> = {}): Promise<number> {
    const id = await due(channel, change);
    const taken = await ledger.takeDueReplies(9, LEASE_MS);
    expect(taken.map((message) => message.id)).toContain(id);
    await ledger.finishReply(id, result, 0);
    return id;
  }
  const take = async (limit = 9, notOf: readonly string[] = []) =>
    (await ledger.takeDueReplies(limit, LEASE_MS, notOf)).map(({ id }) => id).toSorted((a, b) => a - b);

  test('a reply of a closed channel waits, and takes no place of another one', async () => {
    const [first, second] = [await due('wecom-bot'), await due('wecom-bot')];
    const other = await due('dingtalk');
    expect(await take(1, ['wecom-bot', 'feishu'])).toEqual([other]);
    expect(await take(9, ['wecom-bot'])).toEqual([]);
    expect(await take(9, ['dingtalk'])).toEqual([first, second]);
  });

  test('a reply that has waited for two minutes waits no more: its channel is open nowhere', async () => {
    const { message } = await ledger.claim(newMessage({ channel: 'wecom-bot' }), []);
    await ledger.queueReply(message.id, -110_000);
    expect(await take(9, ['wecom-bot'])).toEqual([]);
    await ledger.finishReply(message.id, { kind: 'drop' }, 0);
    const { message: other } = await ledger.claim(newMessage({ channel: 'wecom-bot' }), []);
    await ledger.queueReply(other.id, -130_000);
    expect(await take(9, ['wecom-bot'])).toEqual([other.id]);
  });

  test('what waits for a channel is as it was when it opens', async () => {
    const id = await due('wecom-bot');
    for (let look = 0; look < 3; look++) expect(await take(9, ['wecom-bot'])).toEqual([]);
    expect(await ledger.takeDueReplies(9, LEASE_MS)).toMatchObject([{ id, replyAttempts: 1, first: null }]);
  });

  test('a held reply of a closed channel waits as well when it is to be tried again', async () => {
    const id = await finished('wecom-bot', { kind: 'hold', afterMs: 0 });
    expect(await take(9, ['wecom-bot'])).toEqual([]);
    expect(await take()).toEqual([id]);
  });

  test('a reply that is left to another channel goes by whether that one is open', async () => {
    const id = await finished('wecom-app', { kind: 'retry', afterMs: 0, first: FIRST });
    expect(await take(9, ['wecom-bot'])).toEqual([]);
    expect(await ledger.takeDueReplies(9, LEASE_MS, ['wecom-app'])).toMatchObject([{ id, first: FIRST }]);
    // Where that does not work either, it is no longer left to it.
    await ledger.finishReply(id, { kind: 'hold', afterMs: 0 }, 0);
    expect(await take(9, ['wecom-app'])).toEqual([]);
    expect(await ledger.takeDueReplies(9, LEASE_MS, ['wecom-bot'])).toMatchObject([{ id, first: null }]);
  });

  test('a message that is delivered again is the same, wherever its reply is left to', async () => {
    const message = newMessage({ channel: 'wecom-app' });
    await finished('wecom-app', { kind: 'retry', afterMs: 0, first: FIRST }, message);
    expect((await ledger.claim(message, [newLine()])).won).toBe(false);
    expect(await ledger.findMessage(message)).toMatchObject({ channel: 'wecom-app', first: FIRST });
  });

  test('what is told unasked goes by the channel that it names', async () => {
    const telling = { key: 'k', user: 'wecom:m', channel: 'wecom-bot', returnAddress: { user: 'm' }, text: '有申请' };
    await opened.people.tell([telling]);
    expect(await take(9, ['wecom-bot'])).toEqual([]);
    expect(await take(9, ['wecom-app'])).toHaveLength(1);
  });

  test('held replies are due again for those who can be reached now, and for no other person', async () => {
    const [zhang, li] = ['wecom:zhangsan', 'wecom:lisi'];
    const held = [
      await finished('wecom-bot', { kind: 'hold' }, { user: zhang }),
      await finished('dingtalk', { kind: 'hold', afterMs: 600_000 }, { user: zhang }),
      await finished('wecom-bot', { kind: 'hold' }, { user: li }),
    ];
    await finished('wecom-bot', { kind: 'sent' }, { user: 'wecom:wangwu' });
    await finished('wecom-bot', { kind: 'hold' }, { user: null });
    expect((await ledger.findHeldUsers()).toSorted()).toEqual([li, zhang]);
    expect(await take()).toEqual([]);
    await ledger.wakeHeldReplies([]);
    await ledger.wakeHeldReplies(['wecom:wangwu2']);
    expect(await take()).toEqual([]);
    await ledger.wakeHeldReplies([zhang]);
    expect(await take(9, ['dingtalk'])).toEqual([held[0]]);
    expect(await take()).toEqual([held[1]]);
    expect(await take()).toEqual([]);
    expect(await ledger.findHeldUsers()).toEqual([li]);
  });

  test('a held reply that is due again still goes with a message that comes first, once', async () => {
    const id = await finished('wecom-bot', { kind: 'hold' });
    await ledger.wakeHeldReplies(['wecom:zhangsan']);
    const { taken } = await ledger.takeHeldReplies('wecom:zhangsan', newMessage());
    expect(taken.map((message) => message.id)).toEqual([id]);
    expect(await take()).toEqual([]);
    await ledger.finishReply(id, { kind: 'sent' }, 0);
    await ledger.wakeHeldReplies(['wecom:zhangsan']);
    expect(await take()).toEqual([]);
  });

  test('it is held again for as long as before where it could not be sent after all, also for the next message', async () => {
    const id = await finished('wecom-bot', { kind: 'hold' });
    await ledger.wakeHeldReplies(['wecom:zhangsan']);
    expect(await take()).toEqual([id]);
    await ledger.finishReply(id, { kind: 'hold' }, 0);
    expect(await take()).toEqual([]);
    const { taken } = await ledger.takeHeldReplies('wecom:zhangsan', newMessage());
    expect(taken.map((message) => message.id)).toEqual([id]);
  });

  test('services that wake the same replies, and send them, do it once each', async () => {
    const ids = [await finished('wecom-bot', { kind: 'hold' }), await finished('wecom-bot', { kind: 'hold' })];
    const other = place.isShared ? await place.open() : null;
    const ledgers = [ledger, other?.ledger ?? ledger];
    await Promise.all(ledgers.map((one) => one.wakeHeldReplies(['wecom:zhangsan'])));
    const taken = await Promise.all(ledgers.map((one) => one.takeDueReplies(9, LEASE_MS)));
    expect(
      taken
        .flat()
        .map(({ id }) => id)
        .toSorted((a, b) => a - b),
    ).toEqual(ids);
    await other?.ledger.close();
  });
});

import { afterEach, beforeEach, expect, test } from 'vitest';
import { openInProcessLedger } from '../../src/ledger/sqlite/in-process.ts';
import type { Ledger } from '../../src/redemption/ledger.ts';
import type { CallOptions, Vendor } from '../../src/redemption/ports.ts';
import { createRedeemDesk } from '../../src/redemption/redeem.ts';
import { realTime } from '../../src/time/real.ts';
import type { Time } from '../../src/time/time.ts';
import { newLine, newMessage } from '../ledger/fixtures.ts';
import { respond, SUCCESS, vendorAt, wire } from '../liantuofu/wire.ts';

let ledger: Ledger;
beforeEach(async () => {
  ({ ledger } = await openInProcessLedger());
});
afterEach(() => ledger.close());

/** Redeems one line that waits `waitMs` for a place at the vendor; `meanwhile` is done before it gets that. */
async function redeemLater(
  waitMs: number,
  meanwhile: (line: number) => Promise<unknown>,
  change: Partial<Ledger> = {},
) {
  const at = { uptime: 0 };
  const time: Time = { ...realTime, uptime: () => at.uptime };
  const reads: number[] = [];
  let asker: CallOptions['asker'];
  let line = 0;
  const vendor: Vendor = {
    async consume(_request, options = {}) {
      ({ asker } = options);
      await meanwhile(line);
      at.uptime += waitMs;
      const reason = (await options.obstacle?.()) ?? null;
      if (reason !== null) return { state: 'unsent', reason };
      if (options.mayLeave?.() === false) return { state: 'unsent', reason: 'overdue' };
      return { state: 'succeeded', vendorMsg: null };
    },
    detail: async () => ({ kind: 'unavailable' }),
    close: async () => undefined,
  };
  const desk = createRedeemDesk({
    ledger: {
      ...ledger,
      async findRedemption(id) {
        reads.push(id);
        return ledger.findRedemption(id);
      },
      async claim(...asked) {
        const claim = await ledger.claim(...asked);
        line = claim.message.redemptions[0]?.id ?? 0;
        return claim;
      },
      ...change,
    },
    vendor,
    time,
    onSettled: () => undefined,
    onOverruled: () => undefined,
    onUnsaved: () => undefined,
    stop: new AbortController().signal,
  });
  const { message, settled } = await desk.redeem(newMessage(), [newLine()]);
  const [row] = await settled;
  return { row, asker, message, reads };
}

const nothing = () => Promise.resolve();

test('a line is sent for its person and message', async () => {
  const { asker, message } = await redeemLater(0, nothing);
  expect(asker).toEqual({ user: 'wecom:zhangsan', message: message.id });
});

test.each([
  [0, 0],
  [5_000, 0],
  [5_001, 1],
  // Much longer than a call may take to leave once the row was read.
  [50_000, 1],
])('after %i ms in the queue it is read again %i times, and sent', async (waitMs, times) => {
  const { row, reads } = await redeemLater(waitMs, nothing);
  expect(row).toMatchObject({ state: 'succeeded' });
  expect(reads).toHaveLength(times);
});

test('it is not sent where another service has called it unknown meanwhile, which is overruled', async () => {
  const takenOver = (id: number) =>
    ledger.findRedemption(id).then((row) => ledger.settle(row, { state: 'unknown', reason: 'interrupted' }));
  const { row } = await redeemLater(50_000, takenOver);
  expect(row).toMatchObject({ state: 'unsent', reason: 'overdue' });
});

test('it is not sent where storage cannot say whether it is still ours', async () => {
  const { row } = await redeemLater(50_000, nothing, { findRedemption: () => Promise.reject(new Error('away')) });
  expect(row).toMatchObject({ state: 'unsent', reason: 'storage' });
});

test('twenty lines of one person stand in no other person’s way, as the vendor’s log shows', async () => {
  const held: (() => void)[] = [];
  const server = await wire({
    onRequest(socket, nth) {
      if (nth === 1) held.push(() => respond(socket, SUCCESS));
      else respond(socket, SUCCESS);
    },
  });
  const vendor = vendorAt(server.url, { maxConcurrent: 1, timeoutMs: 60_000 });
  const desk = createRedeemDesk({
    ledger,
    vendor,
    time: realTime,
    onSettled: () => undefined,
    onOverruled: () => undefined,
    onUnsaved: () => undefined,
    stop: new AbortController().signal,
  });
  const card = (nth: number) => String(914_095_353_294_400_000n + BigInt(nth));
  const redeem = (user: string, cards: readonly number[]) =>
    desk.redeem(
      newMessage({ user }),
      cards.map((nth, line) => newLine({ line, card: card(nth) })),
    );
  const many = Array.from({ length: 20 }, (_, nth) => nth);
  // Two lines for one card: the second is asked for when the first is done, and takes its turn then.
  const first = await redeem('wecom:many', many.with(3, 2));
  const others = [];
  for (const nth of [30, 31, 32]) others.push(await redeem(`wecom:one${nth}`, [nth]));
  const last = others.at(-1)?.message;
  await expect.poll(() => vendor.linesBefore({ user: last?.user ?? null, message: last?.id ?? null })).toBe(3);
  held[0]?.();
  for (const { settled } of [first, ...others])
    for (const row of await settled) expect(row).toMatchObject({ state: 'succeeded' });
  const called = server.requests.map(({ body }) => Number(new URLSearchParams(body).get('cardNo')?.slice(-3)));
  expect(called).toEqual([0, 1, 30, 31, 32, 2, ...many.slice(4), 2]);
});

import { afterEach, beforeEach, expect, test } from 'vitest';
import { NotAccepted, type ChatMessage, type DirectAddress, type Over } from '../../src/chat/channel.ts';
import { replyTo } from '../../src/chat/compose.ts';
import { createDeliveryNotes } from '../../src/chat/delivery-notes.ts';
import { createDirectReplies } from '../../src/chat/direct-replies.ts';
import { createLimits } from '../../src/chat/limits.ts';
import { createReception } from '../../src/chat/reception.ts';
import { openInProcessLedger } from '../../src/ledger/sqlite/in-process.ts';
import { createLog } from '../../src/log.ts';
import type { Ledger } from '../../src/redemption/ledger.ts';
import type { MessageRecord } from '../../src/redemption/message.ts';
import { createRedeemDesk } from '../../src/redemption/redeem.ts';
import { newMessage } from '../ledger/fixtures.ts';
import { deliverInMemory, PLAIN } from '../support/memory-transport.ts';
import { VirtualTime } from '../support/virtual-time.ts';

/** Deliveries that storage does not take in time, of messages that may have been delivered to another instance before. */

const log = createLog({ level: 'silent' });
const LISTENS_MS = 4_500;
/** More than the platform listens, and storage is tried after that. */
const OVER_MS = 5_000;
const BESIDES: DirectAddress = { returnAddress: {}, besides: false };

let ledger: Ledger;
beforeEach(async () => {
  ({ ledger } = await openInProcessLedger());
});
afterEach(() => ledger.close());

/** A reception whose storage hangs when it is read and fails when it is written, until `storageBack`. */
function makeReception(maxInProgress = 10) {
  const time = new VirtualTime();
  const late: MessageRecord[] = [];
  const aside: string[] = [];
  const calls: string[] = [];
  let away = true;
  let claims = 0;
  const asNew: boolean[] = [];
  const back = Promise.withResolvers<undefined>();
  const ledgerOf: Ledger = {
    ...ledger,
    async claim(...claim) {
      claims += 1;
      asNew.push(claim[2]?.asNew === true);
      if (away) throw new Error('away');
      return ledger.claim(...claim);
    },
    async findMessage(key) {
      if (away) await back.promise;
      return ledger.findMessage(key);
    },
  };
  const reception = createReception({
    staff: {
      findStaff: () => ({ name: '张三', employeeId: 11, store: { code: 'EW_N1', name: '人民路店' }, role: 'staff' }),
      findConversationStore: () => undefined,
    },
    desk: createRedeemDesk({
      ledger: ledgerOf,
      vendor: {
        async consume({ card }) {
          calls.push(card);
          return { state: 'succeeded', vendorMsg: '成功' };
        },
        detail: async () => ({ kind: 'unavailable' }),
        close: async () => undefined,
      },
      time,
      onSettled: () => undefined,
      onOverruled: () => undefined,
      onUnsaved: () => undefined,
      stop: new AbortController().signal,
    }),
    commands: { carryOut: async ({ kind }) => `做了 ${kind}` },
    progress: { linesBefore: () => null, follow: () => undefined },
    roleOf: () => 'staff',
    text: async (record) => replyTo(record, { botNames: [], roleOf: () => 'staff' }),
    ledger: ledgerOf,
    limits: createLimits({ maxInProgress }),
    botNames: [],
    decorate: (text) => text,
    sendLate: (message) => late.push(message),
    direct: createDirectReplies({
      lateWay: () => ({
        waitMs: () => 0,
        async send(_, { text }) {
          aside.push(text);
          return { kind: 'sent' };
        },
      }),
      time,
      log,
    }),
    notes: createDeliveryNotes({ ledger: ledgerOf, time, log }),
    time,
    log,
  });
  return {
    ...{ reception, time, late, aside, calls, asNew },
    claims: () => claims,
    storageBack: () => {
      away = false;
      back.resolve(undefined);
    },
    /** A message that was typed so many milliseconds ago. */
    message: (typedAgoMs: number, text = '核销 914095353294404024 2'): ChatMessage => {
      return { ...newMessage({ text }), signedAt: time.now(), typedAt: time.now() - typedAgoMs };
    },
    /** Delivers it; resolves, when the platform listens no more, with what was shown, or why it was not accepted. */
    deliver: async (message: ChatMessage, { direct = null as DirectAddress | null } = {}) => {
      const over: Over = time.sleep(LISTENS_MS).then(() => 'too-late' as const);
      const incoming = { kind: 'message', message, reply: { as: null, room: 2_048, direct } } as const;
      const given = deliverInMemory(reception, incoming, PLAIN, over);
      const shown = given.then(
        ({ payload, arrive }) => {
          void arrive(true);
          return payload ?? '';
        },
        (error: unknown) => error,
      );
      await time.pass(OVER_MS);
      return shown;
    },
  };
}

const rowsOf = async (message: ChatMessage) => (await ledger.findMessage(message))?.redemptions ?? [];

test('where only an answer can tell its person, that it is not clear is the answer', async () => {
  const { deliver, message, aside } = makeReception();
  expect(await deliver(message(5_000))).toContain('还不确定');
  expect(aside).toEqual([]);
});

test('where its person can be told without an answer to the platform they are, and it is not accepted', async () => {
  const { deliver, message, aside } = makeReception();
  const shown = await deliver(message(10_000), { direct: BESIDES });
  expect(shown).toBeInstanceOf(NotAccepted);
  expect(aside).toEqual([expect.stringContaining('还不确定')]);
});

test('they are told so once, however often it is delivered', async () => {
  const { deliver, message, aside } = makeReception();
  const heard = message(10_000);
  for (let delivery = 1; delivery <= 3; delivery += 1) {
    expect(await deliver(heard, { direct: BESIDES })).toBeInstanceOf(NotAccepted);
  }
  expect(aside).toHaveLength(1);
});

test('what is tried on takes no place from what people type when storage is back', async () => {
  const { deliver, message, storageBack, time } = makeReception(1);
  await deliver(message(5_000));
  storageBack();
  const fresh = message(0);
  expect(await deliver(fresh)).toContain('核销成功');
  await time.pass(2_000);
});

test('where the service is full its person is told as well', async () => {
  const { deliver, message } = makeReception(0);
  expect(await deliver(message(5_000))).toContain('还不确定');
});

test.each([
  ['accepted', null],
  ['not accepted', BESIDES],
])('one that was %s is stored as not carried out when storage is back, and told late', async (_, direct) => {
  const { deliver, message, late, calls, storageBack, time } = makeReception();
  const heard = message(5_000);
  await deliver(heard, { direct });
  await time.pass(60_000);
  expect(await rowsOf(heard)).toEqual([]);
  storageBack();
  await time.pass(2_000);
  expect(await rowsOf(heard)).toMatchObject([{ state: 'unsent', reason: 'storage' }]);
  expect(late).toMatchObject([{ messageId: heard.messageId }]);
  expect(calls).toEqual([]);
  // The delivery after that is told the same.
  expect(await deliver(heard)).toContain('未提交');
  expect(calls).toEqual([]);
});

test('what was tried to have it carried out is not found again by what is tried on', async () => {
  const { deliver, message, storageBack, time, asNew } = makeReception();
  await deliver(message(5_000));
  storageBack();
  await time.pass(2_000);
  expect([asNew[0], asNew.at(-1)]).toEqual([false, true]);
});

test('commands of one that was not accepted are not carried out either', async () => {
  const { deliver, message, storageBack, time } = makeReception();
  const heard = message(5_000, '我');
  await deliver(heard, { direct: BESIDES });
  storageBack();
  await time.pass(2_000);
  expect((await ledger.findMessage(heard))?.answers?.[0]).toContain('未提交');
});

test('a delivery that comes before storage is back carries it out', async () => {
  const { deliver, message, late, calls, storageBack } = makeReception();
  const heard = message(5_000);
  await deliver(heard, { direct: BESIDES });
  const again = deliver(heard);
  storageBack();
  expect(await again).toContain('核销成功');
  expect(await rowsOf(heard)).toMatchObject([{ state: 'succeeded' }]);
  expect([...calls, ...late]).toHaveLength(1);
});

test('one that was stored before, by another instance, stays what it was', async () => {
  const other = makeReception();
  other.storageBack();
  const { deliver, message, late, calls, storageBack, time } = makeReception();
  const heard = message(5_000);
  await other.deliver(heard);
  await deliver(heard, { direct: BESIDES });
  storageBack();
  await time.pass(2_000);
  expect(await rowsOf(heard)).toMatchObject([{ state: 'succeeded' }]);
  expect([...calls, ...late]).toEqual([]);
});

test('a clock that is set by hours meanwhile does not end what is tried on', async () => {
  const { deliver, message, late, storageBack, time } = makeReception();
  const heard = message(5_000);
  await deliver(heard, { direct: BESIDES });
  const before = time.now;
  time.now = () => before() + 8 * 3_600_000;
  await time.pass(2_000);
  storageBack();
  await time.pass(2_000);
  expect(await rowsOf(heard)).toMatchObject([{ state: 'unsent', reason: 'storage' }]);
  expect(late).toHaveLength(1);
});

test('a service that stops tries once more', async () => {
  const { reception, deliver, message, claims, time } = makeReception();
  await deliver(message(5_000), { direct: BESIDES });
  const idle = reception.idle();
  reception.stop();
  const before = claims();
  await time.pass(60_000);
  await idle;
  expect(claims()).toBe(before + 1);
});

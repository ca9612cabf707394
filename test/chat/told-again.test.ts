import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ChatMessage, Over, ReplyForm } from '../../src/chat/channel.ts';
import { createDirectReplies } from '../../src/chat/direct-replies.ts';
import { replyTo } from '../../src/chat/compose.ts';
import { createDeliveryNotes } from '../../src/chat/delivery-notes.ts';
import { createLimits } from '../../src/chat/limits.ts';
import { createReception } from '../../src/chat/reception.ts';
import { openInProcessLedger } from '../../src/ledger/sqlite/in-process.ts';
import { createLog } from '../../src/log.ts';
import type { Ledger } from '../../src/redemption/ledger.ts';
import type { MessageRecord } from '../../src/redemption/message.ts';
import { createRedeemDesk } from '../../src/redemption/redeem.ts';
import type { Outcome } from '../../src/redemption/redemption.ts';
import { realTime } from '../../src/time/real.ts';
import { deliverInMemory, OPEN, PLAIN } from '../support/memory-transport.ts';
import { newMessage } from '../ledger/fixtures.ts';

const UNCLEAR = '914095353294409573';
const OTHER = '914095353294404024';
const BY_MANAGER = { how: 'hand', user: 'wecom:lijingli', name: '李经理' } as const;
const log = createLog({ level: 'silent' });

let ledger: Ledger;
beforeEach(async () => {
  ({ ledger } = await openInProcessLedger());
});
afterEach(() => ledger.close());

const REPLY: ReplyForm = { as: null, room: 2_048, direct: null };
const soon = (ms: number): Over => realTime.sleep(ms).then(() => 'too-late' as const);

/** A reception whose vendor gives no clear answer about one card, at once, and answers for the others when it is told to. */
function makeReception(change: Partial<Ledger> = {}) {
  const late: MessageRecord[] = [];
  const answering = Promise.withResolvers<Outcome>();
  const ledgerOf = { ...ledger, ...change };
  const reception = createReception({
    staff: {
      findStaff: () => ({ name: '张三', employeeId: 11, store: { code: 'EW_N1', name: '人民路店' }, role: 'staff' }),
      findConversationStore: () => undefined,
    },
    desk: createRedeemDesk({
      ledger: ledgerOf,
      vendor: {
        consume: async ({ card }) =>
          card === UNCLEAR ? { state: 'unknown', reason: 'unclear-answer' } : answering.promise,
        detail: async () => ({ kind: 'unavailable' }),
        close: async () => undefined,
      },
      time: realTime,
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
    limits: createLimits({ maxInProgress: 10 }),
    botNames: [],
    decorate: (text) => text,
    sendLate: (message) => late.push(message),
    direct: createDirectReplies({ lateWay: () => undefined, time: realTime, log }),
    notes: createDeliveryNotes({ ledger: ledgerOf, time: realTime, log }),
    time: realTime,
    log,
  });
  return {
    late,
    vendorAnswers: () => answering.resolve({ state: 'succeeded', vendorMsg: '成功' }),
    /** What was shown, '' for nothing, and what is to be called when it has arrived, or not. */
    hear: async (message: ChatMessage, over = OPEN, confirms = false) => {
      const incoming = { kind: 'message', message, reply: REPLY } as const;
      const { payload, arrive } = await deliverInMemory(reception, incoming, PLAIN, over, confirms);
      return { body: payload ?? '', arrive };
    },
  };
}

function chatMessage(text: string): ChatMessage {
  return { ...newMessage({ text }), channel: 'dingtalk', signedAt: Date.now(), typedAt: null };
}

const replyState = async (message: ChatMessage) => (await ledger.findMessage(message))?.replyState;

/** Waits until the unclear line is unknown, and settles it by hand. */
async function settleUnclear(message: ChatMessage): Promise<void> {
  const unclear = async () => (await ledger.findMessage(message))?.redemptions.find(({ card }) => card === UNCLEAR);
  await expect.poll(async () => (await unclear())?.state).toBe('unknown');
  await ledger.settleByHand((await unclear())?.id ?? -1, 'succeeded', BY_MANAGER);
}

test('what became known of one line while another was waited for is in the reply', async () => {
  const { hear, vendorAnswers } = makeReception();
  const message = chatMessage(`核销 ${UNCLEAR} 2\n核销 ${OTHER} 2`);
  const answer = hear(message);
  await settleUnclear(message);
  vendorAnswers();
  const { body, arrive } = await answer;
  expect(body).not.toContain('结果未知');
  expect(body).toMatch(/核销成功[^]*李经理[^]*核销成功/u);
  await arrive(true);
  await expect.poll(() => replyState(message)).toBe('answered');
});

test('also where the first delivery is gone and the second carries the reply', async () => {
  const { hear, vendorAnswers } = makeReception();
  const message = chatMessage(`核销 ${UNCLEAR} 2\n核销 ${OTHER} 2`);
  await hear(message, Promise.resolve('gone'));
  const second = hear(message);
  await settleUnclear(message);
  vendorAnswers();
  expect((await second).body).not.toContain('结果未知');
});

test('what becomes known between the composing and the arrival of a reply is told late', async () => {
  const { hear } = makeReception();
  const message = chatMessage(`核销 ${UNCLEAR} 2`);
  const { body, arrive } = await hear(message);
  expect(body).toContain('结果未知');
  await settleUnclear(message);
  await arrive(true);
  await expect.poll(() => replyState(message)).toBe('queued');
  expect(await ledger.takeDueReplies(1, 60_000)).toMatchObject([{ redemptions: [{ state: 'succeeded' }] }]);
});

test('a repeated delivery tells what is known when it takes the reply over, not when it arrived', async () => {
  const first = makeReception();
  const message = chatMessage(`核销 ${UNCLEAR} 2`);
  await (await first.hear(message)).arrive(true);
  await expect.poll(() => replyState(message)).toBe('answered');
  // At another service: the correction is queued when it looks, and it takes it over.
  const { hear } = makeReception({
    async takeReply(id) {
      await settleUnclear(message);
      return ledger.takeReply(id, true);
    },
  });
  const again = await hear(message);
  expect(again.body).toContain('核销成功');
  await again.arrive(true);
  await expect.poll(() => replyState(message)).toBe('answered');
});

test('a repeated delivery tells again where the platform may not have heard it, and not where it said that it did', async () => {
  const { hear, late } = makeReception();
  const message = chatMessage(`核销 ${UNCLEAR} 2`);
  await (await hear(message)).arrive(true);
  await expect.poll(() => replyState(message)).toBe('answered');
  const again = await hear(message);
  expect(again.body).toContain('结果未知');
  await again.arrive(true);
  await expect.poll(() => replyState(message)).toBe('answered');

  const confirmed = await hear(message, OPEN, true);
  expect(confirmed.body).toBe('');
  await confirmed.arrive(false);
  expect([await replyState(message), late]).toEqual(['answered', []]);
  await settleUnclear(message);
  const corrected = await hear(message, OPEN, true);
  expect(corrected.body).toContain('核销成功');
  await corrected.arrive(true);
  await expect.poll(() => replyState(message)).toBe('answered');
});

test('a reply that could not be read again before it was told is as of what it tells', async () => {
  let reading: Promise<never> | null = null;
  const { hear, vendorAnswers } = makeReception({ findMessage: (key) => reading ?? ledger.findMessage(key) });
  const message = chatMessage(`核销 ${UNCLEAR} 2\n核销 ${OTHER} 2`);
  await hear(message, Promise.resolve('gone'));
  await settleUnclear(message);
  // Delivered again when the correction is on record already.
  const second = hear(message);
  await realTime.sleep(100);
  reading = Promise.reject(new Error('storage'));
  reading.catch(() => undefined);
  vendorAnswers();
  const { body, arrive } = await second;
  expect(body).toContain('结果未知');
  await arrive(true);
  await expect.poll(() => replyState(message)).toBe('queued');
});

test('that a reply was told is written down as soon as storage takes it', async () => {
  let failures = 2;
  const { hear } = makeReception({
    repliesAnswered: (answered) =>
      failures-- > 0 ? Promise.reject(new Error('storage')) : ledger.repliesAnswered(answered),
  });
  const message = chatMessage(`核销 ${UNCLEAR} 2`);
  await (await hear(message)).arrive(true);
  await expect.poll(() => replyState(message)).toBe('answered');
  await settleUnclear(message);
  expect(await replyState(message)).toBe('queued');
});

test('storage that hangs when held replies are looked for holds up no reply beyond the deadline', async () => {
  const { hear } = makeReception({ takeHeldReplies: () => new Promise(() => undefined) });
  const { body } = await hear(chatMessage('帮助'), soon(100));
  expect(body).toContain('一行一笔');
});

test('storage that hangs when a repeated delivery takes the reply holds it up no longer, and the reply is sent late', async () => {
  const first = makeReception();
  const message = chatMessage(`核销 ${UNCLEAR} 2`);
  await (await first.hear(message)).arrive(true);
  const taking = Promise.withResolvers<MessageRecord | null>();
  const { hear, late } = makeReception({ takeReply: () => taking.promise });
  expect((await hear(message, soon(100))).body).toBe('');
  taking.resolve(await ledger.findMessage(message));
  await expect.poll(() => late).toHaveLength(1);
});

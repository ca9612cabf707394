import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Carrier, ChatMessage, Reply, ReplyForm } from '../../src/chat/channel.ts';
import { replyTo } from '../../src/chat/compose.ts';
import { createDeliveryNotes } from '../../src/chat/delivery-notes.ts';
import { createDirectReplies } from '../../src/chat/direct-replies.ts';
import { createLimits } from '../../src/chat/limits.ts';
import { createReception, type Reception } from '../../src/chat/reception.ts';
import { openInProcessLedger } from '../../src/ledger/sqlite/in-process.ts';
import { createLog } from '../../src/log.ts';
import type { LateResult, MessageRecord } from '../../src/redemption/message.ts';
import type { Ledger } from '../../src/redemption/ledger.ts';
import type { Vendor } from '../../src/redemption/ports.ts';
import { createRedeemDesk } from '../../src/redemption/redeem.ts';
import type { Outcome } from '../../src/redemption/redemption.ts';
import { realTime } from '../../src/time/real.ts';
import { newMessage } from '../ledger/fixtures.ts';
import { settled, VirtualTime } from '../support/virtual-time.ts';
import { deliverInMemory, OPEN, PLAIN } from '../support/memory-transport.ts';

const log = createLog({ level: 'silent' });

let ledger: Ledger;
let reception: Reception;
let queued: MessageRecord[];
let tried: string[];
/** What the webhook answers, one after the other; then always yes. */
let answers: LateResult[];
let vendorAnswers: (outcome: Outcome) => void;
/** How long the machine has slept, and how long it does when the message is read again before it is told. */
let slept: number;
let sleepsWhenRead: number;

beforeEach(async () => {
  ({ ledger } = await openInProcessLedger());
  const answering = Promise.withResolvers<Outcome>();
  vendorAnswers = answering.resolve;
  const vendor: Vendor = {
    consume: () => answering.promise,
    detail: async () => ({ kind: 'unavailable' }),
    close: async () => undefined,
  };
  [queued, tried, answers] = [[], [], []];
  [slept, sleepsWhenRead] = [0, 0];
  const direct = createDirectReplies({
    lateWay: () => ({
      waitMs: () => 0,
      async send(_, { text }) {
        tried.push(text);
        return answers.shift() ?? { kind: 'sent' };
      },
    }),
    time: { ...realTime, sleep: (ms) => realTime.sleep(Math.min(ms, 20)) },
    log,
  });
  const store = { code: 'EW_N1', name: '人民路店' };
  reception = createReception({
    staff: {
      findStaff: () => ({ name: '张三', employeeId: 11, store, role: 'staff' }),
      findConversationStore: () => undefined,
    },
    desk: createRedeemDesk({
      ledger,
      vendor,
      onSettled: () => undefined,
      time: realTime,
      onOverruled: () => undefined,
      onUnsaved: () => undefined,
      stop: new AbortController().signal,
    }),
    commands: { carryOut: async ({ kind }) => `做了 ${kind}` },
    progress: { linesBefore: () => null, follow: () => undefined },
    roleOf: () => 'staff',
    ledger: {
      ...ledger,
      async findMessage(key) {
        const record = await ledger.findMessage(key);
        slept += sleepsWhenRead;
        return record;
      },
    },
    text: async (record) => replyTo(record, { botNames: [], roleOf: () => 'staff' }),
    limits: createLimits({ maxInProgress: 10 }),
    botNames: [],
    decorate: (text) => text,
    sendLate: (message) => queued.push(message),
    direct,
    notes: createDeliveryNotes({ ledger, time: realTime, log }),
    time: { ...realTime, uptime: () => realTime.uptime() + slept },
    log,
  });
});
afterEach(async () => {
  await reception.idle();
  await ledger.close();
});

const REPLY: ReplyForm = { as: null, room: 2_048, direct: { returnAddress: {}, besides: false } };
const NOTHING = { how: 'nothing', payload: null };

function chatMessage(text = '核销 914095353294404024 2'): ChatMessage {
  return { ...newMessage({ text }), channel: 'dingtalk', signedAt: Date.now(), typedAt: null };
}
const hear = async (message: ChatMessage) => {
  const { how, payload } = await deliverInMemory(reception, { kind: 'message', message, reply: REPLY }, PLAIN);
  return { how, payload };
};
const stateOf = async (message: ChatMessage) => (await ledger.findMessage(message))?.replyState;
const SUCCESS: Outcome = { state: 'succeeded', vendorMsg: '成功' };

test('the response is empty once the message is stored; the reply is told as soon as it is known, and then noted', async () => {
  const message = chatMessage();
  expect(await hear(message)).toEqual(NOTHING);
  expect(await ledger.findMessage(message)).toMatchObject({ replyState: 'open', redemptions: [{ state: 'pending' }] });
  expect(tried).toEqual([]);
  vendorAnswers(SUCCESS);
  await reception.idle();
  expect(tried).toEqual([expect.stringContaining('核销成功')]);
  await expect.poll(() => stateOf(message)).toBe('answered');
  expect(queued).toEqual([]);
});

test('deliveries of the same message, at once and later, are told once', async () => {
  const message = chatMessage();
  const responses = await Promise.all([hear(message), hear(message), hear(message)]);
  vendorAnswers(SUCCESS);
  await reception.idle();
  responses.push(await hear(message));
  await reception.idle();
  expect(responses).toEqual(Array(4).fill(NOTHING));
  expect(tried).toHaveLength(1);
});

test.each<LateResult>([{ kind: 'hold' }, { kind: 'retry', afterMs: 1_000 }])(
  'a reply of a redemption that was not heard is queued, where it is tried again for a day (%o)',
  async (result) => {
    answers = [result];
    const message = chatMessage();
    await hear(message);
    vendorAnswers(SUCCESS);
    await reception.idle();
    expect(tried).toHaveLength(1);
    await expect.poll(() => queued).toMatchObject([{ messageId: message.messageId }]);
    expect(await stateOf(message)).toBe('open');
  },
);

test('a reply that was read before the machine slept is not told any more: it is queued, and told as things are then', async () => {
  const message = chatMessage();
  await hear(message);
  sleepsWhenRead = 300_000;
  vendorAnswers({ state: 'unknown', reason: 'timeout' });
  await reception.idle();
  expect(tried).toEqual([]);
  await expect.poll(() => queued).toMatchObject([{ messageId: message.messageId }]);
});

test('an earlier reply that could not be given goes along, and is noted only when it was heard', async () => {
  const first = chatMessage();
  answers = [{ kind: 'hold' }];
  await hear(first);
  vendorAnswers(SUCCESS);
  await reception.idle();
  await expect.poll(() => queued).toHaveLength(1);
  for (const { id } of queued) await ledger.queueReply(id, 0);
  for (const { id } of await ledger.takeDueReplies(10, 60_000)) await ledger.finishReply(id, { kind: 'hold' }, 0);
  expect(await stateOf(first)).toBe('held');

  answers = [{ kind: 'hold' }];
  await hear(chatMessage());
  await reception.idle();
  expect(tried.at(-1)?.match(/核销成功/gu)).toHaveLength(2);
  await expect.poll(() => stateOf(first)).toBe('queued');
  for (const { id } of await ledger.takeDueReplies(10, 60_000)) await ledger.finishReply(id, { kind: 'hold' }, 0);

  await hear(chatMessage('帮助'));
  await reception.idle();
  expect(tried.at(-1)).toMatch(/核销 卡号[^]*核销成功/u);
  await expect.poll(() => stateOf(first)).toBe('sent');
});

const RETRY: LateResult = { kind: 'retry', afterMs: 1_000 };
const ON_NO_RECORD: Reply = { text: '帮助', question: null, redeemed: false, onRecord: false };
const CONFIRMING: Carrier = {
  ...{ room: 2_048, over: OPEN, acknowledges: false, confirms: false, aside: null },
  final: async () => true,
  waiting: () => false,
  nothing: () => undefined,
};
const TO = { channel: 'dingtalk', account: 'bot', returnAddress: {} };

/** Replies by a clock that is moved by hand, and by a way that answers as `send` says. */
function byHand(send: (time: VirtualTime) => LateResult, kind: 'instead' | 'afterLoss' = 'instead') {
  const time = new VirtualTime();
  const logged: string[] = [];
  const triedAt: number[] = [];
  const direct = createDirectReplies({
    lateWay: () => ({
      waitMs: () => 0,
      async send() {
        triedAt.push(time.monotonic());
        return send(time);
      },
    }),
    time,
    log: createLog({ level: 'error', destination: { write: (line) => void logged.push(line) } }),
  });
  const carrier = kind === 'instead' ? CONFIRMING : { ...CONFIRMING, final: async () => false };
  const tell = (change: Partial<Reply> = {}) => direct[kind](carrier, TO).final({ ...ON_NO_RECORD, ...change });
  return { time, direct, tell, triedAt, logged };
}

test.each(['instead', 'afterLoss'] as const)(
  'what is on no record is told when the platform is back after a minute (%s)',
  async (kind) => {
    let attempt = 0;
    const { time, tell } = byHand(
      () => (time.monotonic() >= 60_000 ? { kind: 'sent' } : { kind: 'retry', afterMs: 1_000 * 2 ** attempt++ }),
      kind,
    );
    const told = tell();
    await time.pass(70_000);
    expect(await told).toBe(true);
  },
);

test('it is not tried before the way asks for, and given up after about two minutes', async () => {
  const { time, tell, triedAt, logged } = byHand(() => ({ kind: 'retry', afterMs: 61_000 }));
  const told = tell();
  await time.pass(600_000);
  expect(await told).toBe(false);
  expect(triedAt).toEqual([0, 61_000, 122_000]);
  expect(logged).toHaveLength(1);
  const { tell: tellOnce, triedAt: once } = byHand(() => ({ kind: 'retry', afterMs: 600_000 }));
  expect([await tellOnce(), once]).toEqual([false, [0]]);
});

test('with earlier replies in it, which others may tell after a minute, it is not tried for long', async () => {
  const { time, tell, triedAt } = byHand(() => RETRY);
  const told = tell({ withEarlier: true });
  await time.pass(60_000);
  expect(await told).toBe(false);
  expect(triedAt.at(-1)).toBe(15_000);
  const slept = tell({ withEarlier: true });
  await settled();
  triedAt.length = 0;
  time.sleepMachine(90_000);
  await time.pass(60_000);
  expect([await slept, triedAt], 'the machine slept').toEqual([false, []]);
});

test('what waits for its next try keeps no other from being told, and not more of them wait than may', async () => {
  let isBack = false;
  const { time, tell, triedAt, logged } = byHand(() =>
    isBack ? { kind: 'sent' } : { kind: 'retry', afterMs: 61_000 },
  );
  const waiting = Array.from({ length: 1_500 }, () => tell());
  await settled();
  expect(triedAt).toHaveLength(1_500);
  isBack = true;
  expect(await tell(), 'told at once').toBe(true);
  await time.pass(61_000);
  const heard = await Promise.all(waiting);
  expect(heard.filter((one) => one)).toHaveLength(1_000);
  expect(logged.join('')).toContain('"givenUp":500');
});

test('a service that stops waits for no later try: what waits is tried once more, and what is given up is logged', async () => {
  let isBack = false;
  const { time, direct, tell, triedAt, logged } = byHand(() => (isBack ? { kind: 'sent' } : RETRY));
  const [first, second] = [tell(), tell()];
  await settled();
  isBack = true;
  direct.stop();
  expect([await first, await second]).toEqual([true, true]);
  isBack = false;
  expect(await tell()).toBe(false);
  expect([triedAt.length, logged.length, time.waiting]).toEqual([5, 1, 0]);
});

test('when too many are being told, no text stands in the response: what is on no record waits, the rest is queued', async () => {
  const answering = Promise.withResolvers<LateResult>();
  const told: string[] = [];
  const logged: string[] = [];
  const busy = createDirectReplies({
    lateWay: () => ({
      waitMs: () => 0,
      async send(_, { text }) {
        told.push(text);
        return answering.promise;
      },
    }),
    time: realTime,
    log: createLog({ level: 'error', destination: { write: (line) => void logged.push(line) } }),
  });
  const heard: [string, boolean][] = [];
  const shown: string[] = [];
  let confirmed = 0;
  const response: Carrier = {
    ...{
      room: 2_048,
      over: OPEN,
      acknowledges: false,
      confirms: false,
      aside: null,
      waiting: () => false,
      nothing: () => void (confirmed += 1),
    },
    async final({ text }) {
      shown.push(text);
      return true;
    },
  };
  const to = { channel: 'dingtalk', account: 'bot', returnAddress: {} };
  const tell = async (by: Carrier, text: string, change: Partial<Reply> = {}) => {
    const reply = { text, question: null, redeemed: false, onRecord: false, ...change };
    heard.push([text, await by.final(reply)]);
  };
  const running = Array.from({ length: 2_000 }, () => tell(busy.instead(response, to), 'a'));
  expect(told).toHaveLength(1_000);
  // There is no place left to wait in: it is known that it was not heard.
  running.push(tell(busy.instead(response, to), 'b'), tell(busy.instead(response, to), 'b'));
  expect([confirmed, shown]).toEqual([2_002, []]);
  running.push(tell(busy.instead(response, to), 'c', { onRecord: true }));
  // What the response shows as well is not told besides.
  running.push(tell(busy.besides(response, to, 'M1'), 'd'));
  expect(shown).toEqual(['d']);
  await expect
    .poll(() => heard.toSorted())
    .toEqual([
      ['b', false],
      ['b', false],
      ['c', false],
      ['d', true],
    ]);

  answering.resolve({ kind: 'sent' });
  await Promise.all(running);
  expect(told).toEqual(Array(2_000).fill('a'));
  expect(heard.filter(([text, whole]) => text === 'a' && whole)).toHaveLength(2_000);
  expect(logged).toHaveLength(2);
  expect(logged.at(-1)).toContain('"givenUp":2');
});

test('what was lost on its way and is on no record goes by the late way; what is on record is left to be told late', async () => {
  const lost = { ...REPLY, direct: { returnAddress: {}, besides: true, onlyLost: true } };
  const hearLost = async (message: ChatMessage, arrives: boolean) => {
    const { how, arrive } = await deliverInMemory(reception, { kind: 'message', message, reply: lost }, PLAIN);
    await arrive(arrives);
    await reception.idle();
    return how;
  };
  answers = [{ kind: 'retry', afterMs: 1 }];
  expect(await hearLost(chatMessage('帮助'), false)).toBe('final');
  expect(tried, 'tried again').toHaveLength(2);
  expect(await hearLost(chatMessage('帮助'), true)).toBe('final');
  expect(tried).toHaveLength(2);

  vendorAnswers(SUCCESS);
  const message = chatMessage();
  await hearLost(message, false);
  expect(tried).toHaveLength(2);
  expect(queued).toMatchObject([{ messageId: message.messageId }]);
});

describe('a reply that is told besides', () => {
  const to = { channel: 'wecom-bot', account: 'bot', returnAddress: {} };
  const reply = (text: string): Reply => ({ text, question: null, redeemed: true, onRecord: true });
  let told: string[];
  let results: Promise<LateResult>[];
  let besides: (shows: boolean, message: string) => Carrier;

  beforeEach(() => {
    [told, results] = [[], []];
    const direct = createDirectReplies({
      lateWay: () => ({
        waitMs: () => 0,
        async send(_, { text }) {
          told.push(text);
          return (await results.shift()) ?? { kind: 'sent' };
        },
      }),
      time: realTime,
      log,
    });
    besides = (shows, message) => {
      const showing: Carrier = {
        ...{ ...CONFIRMING, room: 0, confirms: true },
        final: async () => shows,
      };
      return direct.besides(showing, to, message);
    };
  });
  const tell = (text: string, message = 'T1', shows = true) => besides(shows, message).final(reply(text));

  test('is told once, however often its message is delivered, at once and later', async () => {
    expect(await Promise.all([tell('核销成功'), tell('核销成功')])).toEqual([true, true]);
    expect(await tell('核销成功')).toBe(true);
    expect(told).toHaveLength(1);
    await tell('核销成功，剩余3次');
    await tell('核销成功', 'T2');
    expect(told).toHaveLength(3);
  });

  test('is told by a repeated delivery where the platform did not take it from the first', async () => {
    const first = Promise.withResolvers<LateResult>();
    results = [first.promise];
    const heard = [tell('核销成功'), tell('核销成功')];
    expect(told).toHaveLength(1);
    first.resolve({ kind: 'retry', afterMs: 1_000 });
    expect(await Promise.all(heard)).toEqual([false, true]);
    expect(await tell('核销成功')).toBe(true);
    expect(told).toHaveLength(2);
  });

  test('and is for one person is told when it was shown to them; an outcome is not', async () => {
    const hold = Promise.resolve<LateResult>({ kind: 'hold' });
    results = [hold, hold, hold];
    expect(await tell('您的账号未绑定')).toBe(true);
    expect(await tell('您的账号未绑定', 'T2', false)).toBe(false);
    expect(await tell('核销成功', 'T3')).toBe(false);
  });
});

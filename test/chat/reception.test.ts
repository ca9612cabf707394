import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ChatMessage, Incoming, ReplyForm } from '../../src/chat/channel.ts';
import { createLimits } from '../../src/chat/limits.ts';
import { createReception, type Reception } from '../../src/chat/reception.ts';
import { openInProcessLedger } from '../../src/ledger/sqlite/in-process.ts';
import { createLog } from '../../src/log.ts';
import type { Ledger } from '../../src/redemption/ledger.ts';
import type { MessageRecord } from '../../src/redemption/message.ts';
import type { Vendor } from '../../src/redemption/ports.ts';
import { createRedeemDesk } from '../../src/redemption/redeem.ts';
import type { Outcome } from '../../src/redemption/redemption.ts';
import { newMessage } from '../ledger/fixtures.ts';
import { createDirectReplies } from '../../src/chat/direct-replies.ts';
import { replyTo } from '../../src/chat/compose.ts';
import { createDeliveryNotes } from '../../src/chat/delivery-notes.ts';
import { realTime } from '../../src/time/real.ts';
import type { Time } from '../../src/time/time.ts';
import { deliverInMemory, OPEN, PLAIN } from '../support/memory-transport.ts';
import { VirtualTime } from '../support/virtual-time.ts';

const log = createLog({ level: 'silent' });

let ledger: Ledger;
beforeEach(async () => {
  ({ ledger } = await openInProcessLedger());
});
afterEach(() => ledger.close());

const REPLY: ReplyForm = { as: null, room: 2_048, direct: null };

/** What was shown, '' for nothing, and what is to be called when it has arrived, or not. */
interface Shown {
  readonly body: string;
  readonly arrive: (whole: boolean) => Promise<void>;
}

async function deliver(reception: Reception, incoming: Incoming, over = OPEN): Promise<Shown> {
  const { payload, arrive } = await deliverInMemory(reception, incoming, PLAIN, over);
  return { body: payload ?? '', arrive };
}

interface Surroundings {
  readonly time: Time;
  readonly linesBefore: number | null;
}

/** A reception with a vendor that answers when `vendorAnswers` is called. */
function makeReception(ledgerOf: Ledger = ledger, { time = realTime, linesBefore = null }: Partial<Surroundings> = {}) {
  const late: MessageRecord[] = [];
  const answering = Promise.withResolvers<Outcome>();
  const vendor: Vendor = {
    consume: () => answering.promise,
    detail: async () => ({ kind: 'unavailable' }),
    close: async () => undefined,
  };
  const store = { code: 'EW_N1', name: '人民路店' };
  const reception = createReception({
    staff: {
      findStaff: () => ({ name: '张三', employeeId: 11, store, role: 'staff' }),
      findConversationStore: () => undefined,
    },
    desk: createRedeemDesk({
      ledger: ledgerOf,
      vendor,
      onSettled: () => undefined,
      time,
      onOverruled: () => undefined,
      onUnsaved: () => undefined,
      stop: new AbortController().signal,
    }),
    commands: { carryOut: async ({ kind }) => `做了 ${kind}` },
    progress: { linesBefore: () => linesBefore, follow: () => undefined },
    roleOf: () => 'staff',
    text: async (record) => replyTo(record, { botNames: [], roleOf: () => 'staff' }),
    ledger: ledgerOf,
    limits: createLimits({ maxInProgress: 10 }),
    botNames: [],
    decorate: (text) => text,
    sendLate: (message) => late.push(message),
    direct: createDirectReplies({ lateWay: () => undefined, time, log }),
    notes: createDeliveryNotes({ ledger: ledgerOf, time, log }),
    time,
    log,
  });
  return {
    reception,
    late,
    vendorAnswers: () => answering.resolve({ state: 'succeeded', vendorMsg: '成功' }),
    hear: (message: ChatMessage, over = OPEN) => deliver(reception, { kind: 'message', message, reply: REPLY }, over),
  };
}

function chatMessage(text = '核销 914095353294404024 2', time: Time = realTime): ChatMessage {
  return { ...newMessage({ text }), channel: 'dingtalk', signedAt: time.now(), typedAt: null };
}

/** What the late way does with replies that it cannot deliver. */
async function holdAll(late: MessageRecord[]): Promise<void> {
  // What was reserved is given back beside the response, not before it.
  await realTime.sleep(10);
  for (const { id } of late.splice(0)) await ledger.queueReply(id, 0);
  for (const { id } of await ledger.takeDueReplies(10, 60_000)) await ledger.finishReply(id, { kind: 'hold' }, 0);
}

/** A message whose reply could not be told yet. */
async function holdReply(): Promise<void> {
  const { hear, vendorAnswers, late } = makeReception();
  const heard = hear(chatMessage(), Promise.resolve('gone'));
  await heard;
  vendorAnswers();
  await expect.poll(() => late).toHaveLength(1);
  await holdAll(late);
}

const bodies = (answers: readonly Shown[]) => answers.map(({ body }) => body);
const arrived = (answers: readonly Shown[]) => Promise.all(answers.map(({ arrive }) => arrive(true)));

test('what is said once is said once a day, across instances and restarts, and not when storage is away', async () => {
  const at = { channel: 'wecom-app', account: 'ww:1' };
  const once = { messageId: 'greeting-wecom:zhangsan-20418', user: 'wecom:zhangsan', returnAddress: null };
  const greet = async (reception: Reception, change: object = {}) => {
    const about = { sentence: 'greeting', ...at, once: { ...once, ...change } } as const;
    return (await deliver(reception, { kind: 'sentence', ...about, reply: REPLY })).body;
  };
  const { reception } = makeReception();
  const again = makeReception().reception;
  expect(await greet(reception)).not.toBe('');
  for (const one of [reception, again, again]) expect(await greet(one)).toBe('');
  expect(await greet(again, { messageId: 'greeting-wecom:zhangsan-20419' })).not.toBe('');
  expect(await greet(again, { messageId: 'greeting-wecom:lisi-20418' })).not.toBe('');
  await expect.poll(async () => (await ledger.findMessage({ ...at, ...once }))?.replyState).toBe('answered');

  const away = makeReception({ ...ledger, claim: () => Promise.reject(new Error('away')) }).reception;
  expect(await greet(away, { messageId: 'greeting-wecom:wangwu-20418' })).toBe('');
});

test('deliveries that wait for the same reply all get it: the platform listens to one of them', async () => {
  const { hear, vendorAnswers, late } = makeReception();
  const message = chatMessage();
  const deliveries = [hear(message), hear(message)];
  vendorAnswers();
  const answers = await Promise.all(deliveries);
  await arrived(answers);
  const [first, second] = bodies(answers);
  expect(first).toContain('核销成功');
  expect(second).toBe(first);
  expect(late).toEqual([]);
});

test('a reply that arrived with none of them is sent late', async () => {
  const { hear, vendorAnswers, late } = makeReception();
  const message = chatMessage();
  const deliveries = [hear(message), hear(message)];
  vendorAnswers();
  for (const { arrive } of await Promise.all(deliveries)) await arrive(false);
  await expect.poll(() => late.map(({ messageId }) => messageId)).toEqual([message.messageId]);
});

test('where one delivery is gone, the other gets the reply', async () => {
  const { hear, vendorAnswers } = makeReception();
  const message = chatMessage();
  const first = hear(message);
  await hear(message, Promise.resolve('gone'));
  vendorAnswers();
  expect((await first).body).toContain('核销成功');
});

test.each([
  [null, '正在核销…'],
  [0, '正在核销…'],
  [12, '前面还有12笔，请稍候'],
])('while its line waits for a place behind %s others, a message says so, and so does a poll', async (before, said) => {
  const { reception, vendorAnswers } = makeReception(ledger, { linesBefore: before });
  const message = chatMessage();
  const shown = { ...PLAIN, waiting: (_: unknown, text: string) => text };
  const hear = (incoming: Incoming, over = OPEN) => deliverInMemory(reception, incoming, shown, over);
  const tooLate = Promise.resolve('too-late' as const);
  expect(await hear({ kind: 'message', message, reply: REPLY }, tooLate)).toMatchObject({ payload: said });
  const { channel, account, messageId } = message;
  const poll: Incoming = { kind: 'poll', channel, account, messageId, reply: REPLY };
  expect(await hear(poll)).toMatchObject({ how: 'waiting', payload: said });
  vendorAnswers();
  await expect.poll(async () => (await ledger.findMessage(message))?.redemptions[0]?.state).toBe('succeeded');
  expect((await hear(poll)).payload).toContain('核销成功');
});

test('a reply that could not be given goes with one of the next messages, not with each', async () => {
  await holdReply();
  const { hear } = makeReception();
  const answers = await Promise.all([hear(chatMessage('帮助')), hear(chatMessage('帮助'))]);
  expect(bodies(answers).filter((body) => body.includes('核销成功'))).toHaveLength(1);
  await arrived(answers);
});

test('what was said in private is not told before a group: there it is only said that something waits', async () => {
  const { hear, vendorAnswers, late } = makeReception();
  await hear({ ...chatMessage(), conversation: null }, Promise.resolve('gone'));
  vendorAnswers();
  await expect.poll(() => late).toHaveLength(1);
  await holdAll(late);
  const inGroup = await hear(chatMessage('帮助'));
  expect(inGroup.body).not.toMatch(/核销成功|之前的消息/u);
  expect(inGroup.body).toMatch(/\n（另有消息只给您看，请单独给机器人发一条消息查看）$/u);
  await arrived([inGroup]);
  const inPrivate = await hear({ ...chatMessage('帮助'), conversation: null });
  expect(inPrivate.body).toContain('核销成功');
  await arrived([inPrivate]);
  expect((await hear(chatMessage('帮助'))).body).not.toContain('另有消息');
});

test('and with another one when that one did not arrive, or could not tell', async () => {
  await holdReply();
  const { hear, late } = makeReception();
  await arrived([await hear(chatMessage(), Promise.resolve('too-late'))]);
  await holdAll(late);
  const lost = await hear(chatMessage('帮助'));
  expect(lost.body).toContain('核销成功');
  await lost.arrive(false);
  await holdAll(late);
  expect((await hear(chatMessage('帮助'))).body).toContain('核销成功');
});

test('and with none any more when a repeated delivery has carried it', async () => {
  const { hear, vendorAnswers } = makeReception();
  vendorAnswers();
  const message = chatMessage();
  await arrived([await hear(message)]);
  await holdReply();
  const again = await hear(message);
  expect(again.body).toContain('【之前的消息】');
  await arrived([again]);
  expect((await hear(chatMessage('帮助'))).body).not.toContain('核销成功');
});

test('a repeated delivery whose answer did not arrive leaves the reply to the late way', async () => {
  const { hear, vendorAnswers, late } = makeReception();
  vendorAnswers();
  const message = chatMessage();
  await arrived([await hear(message)]);
  const again = await hear(message);
  expect(again.body).toContain('核销成功');
  expect((await ledger.findMessage(message))?.replyState).toBe('open');
  await again.arrive(false);
  await expect.poll(() => late).toHaveLength(1);
});

test('another command is carried out once, and a repeated delivery gets the same answer', async () => {
  const { hear } = makeReception();
  const message = chatMessage('我');
  const first = await hear(message);
  await arrived([first]);
  expect(first.body).toBe('做了 me');
  expect((await hear(message)).body).toBe('做了 me');
  expect((await ledger.findMessage(message))?.answers).toEqual({ 0: '做了 me' });
});

test('the reply to this message comes first, and earlier ones only as far as there is room', async () => {
  const many = Array.from({ length: 20 }, (_, n) => `核销 ${914095353294404000 + 64 * n} 2`).join('\n');
  const { hear, vendorAnswers, late } = makeReception();
  const messages = [chatMessage(many), chatMessage(many)];
  for (const message of messages) await hear(message, Promise.resolve('gone'));
  vendorAnswers();
  await expect.poll(() => late).toHaveLength(2);
  await holdAll(late);
  const answer = await hear(chatMessage('帮助'));
  const [own, ...earlier] = answer.body.split('【之前的消息】');
  expect(own).toContain('一行一笔');
  expect(earlier.join('').match(/①/gu)).toHaveLength(1);
  await arrived([answer]);
  await holdAll([]);
  expect((await hear(chatMessage('帮助'))).body.match(/①/gu)).toHaveLength(1);
});

test('storage that hangs while earlier replies are read anew does not hold up the reply', async () => {
  await holdReply();
  const { hear } = makeReception({ ...ledger, findMessage: () => new Promise(() => undefined) });
  const deadline = realTime.sleep(300).then(() => 'too-late' as const);
  const answer = await hear(chatMessage('帮助'), deadline);
  expect(answer.body).toMatch(/一行一笔[^]*核销成功/);
  await arrived([answer]);
});

test('a repeated delivery of what is in hand is told while storage is away, also where no other message could be told', async () => {
  const time = new VirtualTime();
  let away = false;
  const orAway = <A extends unknown[], R>(verb: (...args: A) => Promise<R>) => {
    return (...args: A) => (away ? Promise.reject<R>(new Error('away')) : verb(...args));
  };
  const storage: Ledger = {
    ...ledger,
    claim: orAway((...args) => ledger.claim(...args)),
    findMessage: orAway((key) => ledger.findMessage(key)),
    repliesAnswered: orAway((answered) => ledger.repliesAnswered(answered)),
    // Some storage hangs instead of saying that it is away.
    takeHeldReplies: (...args) => (away ? new Promise(() => undefined) : ledger.takeHeldReplies(...args)),
  };
  const goneSoon = () => realTime.sleep(100).then(() => 'gone' as const);
  const running = makeReception(storage, { time });
  const over = makeReception(storage, { time });
  const messages = [chatMessage(undefined, time), chatMessage('核销 914095353294404025 1', time)] as const;
  const firsts = [running.hear(messages[0], goneSoon()), over.hear(messages[1], goneSoon())];
  for (const key of messages) await expect.poll(() => ledger.findMessage(key)).not.toBeNull();
  await Promise.all(firsts);
  away = true;
  over.vendorAnswers();
  await expect.poll(() => over.late).toHaveLength(1);

  const again = [running.hear(messages[0]), over.hear(messages[1])];
  running.vendorAnswers();
  await time.pass(5_000);
  const answers = await Promise.all(again);
  for (const body of bodies(answers)) expect(body).toContain('核销成功');
  await arrived(answers);
  expect(running.late).toEqual([]);

  away = false;
  await time.pass(10_000);
  for (const key of messages)
    await expect.poll(async () => (await ledger.findMessage(key))?.replyState).toBe('answered');
});

test('a message that is delivered again though its reply went out is told late, where storage hung when it came', async () => {
  const hanging = Promise.withResolvers<undefined>();
  let hangs = false;
  const { hear, vendorAnswers, late } = makeReception({
    ...ledger,
    async claim(...args) {
      if (hangs) await hanging.promise;
      return ledger.claim(...args);
    },
  });
  vendorAnswers();
  const message = chatMessage();
  await arrived([await hear(message)]);
  await expect.poll(async () => (await ledger.findMessage(message))?.replyState).toBe('answered');
  hangs = true;
  const answer = await hear(message, Promise.resolve('too-late'));
  expect(bodies([answer])).toEqual(['']);
  await arrived([answer]);
  hanging.resolve(undefined);
  await expect.poll(() => late).toMatchObject([{ messageId: message.messageId, replyState: 'open' }]);
});

test('storage that hangs holds up no reply whose platform waits for as long as it takes', async () => {
  const time = new VirtualTime();
  const storage: Ledger = { ...ledger, takeHeldReplies: () => new Promise(() => undefined) };
  const { hear, vendorAnswers } = makeReception(storage, { time });
  vendorAnswers();
  const hearing = Promise.all([hear(chatMessage(undefined, time)), hear(chatMessage('帮助', time))]);
  await time.pass(2_000);
  const answers = await hearing;
  expect(bodies(answers)).toEqual([expect.stringContaining('核销成功'), expect.stringContaining('一行一笔')]);
});

test('what is to be stored as not carried out stays so when it is tried again, because no answer said whether it was', async () => {
  const time = new VirtualTime();
  let tries = 0;
  const storage: Ledger = {
    ...ledger,
    mayBeRefusedElsewhere: async () => tries === 0,
    async claim(...asked) {
      const claim = await ledger.claim(...asked);
      if (tries++ === 0) throw new Error('the answer was lost');
      // By its token it knows its own row.
      return { ...claim, won: true };
    },
  };
  const heard = makeReception(storage, { time }).hear(chatMessage('我', time));
  await time.pass(5_000);
  expect((await heard).body).not.toContain('做了');
  expect(tries).toBe(2);
});

import { beforeEach, expect, test } from 'vitest';
import type { ChatMessage, DirectAddress, Incoming } from '../../src/chat/channel.ts';
import { createDirectReplies } from '../../src/chat/direct-replies.ts';
import type { LateText } from '../../src/chat/late-way.ts';
import { createLog } from '../../src/log.ts';
import type { LateResult, NotCarriedOut } from '../../src/redemption/message.ts';
import { createListeningReception, type ListeningReception } from '../../src/setup/listening/reception.ts';
import { realTime } from '../../src/time/real.ts';
import { keepIn } from './listening-at.ts';
import { deliverInMemory, PLAIN } from '../support/memory-transport.ts';

const CARD = '914095353294404024';
const log = createLog({ level: 'silent' });

let late: string[] = [];
let lateResult: LateResult = { kind: 'sent' };
let reception: ListeningReception;
let kept: Map<string, NotCarriedOut>;
let keep: (messages: readonly NotCarriedOut[]) => Promise<void>;
beforeEach(() => {
  late = [];
  lateResult = { kind: 'sent' };
  const send = async (_: unknown, { text }: LateText) => {
    late.push(text);
    return lateResult;
  };
  const direct = createDirectReplies({ lateWay: () => ({ waitMs: () => 0, send }), time: realTime, log });
  kept = new Map();
  keep = keepIn(kept);
  reception = createListeningReception({
    ...{ direct, botNames: ['核销助手'], now: () => 1_000, log },
    keep: (messages) => keep(messages),
  });
});
const onDisk = () => [...kept.values()];

const form = (direct: DirectAddress | null) => ({ as: null, room: 1_000, direct });

function said(text: string, change: Partial<ChatMessage> = {}, direct: DirectAddress | null = null): Incoming {
  const message: ChatMessage = {
    ...{ channel: 'plain', account: 'bot1', messageId: text, user: 'wecom:zhangsan', conversation: 'wecom:wr1', text },
    ...{ signedAt: 0, typedAt: null, returnAddress: 'there' },
    ...change,
  };
  return { kind: 'message', message, reply: form(direct) };
}

async function answerTo(incoming: Incoming): Promise<string | null> {
  const given = await deliverInMemory(reception, incoming, PLAIN);
  await given.arrive(true);
  return given.payload;
}

const sentence = (which: 'greeting' | 'text-only' | 'quota', once?: ChatMessage['messageId']): Incoming => {
  const to = { channel: 'plain', account: 'bot1', reply: form(null) };
  const only = once === undefined ? {} : { once: { messageId: once, user: 'wecom:zhangsan', returnAddress: null } };
  return { kind: 'sentence', sentence: which, ...to, ...only };
};

test.each([
  ...[`核销 ${CARD} 2`, `@核销助手 核销${CARD}`, `${CARD} 核销`, `麻烦核销 ${CARD.replace(/(\d{4})/gu, '$1 ')}`],
  ...['全部确认', '取消', '绑定 wecom:lisi 李四 EW_N1', '记录', `不要核销 ${CARD}`, `这张卡 ${CARD} 怎么了`],
  ...[
    `核销 ${CARD} 0`,
    '核销',
    `核销 ${CARD} 1\n核销 ${CARD} 2`,
    'hx 9140953532944040',
    '核销 ９１４０９５３５３２９４４０４０２４',
  ],
])('%s is told not to be submitted', async (text) => {
  expect(await answerTo(said(text))).toMatch(/^未提交/u);
  expect(onDisk()).toHaveLength(1);
});

test.each(['帮助', '@核销助手 帮助', '你好', '谢谢', '在吗在吗', '', '@核销助手', '1234'])(
  '“%s” is heard, and is no order',
  async (text) => {
    expect(await answerTo(said(text))).toMatch(/^收到/u);
    expect(onDisk()).toEqual([]);
  },
);

test('a message that does not say who wrote is answered, and shows nobody', async () => {
  expect(await answerTo(said('帮助', { user: null }))).toContain('消息里没有您的员工账号');
  expect(await answerTo(said(`核销 ${CARD}`, { user: null }))).toMatch(/^未提交/u);
  expect(reception.people()).toEqual([]);
});

test('people who open the chat are greeted, once where that is to be once; others are told what to do', async () => {
  expect(await answerTo(sentence('greeting'))).toContain('不能核销');
  expect(await answerTo(sentence('greeting', 'g1'))).toContain('不能核销');
  expect((await deliverInMemory(reception, sentence('greeting', 'g1'), PLAIN)).how).toBe('nothing');
  expect(await answerTo(sentence('text-only'))).toContain('帮助');
  expect(await answerTo(sentence('quota'))).toContain('额度用完');
});

test('what needs no answer gets none', async () => {
  expect((await deliverInMemory(reception, { kind: 'ignored', why: 'an event' }, PLAIN)).how).toBe('nothing');
});

test('a carrier that only confirms is told by the late way, once however often it is delivered', async () => {
  const incoming = said(`核销 ${CARD}`, {}, { returnAddress: 'there', besides: false });
  for (let at = 0; at < 3; at += 1) expect((await deliverInMemory(reception, incoming, PLAIN)).how).toBe('nothing');
  await reception.idle();
  expect(late).toHaveLength(1);
  expect(onDisk()).toMatchObject([{ isTold: true }]);
});

test('one that the late way could not tell is told when the message comes again', async () => {
  const incoming = said(`核销 ${CARD}`, {}, { returnAddress: 'there', besides: false });
  lateResult = { kind: 'hold' };
  await deliverInMemory(reception, incoming, PLAIN);
  await reception.idle();
  lateResult = { kind: 'sent' };
  await deliverInMemory(reception, incoming, PLAIN);
  await reception.idle();
  expect(late).toHaveLength(2);
  expect(onDisk()).toMatchObject([{ isTold: true }]);
});

test('an answer whose sender hung up is told by the late way', async () => {
  const given = await deliverInMemory(reception, said(`核销 ${CARD}`), PLAIN);
  await given.arrive(false);
  expect(late).toEqual([given.payload]);
  expect(onDisk()).toMatchObject([{ isTold: true }]);
});

test('every order is kept, however many there are', async () => {
  for (let at = 0; at < 1_002; at += 1) await answerTo(said(`核销 ${CARD} 1`, { messageId: `o${at}` }));
  expect(onDisk().filter(({ isTold }) => isTold)).toHaveLength(1_002);
});

test('an order is on disk before its person is told', async () => {
  const { promise: written, resolve: write } = Promise.withResolvers<null>();
  keep = () => written.then(() => undefined);
  const delivering = deliverInMemory(reception, said(`核销 ${CARD}`), PLAIN);
  let isTold = false;
  void delivering.then(() => (isTold = true));
  await new Promise((resolve) => setImmediate(resolve));
  expect(isTold).toBe(false);
  write(null);
  expect((await delivering).payload).toMatch(/^未提交/u);
});

test('where it cannot be kept the person is told all the same, and it is kept with the next one', async () => {
  keep = () => Promise.reject(new Error('the disk is full'));
  expect(await answerTo(said(`核销 ${CARD} 1`, { messageId: 'full' }))).toMatch(/^未提交/u);
  keep = keepIn(kept);
  await answerTo(said(`核销 ${CARD} 1`, { messageId: 'room' }));
  expect(onDisk().map(({ messageId, isTold }) => [messageId, isTold])).toEqual([
    ['full', true],
    ['room', true],
  ]);
});

test('once it is closed nobody is told any more: who comes next may have heard it', async () => {
  reception.close();
  await expect(deliverInMemory(reception, said(`核销 ${CARD}`), PLAIN)).rejects.toThrow('does not listen');
});

test('the same person in other letters is one', async () => {
  await answerTo(said('帮助', { messageId: 'a', user: 'wecom:ZhangSan' }));
  await answerTo(said('你好', { messageId: 'b', user: 'wecom:zhangsan' }));
  expect(reception.people()).toEqual([{ user: 'wecom:zhangsan', conversation: 'wecom:wr1', text: '你好', at: 1_000 }]);
});

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ChatMessage, Incoming, Reply } from '../../src/chat/channel.ts';
import { replyTo } from '../../src/chat/compose.ts';
import { createDeliveryNotes } from '../../src/chat/delivery-notes.ts';
import { createDirectReplies } from '../../src/chat/direct-replies.ts';
import { startLateReplies } from '../../src/chat/late-replies.ts';
import type { LateWayOf } from '../../src/chat/late-way.ts';
import { createLimits } from '../../src/chat/limits.ts';
import { createReception, type Reception } from '../../src/chat/reception.ts';
import { startHttp } from '../../src/http/server.ts';
import { openInProcessLedger } from '../../src/ledger/sqlite/in-process.ts';
import { createLog } from '../../src/log.ts';
import type { Ledger } from '../../src/redemption/ledger.ts';
import type { LateResult } from '../../src/redemption/message.ts';
import { ASK_OPEN_MS } from '../../src/redemption/questions.ts';
import { createRedeemDesk } from '../../src/redemption/redeem.ts';
import type { Outcome } from '../../src/redemption/redemption.ts';
import { realTime } from '../../src/time/real.ts';
import { addWebhook } from '../../src/transports/webhook/callbacks.ts';
import type { WebhookBot } from '../../src/transports/webhook/webhook.ts';
import { newMessage } from '../ledger/fixtures.ts';
import { deliverInMemory, PLAIN } from '../support/memory-transport.ts';
import { post } from '../support/post.ts';

const log = createLog({ level: 'silent' });
const CHANNEL = 'dingtalk';

/** A message as one of the transports brings it: `direct` where its carrier only confirms that it was stored. */
interface Delivery {
  readonly message: ChatMessage;
  readonly direct: boolean;
}

function incomingOf({ message, direct }: Delivery): Incoming {
  const address = direct ? { returnAddress: message.returnAddress, besides: false } : null;
  return { kind: 'message', message, reply: { as: null, room: 2_048, direct: address } };
}

/** The same bot with callbacks. */
const bot: WebhookBot<Delivery, unknown, string> = {
  channel: CHANNEL,
  read: incomingOf,
  render: PLAIN,
  webhook: {
    path: '/bot',
    deadlineMs: null,
    verify: ({ body }) => JSON.parse(body.toString()) as Delivery,
    wrap: (text) => ({ type: 'text/plain', body: text }),
  },
};

let ledger: Ledger;
let ends: (() => Promise<void>)[];
/** What reached the vendor; and what was told late, by the way that says whether it was heard. */
let calls: string[];
let told: Pick<Reply, 'text' | 'question'>[];
let answers: LateResult[];
let vendor: PromiseWithResolvers<Outcome>;
beforeEach(async () => {
  ({ ledger } = await openInProcessLedger());
  [ends, calls, told, answers] = [[], [], [], []];
  vendor = Promise.withResolvers();
});
afterEach(async () => {
  vendor.resolve({ state: 'succeeded', vendorMsg: '成功' });
  for (const end of ends.toReversed()) await end();
  await ledger.close();
});

/** Delivers something, and resolves with what is shown at once; '' for nothing. */
type Deliver = (delivery: Delivery) => Promise<string>;

/** One service that is reached over both transports. */
async function start(): Promise<{
  readonly overHttp: Deliver;
  readonly inMemory: Deliver;
  readonly reception: Reception;
}> {
  const lateWay: LateWayOf = () => ({
    waitMs: () => 0,
    async send(_, reply) {
      told.push(reply);
      return answers.shift() ?? { kind: 'sent' };
    },
  });
  const notes = createDeliveryNotes({ ledger, time: realTime, log });
  const text = async (record: Parameters<typeof replyTo>[0]) =>
    replyTo(record, { botNames: [], roleOf: () => 'staff' });
  const shown = { ledger, text, decorate: (one: string) => one, notes, time: realTime, log };
  const late = startLateReplies({
    ...shown,
    lateWay,
    firstAddresses: () => [],
    closedChannels: () => [],
    now: Date.now,
    onFinished: () => undefined,
  });
  const store = { code: 'EW_N1', name: '人民路店' };
  const reception = createReception({
    ...shown,
    staff: {
      findStaff: () => ({ name: '张三', employeeId: 11, store, role: 'staff' }),
      findConversationStore: () => undefined,
    },
    desk: createRedeemDesk({
      ledger,
      vendor: {
        consume: async ({ card }) => {
          calls.push(card);
          return vendor.promise;
        },
        detail: async () => ({ kind: 'unavailable' }),
        close: async () => undefined,
      },
      policy: { countOver: 5, repeatWithinMs: 120_000, openForMs: ASK_OPEN_MS },
      time: realTime,
      onSettled: () => undefined,
      onOverruled: () => undefined,
      onUnsaved: () => undefined,
      stop: new AbortController().signal,
    }),
    commands: { carryOut: async ({ kind }) => `做了 ${kind}` },
    progress: { linesBefore: () => null, follow: () => undefined },
    roleOf: () => 'staff',
    limits: createLimits({ maxInProgress: 10 }),
    botNames: [],
    sendLate: (message) => late.queue(message),
    direct: createDirectReplies({ lateWay, time: realTime, log }),
  });
  const server = await startHttp({
    host: '127.0.0.1',
    port: 0,
    log,
    addRoutes: (router) => addWebhook(router, bot, { reception, onCallback: () => () => undefined, log }),
  });
  ends.push(async () => {
    await server.close(1_000);
    await reception.idle();
    await late.stop();
    await notes.stop();
  });
  return {
    reception,
    async overHttp(delivery) {
      const body = Buffer.from(JSON.stringify(delivery));
      return (await post(server.url, '/bot', { query: new URLSearchParams(), headers: {}, body })).body;
    },
    async inMemory(delivery) {
      const { payload, arrive } = await deliverInMemory(reception, incomingOf(delivery), PLAIN);
      void arrive(true);
      return payload ?? '';
    },
  };
}

function typed(text = '核销 914095353294404024 2'): ChatMessage {
  return { ...newMessage({ text }), channel: CHANNEL, signedAt: Date.now(), typedAt: null };
}
const vendorAnswers = () => vendor.resolve({ state: 'succeeded', vendorMsg: '成功' });
const isCalled = () => expect.poll(() => calls).toHaveLength(1);
const stateOf = async (message: ChatMessage) => (await ledger.findMessage(message))?.replyState;

/** One service that both transports lead to, or one for each of them, with the same ledger. */
const settings = [true, false].flatMap((isOne) =>
  (['overHttp', 'inMemory'] as const).map((first) => ({ isOne, first, at: isOne ? 'one service' : 'two services' })),
);

describe.each(settings)('one line over two transports at $at, $first first', ({ isOne, first }) => {
  let one: Deliver;
  let other: Deliver;
  let idle: () => Promise<unknown>;
  beforeEach(async () => {
    const services = isOne ? [await start()] : [await start(), await start()];
    const [a, b = a] = services;
    if (a === undefined || b === undefined) throw new Error('no service');
    one = a[first];
    other = first === 'overHttp' ? b.inMemory : b.overHttp;
    idle = () => Promise.all(services.map(({ reception }) => reception.idle()));
  });

  test('at the same time: one call, and both show what came of it', async () => {
    const message = typed();
    const delivered = Promise.all([one({ message, direct: false }), other({ message, direct: false })]);
    await isCalled();
    vendorAnswers();
    const [shown, again] = await delivered;
    expect(shown).toContain('核销成功');
    expect(again).toBe(shown);
    await idle();
    expect(calls).toHaveLength(1);
    await expect.poll(() => stateOf(message)).toBe('answered');
    expect(told).toEqual([]);
  });

  test('one after the other: one call, and the same words', async () => {
    const message = typed();
    vendorAnswers();
    const shown = await one({ message, direct: false });
    expect(shown).toContain('核销成功');
    expect(await other({ message, direct: false })).toBe(shown);
    await idle();
    expect(calls).toHaveLength(1);
    expect(told).toEqual([]);
  });

  test('where the first only confirms, it is told once by its own way, and shown by the second', async () => {
    const message = typed();
    expect(await one({ message, direct: true })).toBe('');
    const second = other({ message, direct: false });
    await isCalled();
    vendorAnswers();
    const shown = await second;
    expect(shown).toContain('核销成功');
    await idle();
    expect(calls).toHaveLength(1);
    expect(told.map(({ text }) => text)).toEqual([shown]);
    await expect.poll(() => stateOf(message)).toBe('answered');
  });

  test('where the second only confirms, the first shows it, and nothing is told besides', async () => {
    const message = typed();
    const shown = one({ message, direct: false });
    await isCalled();
    expect(await other({ message, direct: true })).toBe('');
    vendorAnswers();
    expect(await shown).toContain('核销成功');
    await idle();
    expect(calls).toHaveLength(1);
    expect(told).toEqual([]);
  });

  test('what the first was not heard to tell, the second shows, and it is not sent late as well', async () => {
    answers = [
      { kind: 'retry', afterMs: 600_000 },
      { kind: 'retry', afterMs: 600_000 },
    ];
    const message = typed();
    vendorAnswers();
    expect(await one({ message, direct: true })).toBe('');
    // Tried at once, and then late.
    await expect.poll(() => told).toHaveLength(2);
    await expect.poll(() => stateOf(message)).toBe('queued');
    expect(await other({ message, direct: false })).toBe(told[0]?.text);
    await idle();
    await expect.poll(() => stateOf(message)).toBe('answered');
    expect(calls).toHaveLength(1);
    expect(told).toHaveLength(2);
  });

  test('a question has its buttons the first time only, and a late reply asks by its text alone', async () => {
    answers = [{ kind: 'retry', afterMs: 0 }];
    const message = typed('核销 914095353294404024 9');
    expect(await one({ message, direct: true })).toBe('');
    await expect.poll(() => told).toHaveLength(2);
    const [atOnce, late] = told;
    expect(atOnce?.question).toMatchObject({ buttons: [{ says: expect.stringContaining('确认') as unknown }, {}] });
    expect(late).toMatchObject({ text: atOnce?.text, question: null });
    await expect.poll(() => stateOf(message)).toBe('sent');
    // A further delivery on the first way is only confirmed.
    expect(await one({ message, direct: true })).toBe('');
    await idle();
    expect(told).toHaveLength(2);
    expect(calls).toEqual([]);
  });
});

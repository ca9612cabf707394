import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { replyTo } from '../../src/chat/compose.ts';
import { createDeliveryNotes } from '../../src/chat/delivery-notes.ts';
import { startLateReplies, type LateReplies } from '../../src/chat/late-replies.ts';
import type { LateText, LateWay } from '../../src/chat/late-way.ts';
import { openInProcessLedger } from '../../src/ledger/sqlite/in-process.ts';
import { createLog } from '../../src/log.ts';
import type { Ledger } from '../../src/redemption/ledger.ts';
import type { LateResult, NewMessage } from '../../src/redemption/message.ts';
import type { FirstAddresses } from '../../src/redemption/people.ts';
import { realTime } from '../../src/time/real.ts';
import { newLine, newMessage } from '../ledger/fixtures.ts';

/** Between two looks of a service for what is due. */
const LOOK_MS = 20;
/** In which a service looks several times. */
const LOOKS_MS = 5 * LOOK_MS;

const log = createLog({ level: 'silent' });
const GROUP = newMessage();

let ledger: Ledger;
let services: LateReplies[];
/** By which service, on which channel and to which address a reply was tried. */
let tried: string[];
let texts: LateText[];
/** How long the machine has slept. */
let slept: number;
beforeEach(async () => {
  ({ ledger } = await openInProcessLedger());
  [services, tried, texts, slept] = [[], [], [], 0];
});
afterEach(async () => {
  for (const service of services) await service.stop();
  await ledger.close();
});

interface Way {
  readonly answers?: LateResult[];
  isOpen?: boolean;
  readonly isRuledOut?: boolean;
  /** Whether people can be written to first. */
  readonly first?: boolean;
  /** Whether it is only noticed when a reply is sent that it is closed. */
  readonly closesLate?: boolean;
  readonly onSend?: () => void;
  readonly address?: () => object;
}

/** A service whose channels answer one after the other as is said, then with yes. */
function start(name: string, ways: Readonly<Record<string, Way>>): LateReplies {
  const lateWay = (channel: string): LateWay | undefined => {
    const way = ways[channel];
    if (way === undefined) return undefined;
    return {
      waitMs: () => 0,
      isOpen: () => way.isOpen !== false,
      isRuledOut: () => way.isRuledOut === true,
      receiverOf: (address) => (address as { readonly user?: string } | null)?.user ?? null,
      async send(returnAddress, reply) {
        tried.push(`${name} ${channel} ${JSON.stringify(returnAddress)}`);
        texts.push(reply);
        way.onSend?.();
        return way.answers?.shift() ?? { kind: 'sent' };
      },
    };
  };
  const isClosed = (channel: string) => {
    const way = ways[channel];
    return way?.isOpen === false && way.isRuledOut !== true;
  };
  const firstAddresses: FirstAddresses = (user) =>
    Object.entries(ways)
      .filter(([, { first }]) => first === true)
      .map(([channel, { address }]) => ({ channel, returnAddress: address?.() ?? { user } }))
      .toSorted((a, b) => Number(isClosed(a.channel)) - Number(isClosed(b.channel)));
  const service = startLateReplies({
    ledger,
    lateWay: ({ channel }) => lateWay(channel),
    firstAddresses,
    closedChannels: () =>
      Object.keys(ways).filter((channel) => isClosed(channel) && ways[channel]?.closesLate !== true),
    text: async (record) => replyTo(record, { botNames: [], roleOf: () => 'staff' }),
    decorate: (text) => text,
    now: Date.now,
    time: {
      ...realTime,
      uptime: () => realTime.uptime() + slept,
      sleep: (ms, signal) => realTime.sleep(Math.min(ms, LOOK_MS), signal),
    },
    notes: createDeliveryNotes({ ledger, time: realTime, log }),
    onFinished: () => undefined,
    log,
  });
  services.push(service);
  return service;
}

/** A message that was redeemed, and whose carriers are over. */
async function toBeTold(change: Partial<NewMessage> = {}, afterMs = 0): Promise<NewMessage> {
  const message = { ...GROUP, messageId: `m${Math.random()}`, ...change };
  const { message: record } = await ledger.claim(message, [newLine()]);
  for (const line of record.redemptions) await ledger.settle(line, { state: 'succeeded', vendorMsg: '成功' });
  await ledger.queueReply(record.id, afterMs);
  return message;
}
const stateOf = async (message: NewMessage) => (await ledger.findMessage(message))?.replyState;

const OWN = JSON.stringify(GROUP.returnAddress);
const FIRST = JSON.stringify({ user: GROUP.user });
const HOLD: LateResult = { kind: 'hold' };
/** A reply that was due so long ago has waited for more than two minutes. */
const LONG_AGO_MS = -180_000;

test('a reply whose own way works goes nowhere else', async () => {
  start('A', { 'wecom-bot': {}, 'wecom-app': { first: true } });
  const message = await toBeTold();
  await expect.poll(() => stateOf(message)).toBe('sent');
  expect(tried).toEqual([`A wecom-bot ${OWN}`]);
});

test('where its own way does not work, or is not there, the person is written to first, with the text alone', async () => {
  start('A', { 'wecom-bot': { answers: [HOLD] }, 'wecom-app': { first: true } });
  const message = await toBeTold();
  await expect.poll(() => stateOf(message)).toBe('sent');
  expect(tried).toEqual([`A wecom-bot ${OWN}`, `A wecom-app ${FIRST}`]);
  const other = await toBeTold({ channel: 'wecom-mute', returnAddress: null });
  await expect.poll(() => stateOf(other)).toBe('sent');
  expect(tried.slice(2)).toEqual([`A wecom-app ${FIRST}`]);
  expect(texts.map(({ question }) => question)).toEqual([null, null, null]);
});

test('it is tried where the person is written to first until it was heard, and not its own way again', async () => {
  const app: Way = {
    first: true,
    answers: [
      { kind: 'retry', afterMs: 1 },
      { kind: 'retry', afterMs: 1 },
    ],
  };
  start('A', { 'wecom-bot': { answers: [HOLD] }, 'wecom-app': app });
  const message = await toBeTold();
  await expect.poll(() => stateOf(message)).toBe('sent');
  expect(tried).toEqual([`A wecom-bot ${OWN}`, ...Array<string>(3).fill(`A wecom-app ${FIRST}`)]);
});

test('each try goes to the same address, which may say what makes them the same message', async () => {
  let serial = 0;
  const answers: LateResult[] = [{ kind: 'retry', afterMs: 1 }];
  start('A', { feishu: { first: true, answers, address: () => ({ serial: ++serial }) } });
  const message = await toBeTold({ channel: 'mute' });
  await expect.poll(() => stateOf(message)).toBe('sent');
  expect(serial).toBeGreaterThan(1);
  expect(tried).toEqual(['A feishu {"serial":1}', 'A feishu {"serial":1}']);
});

test('where no way works it is held, and tried again as soon as one of them asks for', async () => {
  const answers: LateResult[] = [{ kind: 'hold', afterMs: 600_000 }];
  start('A', { 'wecom-bot': { answers }, 'wecom-app': { first: true, answers: [{ kind: 'hold', afterMs: 10 }] } });
  const message = await toBeTold();
  await expect.poll(() => stateOf(message)).toBe('sent');
  expect(tried).toEqual([`A wecom-bot ${OWN}`, `A wecom-app ${FIRST}`, `A wecom-bot ${OWN}`]);
});

test('the same address is not tried twice at a time, and no person is written to whose platform gave no id', async () => {
  start('A', { 'wecom-app': { first: true, answers: [HOLD, HOLD] } });
  const telling = await toBeTold({ channel: 'wecom-app', returnAddress: { user: GROUP.user } });
  await expect.poll(() => stateOf(telling)).toBe('held');
  expect(tried).toHaveLength(1);
  const unnamed = await toBeTold({ channel: 'wecom-mute', user: null });
  await expect.poll(() => stateOf(unnamed)).toBe('held');
  expect(tried).toHaveLength(1);
});

test('what was held goes out by itself once a service starts that can write to its person', async () => {
  const before = start('A', { 'wecom-bot': { answers: [HOLD, HOLD] } });
  const messages = [await toBeTold(), await toBeTold({ user: 'wecom:lisi', conversation: null })];
  for (const message of messages) await expect.poll(() => stateOf(message)).toBe('held');
  await before.stop();
  tried.length = 0;
  start('B', { 'wecom-bot': { answers: [HOLD, HOLD], first: true } });
  for (const message of messages) await expect.poll(() => stateOf(message)).toBe('sent');
  expect(tried.filter((one) => one.endsWith(OWN))).toHaveLength(2);
  expect(tried.filter((one) => !one.endsWith(OWN)).toSorted()).toEqual([
    `B wecom-bot ${JSON.stringify({ user: 'wecom:lisi' })}`,
    `B wecom-bot ${FIRST}`,
  ]);
});

test('a service that can still write to none of them leaves held replies alone, and one that can tries them once', async () => {
  const before = start('A', { 'wecom-bot': { answers: [HOLD] } });
  const message = await toBeTold();
  await expect.poll(() => stateOf(message)).toBe('held');
  await before.stop();
  const still = start('B', { 'wecom-bot': {} });
  await sleep(LOOKS_MS);
  await still.stop();
  expect(tried).toHaveLength(1);
  start('C', {
    'wecom-bot': { answers: [HOLD, HOLD, HOLD, HOLD] },
    'wecom-app': { first: true, answers: [HOLD, HOLD] },
  });
  await expect.poll(() => tried).toHaveLength(3);
  await sleep(LOOKS_MS);
  expect(tried).toHaveLength(3);
  expect(await stateOf(message)).toBe('held');
});

test('a reply of a channel that is closed here waits for the service that can send it, and holds up no other', async () => {
  const here: Way = { isOpen: false };
  start('A', { 'wecom-bot': here, dingtalk: {} });
  const waiting = await toBeTold();
  const other = await toBeTold({ channel: 'dingtalk', user: 'dingtalk:p1' });
  await expect.poll(() => stateOf(other)).toBe('sent');
  await sleep(LOOKS_MS);
  expect(tried).toEqual([`A dingtalk ${OWN}`]);
  expect(await stateOf(waiting)).toBe('queued');
  start('B', { 'wecom-bot': {} });
  await expect.poll(() => stateOf(waiting)).toBe('sent');
  expect(tried.slice(1)).toEqual([`B wecom-bot ${OWN}`]);
  // And it goes out here as soon as the channel is open here.
  here.isOpen = true;
  const next = await toBeTold();
  await expect.poll(() => stateOf(next)).toBe('sent');
});

test('where the person can only be written to by a bot that is open elsewhere, it is left to the service there', async () => {
  start('A', { 'wecom-app': { answers: [HOLD] }, 'wecom-bot': { first: true, isOpen: false } });
  const message = await toBeTold({ channel: 'wecom-app' });
  await expect.poll(async () => (await ledger.findMessage(message))?.first?.channel).toBe('wecom-bot');
  await sleep(LOOKS_MS);
  expect(await stateOf(message)).toBe('queued');
  start('B', { 'wecom-app': {}, 'wecom-bot': { first: true } });
  await expect.poll(() => stateOf(message)).toBe('sent');
  expect(tried).toEqual([`A wecom-app ${OWN}`, `B wecom-bot ${FIRST}`]);
});

test('one that was left to a bot that is there no more goes its own way again', async () => {
  const service = start('A', { 'wecom-app': { answers: [HOLD] }, 'wecom-bot': { first: true, isOpen: false } });
  const message = await toBeTold({ channel: 'wecom-app' });
  await expect.poll(async () => (await ledger.findMessage(message))?.first?.channel).toBe('wecom-bot');
  await service.stop();
  start('B', { 'wecom-app': {} });
  await expect.poll(() => stateOf(message)).toBe('sent');
  expect(tried.at(-1)).toBe(`B wecom-app ${OWN}`);
});

test('a bot that is open here is preferred to one that is open elsewhere', async () => {
  start('A', { 'wecom-bot': { first: true, isOpen: false }, 'wecom-app': { first: true } });
  const message = await toBeTold({ channel: 'wecom-mute' });
  await expect.poll(() => stateOf(message)).toBe('sent');
  expect(tried).toEqual([`A wecom-app ${FIRST}`]);
});

test('a way that was lost after the reply was taken is not used, and the reply is due again at once', async () => {
  const way: Way = { isOpen: false, closesLate: true };
  start('A', { 'wecom-bot': way });
  const message = await toBeTold();
  await sleep(LOOKS_MS);
  expect(tried).toEqual([]);
  expect(await stateOf(message)).not.toBe('held');
  way.isOpen = true;
  await expect.poll(() => stateOf(message)).toBe('sent');
});

test('a reply of a bot whose platform takes no connection goes another way, and is held where there is none', async () => {
  const kicked: Way = { isOpen: false, isRuledOut: true, answers: [HOLD, HOLD], first: true };
  const service = start('A', { 'wecom-bot': kicked, 'wecom-app': { first: true } });
  const message = await toBeTold();
  await expect.poll(() => stateOf(message)).toBe('sent');
  expect(tried.at(-1)).toBe(`A wecom-app ${FIRST}`);
  await service.stop();
  start('B', { 'wecom-bot': { ...kicked, answers: [HOLD, HOLD] } });
  const alone = await toBeTold();
  await expect.poll(() => stateOf(alone)).toBe('held');
});

test('what has waited for long for a closed channel goes another way; not just after a start', async () => {
  start('A', { 'wecom-bot': { isOpen: false }, 'wecom-app': { first: true } });
  const before = await toBeTold({}, LONG_AGO_MS);
  await sleep(LOOKS_MS);
  expect(await stateOf(before), 'its channel may just be about to open').toBe('queued');
  slept = 130_000;
  const fresh = await toBeTold();
  const message = await toBeTold({}, LONG_AGO_MS);
  await expect.poll(() => stateOf(message)).toBe('sent');
  expect(tried).toEqual([`A wecom-app ${FIRST}`]);
  expect([await stateOf(before), await stateOf(fresh)]).toEqual(['queued', 'queued']);
});

test('what has waited for long is held where the other way does not work, and waits on where there is none', async () => {
  start('A', { 'wecom-bot': { isOpen: false }, 'wecom-app': { first: true, answers: [HOLD] } });
  slept = 130_000;
  const message = await toBeTold({}, LONG_AGO_MS);
  await expect.poll(() => stateOf(message)).toBe('held');
  const unnamed = await toBeTold({ user: null }, LONG_AGO_MS);
  await sleep(LOOKS_MS);
  expect(await stateOf(unnamed)).toBe('queued');
  expect(tried).toHaveLength(1);
});

test('what was left for long to a bot that is open nowhere is held: it goes with the next message, or its own way', async () => {
  start('A', { 'wecom-app': { answers: [HOLD] }, 'wecom-bot': { first: true, isOpen: false } });
  const message = await toBeTold({ channel: 'wecom-app' });
  await expect.poll(async () => (await ledger.findMessage(message))?.first?.channel).toBe('wecom-bot');
  const id = (await ledger.findMessage(message))?.id ?? -1;
  await ledger.takeDueReplies(9, 60_000);
  const first = { channel: 'wecom-bot', returnAddress: { user: GROUP.user } };
  slept = 130_000;
  await ledger.finishReply(id, { kind: 'retry', afterMs: LONG_AGO_MS, first }, 0);
  await expect.poll(() => stateOf(message)).toBe('held');
  expect((await ledger.findMessage(message))?.first).toBeNull();
});

test('the same person is not tried twice at a time by two of their addresses; one who wrote in a group is told alone', async () => {
  start('A', { dingtalk: { first: true, answers: [HOLD, HOLD, HOLD] } });
  const single = await toBeTold({ channel: 'dingtalk', returnAddress: { user: GROUP.user, webhook: 'gone' } });
  await expect.poll(() => stateOf(single)).toBe('held');
  expect(tried).toHaveLength(1);
  const group = await toBeTold({ channel: 'dingtalk', returnAddress: { group: 'cid1' } });
  await expect.poll(() => stateOf(group)).toBe('held');
  expect(tried.slice(1)).toEqual(['A dingtalk {"group":"cid1"}', `A dingtalk ${FIRST}`]);
});

test('two services do not leave a reply to each other for ever', async () => {
  const holds = () => ({ first: true, answers: Array<LateResult>(20).fill(HOLD) });
  start('A', { x: holds(), y: { first: true, isOpen: false } });
  start('B', { x: { first: true, isOpen: false }, y: holds() });
  const message = await toBeTold({ channel: 'wecom-mute' });
  await expect.poll(() => stateOf(message)).toBe('held');
  expect(tried.length).toBeLessThanOrEqual(2);
});

test('a machine that slept after its own way had failed writes to no person: another service may have told what is newer', async () => {
  start('A', { 'wecom-bot': { answers: [HOLD], onSend: () => (slept += 300_000) }, 'wecom-app': { first: true } });
  const message = await toBeTold();
  await expect.poll(() => tried).toHaveLength(1);
  await sleep(LOOKS_MS);
  expect(tried).toHaveLength(1);
  expect(await stateOf(message)).toBe('sending');
});

test('a service that ends sends what it can, and leaves what waits for another one', async () => {
  const service = start('A', { 'wecom-bot': { isOpen: false }, dingtalk: {} });
  const waiting = await toBeTold();
  const last = await toBeTold({ channel: 'dingtalk', user: 'dingtalk:p1' });
  await service.stop();
  expect(await stateOf(last)).toBe('sent');
  expect(await stateOf(waiting)).toBe('queued');
});

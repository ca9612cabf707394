import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Incoming } from '../../../../src/chat/channel.ts';
import { replyTo } from '../../../../src/chat/compose.ts';
import { createDeliveryNotes } from '../../../../src/chat/delivery-notes.ts';
import { createDirectReplies } from '../../../../src/chat/direct-replies.ts';
import { createLimits } from '../../../../src/chat/limits.ts';
import { createReception, type Reception } from '../../../../src/chat/reception.ts';
import { openInProcessLedger } from '../../../../src/ledger/sqlite/in-process.ts';
import { createLog } from '../../../../src/log.ts';
import { createWecomBot } from '../../../../src/platforms/wecom/ai-bot/bot.ts';
import type { Ledger } from '../../../../src/redemption/ledger.ts';
import { createRedeemDesk } from '../../../../src/redemption/redeem.ts';
import { realTime } from '../../../../src/time/real.ts';
import { nothingFetched } from '../../../support/not-fetched.ts';
import { deliverInMemory } from '../../../support/memory-transport.ts';
import { BOT_KEYS } from '../../../support/service.ts';
import { NO_LATE_WAY } from '../../../support/webhook.ts';
import { botCallback, botText } from '../../../support/wecom.ts';
import { stage, type Stage } from './stage.ts';

const log = createLog({ level: 'silent' });
const FIELDS = { content: '核销 914095353294404024 2', messageId: 'M1' };

let at: Stage;
let ledger: Ledger;
let reception: Reception;
/** The cards for which the vendor was called. */
let called: string[];

beforeEach(async () => {
  at = await stage();
  ({ ledger } = await openInProcessLedger());
  called = [];
  const store = { code: 'EW_N1', name: '人民路店' };
  reception = createReception({
    staff: {
      findStaff: () => ({ name: '张三', employeeId: 11, store, role: 'staff' }),
      findConversationStore: () => undefined,
    },
    desk: createRedeemDesk({
      ledger,
      vendor: {
        async consume({ card }) {
          called.push(card);
          return { state: 'succeeded', vendorMsg: '成功' };
        },
        detail: async () => ({ kind: 'unavailable' }),
        close: async () => undefined,
      },
      onSettled: () => undefined,
      time: realTime,
      onOverruled: () => undefined,
      onUnsaved: () => undefined,
      stop: new AbortController().signal,
    }),
    commands: { carryOut: async ({ kind }) => kind },
    progress: { linesBefore: () => null, follow: () => undefined },
    roleOf: () => 'staff',
    text: async (record) => replyTo(record, { botNames: [], roleOf: () => 'staff' }),
    ledger,
    limits: createLimits({ maxInProgress: 10 }),
    botNames: [],
    decorate: (text) => text,
    sendLate: () => undefined,
    direct: createDirectReplies({ lateWay: () => undefined, time: realTime, log }),
    notes: createDeliveryNotes({ ledger, time: realTime, log }),
    // What comes by the connection is stamped by the clock that the stage moves.
    time: { ...realTime, now: () => at.time.now() },
    log,
  });
});
afterEach(async () => {
  await reception.idle();
  await ledger.close();
  await at.close();
});

async function byCallback(): Promise<Incoming> {
  const parts = {
    corpId: null,
    late: NO_LATE_WAY,
    download: nothingFetched,
    now: () => at.time.now(),
    randomBytes,
    log,
  };
  const bot = createWecomBot({ token: BOT_KEYS.token, aesKey: BOT_KEYS.aesKey, ...parts });
  const timestamp = String(Math.floor(at.time.now() / 1000));
  const opened = bot.webhook.verify(botCallback(BOT_KEYS, botText(FIELDS), { timestamp }));
  if (opened === null) throw new Error('nothing was delivered');
  return bot.read(opened);
}

async function byConnection(): Promise<Incoming> {
  const driven = await at.online();
  at.gateway.say(FIELDS);
  return (await at.newest(driven, 1)).incoming;
}

/** What a person is shown. */
async function hear(incoming: Incoming): Promise<string> {
  const { payload, arrive } = await deliverInMemory(reception, incoming, at.bot.render as never);
  await arrive(true);
  return JSON.stringify(payload);
}

test.each([
  ['by a callback first', [byCallback, byConnection]],
  ['by the connection first', [byConnection, byCallback]],
])('one line that comes in twice, %s, is one redemption, and both are told of it', async (_, ways) => {
  const told = [];
  for (const way of ways) told.push(await hear(await way()));
  expect(called).toEqual(['914095353294404024']);
  expect(told[0]).toContain('核销成功');
  expect(told[1]).toBe(told[0]);
});

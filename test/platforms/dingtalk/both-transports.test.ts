import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { replyTo } from '../../../src/chat/compose.ts';
import { createDeliveryNotes } from '../../../src/chat/delivery-notes.ts';
import { createDirectReplies } from '../../../src/chat/direct-replies.ts';
import { createLimits } from '../../../src/chat/limits.ts';
import { createReception, type Reception } from '../../../src/chat/reception.ts';
import { openInProcessLedger } from '../../../src/ledger/sqlite/in-process.ts';
import { createLog } from '../../../src/log.ts';
import type { Bot } from '../../../src/platforms/bot.ts';
import { createDingtalkBots } from '../../../src/platforms/dingtalk/bots.ts';
import { createDownload } from '../../../src/platforms/download.ts';
import { createPlatformHttp, type PlatformHttp } from '../../../src/platforms/http.ts';
import type { Ledger } from '../../../src/redemption/ledger.ts';
import type { Vendor } from '../../../src/redemption/ports.ts';
import { createRedeemDesk } from '../../../src/redemption/redeem.ts';
import { realTime } from '../../../src/time/real.ts';
import { connectBot, type ConnectedBot } from '../../support/connected-bot.ts';
import { dingtalkCallback, dingtalkText } from '../../support/dingtalk.ts';
import { deliverInMemory, type Given } from '../../support/memory-transport.ts';
import { startPlatforms, type Platforms } from '../../support/platforms.ts';
import { DINGTALK_CLIENT_ID, DINGTALK_SECRET } from '../../support/service.ts';

const log = createLog({ level: 'silent' });

let platforms: Platforms;
let http: PlatformHttp;
let ledger: Ledger;
let reception: Reception;
let overHttp: Bot;
let overStream: Bot;
let connected: ConnectedBot;
let redeemed: string[];
/** While true, storage takes nothing. */
let isAway: boolean;
/** What reception said of each frame that it could not take. */
let failures: unknown[];

beforeEach(async () => {
  [redeemed, isAway, failures] = [[], false, []];
  platforms = await startPlatforms({ dingtalk: { redeliverAfterMs: 100 } });
  http = createPlatformHttp();
  const { url: apiUrl, host } = platforms;
  const robot = { appSecret: DINGTALK_SECRET, robotCode: null, corpId: null, clientId: DINGTALK_CLIENT_ID, apiUrl };
  const makeBot = (mode: 'http' | 'stream'): Bot => {
    const download = createDownload({ mediaHosts: [], apiHosts: [] });
    const parts = { http, download, now: Date.now, time: realTime, randomBytes, log };
    const [bot] = createDingtalkBots({ dingtalk: { ...robot, mode, webhookHosts: [host] } }, parts);
    if (bot === undefined) throw new Error('no bot');
    return bot;
  };
  [overHttp, overStream] = [makeBot('http'), makeBot('stream')];

  const opened = (await openInProcessLedger()).ledger;
  ledger = { ...opened, claim: (...given) => (isAway ? Promise.reject(new Error('away')) : opened.claim(...given)) };
  const vendor: Vendor = {
    async consume({ card }) {
      redeemed.push(card);
      return { state: 'succeeded', vendorMsg: '成功' };
    },
    detail: async () => ({ kind: 'unavailable' }),
    close: async () => undefined,
  };
  const store = { code: 'EW_N1', name: '人民路店' };
  reception = createReception({
    staff: {
      findStaff: () => ({ name: '小王', employeeId: 12, store, role: 'staff' }),
      findConversationStore: () => undefined,
    },
    desk: createRedeemDesk({
      ...{ ledger, vendor, time: realTime, stop: new AbortController().signal },
      ...{ onSettled: () => undefined, onOverruled: () => undefined, onUnsaved: () => undefined },
    }),
    commands: { carryOut: async () => '' },
    progress: { linesBefore: () => null, follow: () => undefined },
    roleOf: () => 'staff',
    ledger,
    text: async (record) => replyTo(record, { botNames: [], roleOf: () => 'staff' }),
    limits: createLimits({ maxInProgress: 10 }),
    botNames: [],
    decorate: (text) => text,
    sendLate: () => undefined,
    direct: createDirectReplies({ lateWay: () => overStream.late ?? undefined, time: realTime, log }),
    notes: createDeliveryNotes({ ledger, time: realTime, log }),
    time: realTime,
    log,
  });
  if (overStream.socket === undefined) throw new Error('no socket');
  connected = connectBot({ ...overStream, socket: overStream.socket }, async (incoming, carrier) => {
    try {
      await reception.hear(incoming, carrier);
    } catch (error) {
      failures.push(error);
      throw error;
    }
  });
  await platforms.dingtalk.whenConnected(1);
});
afterEach(async () => {
  await connected.stop(1_000);
  await reception.idle();
  await ledger.close();
  await http.close();
  await platforms.close();
});

async function hearCallback(message: object): Promise<Given<unknown>> {
  const { webhook } = overHttp;
  if (webhook === undefined) throw new Error('no webhook');
  const content = webhook.verify(dingtalkCallback(DINGTALK_SECRET, message, String(Date.now())));
  return deliverInMemory(reception, await overHttp.read(content), overHttp.render);
}

const typed = (msgId: string, session: string) =>
  dingtalkText('核销 914095353294404024 2', {
    ...{ msgId, createAt: Date.now(), sessionWebhook: platforms.sessionWebhook(session) },
    sessionWebhookExpiredTime: Date.now() + 5_400_000,
  });
const told = () => platforms.delivered.filter(({ text }) => text.includes('核销成功')).map(({ to }) => to);

test('a message over Stream is confirmed once it is stored, redeemed once and told by its webhook', async () => {
  await platforms.dingtalk.whenConfirmed(platforms.dingtalk.say(typed('m1', 's1')));
  await platforms.delivery(({ to }) => to === 's1');
  await reception.idle();
  expect([redeemed, told(), platforms.dingtalk.problems]).toEqual([['914095353294404024'], ['s1'], []]);
});

test('one line that comes over both transports is one redemption, and told once', async () => {
  const message = typed('m1', 's1');
  const { how } = await hearCallback(message);
  expect(how).toBe('nothing');
  await platforms.dingtalk.whenConfirmed(platforms.dingtalk.say(message));
  await reception.idle();
  expect([redeemed, told()]).toEqual([['914095353294404024'], ['s1']]);

  const other = typed('m2', 's2');
  await platforms.dingtalk.whenConfirmed(platforms.dingtalk.say(other));
  await hearCallback(other);
  await reception.idle();
  expect([redeemed.length, told()]).toEqual([2, ['s1', 's2']]);
});

test('a message whose confirmation was lost comes again, and is not redeemed again', async () => {
  const id = platforms.dingtalk.say(typed('m1', 's1'));
  await platforms.dingtalk.whenConfirmed(id);
  await reception.idle();
  platforms.dingtalk.deliverAgain(id);
  await platforms.dingtalk.whenConfirmed(id);
  await reception.idle();
  expect(platforms.dingtalk.deliveries(id)).toBeGreaterThanOrEqual(2);
  expect([redeemed.length, told()]).toEqual([1, ['s1']]);
});

test('without a webhook of its own the reply goes into the group by the OpenAPI', async () => {
  const message = { ...typed('m1', 's1'), sessionWebhook: undefined };
  await platforms.dingtalk.whenConfirmed(platforms.dingtalk.say(message));
  await platforms.delivery(({ to }) => to === 'cidGROUP==');
  await reception.idle();
  expect([redeemed.length, told()]).toEqual([1, ['cidGROUP==']]);
});

test('a notice that the quota is used up is told by the OpenAPI, as far as it says to whom', async () => {
  const notice = { msgtype: 'text', msgId: 'q1', conversationType: '2', errorCode: '20001', errorMessage: '…' };
  await platforms.dingtalk.whenConfirmed(
    platforms.dingtalk.say({ ...notice, conversationId: 'cidGROUP==', robotCode: 'dingappkey1' }),
  );
  await platforms.delivery(({ to }) => to === 'cidGROUP==');
  await platforms.dingtalk.whenConfirmed(platforms.dingtalk.say({ ...notice, msgId: 'q2' }));
  await reception.idle();
  expect(platforms.delivered).toHaveLength(1);
});

test('while storage is away nothing is redeemed, and the person is told so', async () => {
  isAway = true;
  const id = platforms.dingtalk.say(typed('m1', 's1'));
  await platforms.delivery(({ text }) => text.includes('未提交'));
  await platforms.dingtalk.whenConfirmed(id);
  isAway = false;
  platforms.dingtalk.deliverAgain(id);
  await platforms.dingtalk.whenConfirmed(id);
  await reception.idle();
  expect([redeemed, failures]).toEqual([[], []]);
});

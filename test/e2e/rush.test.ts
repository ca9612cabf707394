import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SandboxCard } from '../../src/sandbox/cards.ts';
import { startSimulatedVendor, type SimulatedVendor } from '../../src/sandbox/vendor.ts';
import { pollBot, sayInDingtalk, sayToApp, sayToBot } from '../support/chats.ts';
import { FEISHU_APP, feishuCallback, feishuText } from '../support/gateways/feishu-callbacks.ts';
import { startFeishuGateway, type FeishuGateway } from '../support/gateways/feishu.ts';
import { APP_SECRET, startPlatforms, type Platforms } from '../support/platforms.ts';
import { post } from '../support/post.ts';
import { makeShop, MAPPING, startServiceProcess, VENDOR, type RunningService } from '../support/service.ts';

const PEOPLE = 500;
/** What a call takes: 300 ms ± 200. */
const [FROM_MS, TO_MS] = [100, 500];
/** Where the machine is so busy that storage does not take a message in time, people may be told first that nothing is known yet. */
const OUTCOME = /核销成功|未提交/u;
const NOT_STORED = /未提交.*存不了记录/u;

const cardOf = (nth: number) => String(900_000_000_000_000_000n + BigInt(nth));
const CARDS: readonly SandboxCard[] = Array.from({ length: PEOPLE }, (_, nth) => ({
  card: cardOf(nth),
  label: '',
  balance: 10,
  expired: false,
  manner: 'normal',
  detail: 'shown',
  dynamicCode: null,
}));

let vendor: SimulatedVendor;
let platforms: Platforms;
let feishu: FeishuGateway;
let shop: Awaited<ReturnType<typeof makeShop>>;
let service: RunningService;

async function start(cardDetail: string): Promise<void> {
  vendor = await startSimulatedVendor({
    ...VENDOR,
    cards: CARDS,
    moods: (_card, manner) => ({ manner, beforeMs: 0, afterMs: FROM_MS + Math.random() * (TO_MS - FROM_MS) }),
  });
  shop = await makeShop(vendor.url, {
    WECOM_APP_SECRET: APP_SECRET,
    WECOM_API_URL: platforms.url,
    DINGTALK_WEBHOOK_HOSTS: platforms.host,
    FEISHU_APP_ID: FEISHU_APP.appId,
    FEISHU_APP_SECRET: FEISHU_APP.appSecret,
    FEISHU_API_URL: feishu.url,
    FEISHU_ENCRYPT_KEY: FEISHU_APP.encryptKey,
    FEISHU_VERIFICATION_TOKEN: FEISHU_APP.verificationToken,
    LIANTUOFU_CARD_DETAIL: cardDetail,
    // Long enough for the slowest machine.
    LIANTUOFU_TIMEOUT_MS: '60000',
  });
  const [someone] = MAPPING.staff;
  const staff = WAYS.flatMap(({ user }) =>
    Array.from({ length: PEOPLE }, (_, nth) => ({ ...someone, user: user(nth), employeeId: nth + 1 })),
  );
  await writeFile(join(shop.dataDir, 'mapping.json'), JSON.stringify({ ...MAPPING, staff }));
  service = await startServiceProcess(shop.env);
}

beforeEach(async () => {
  platforms = await startPlatforms();
  feishu = await startFeishuGateway();
});
afterEach(async () => {
  await vendor.close();
  await platforms.close();
  await feishu.close();
  await shop.clear();
});

/** How a person says something, and hears what it came to. */
interface Way {
  readonly user: (nth: number) => string;
  /** Resolves when they have heard it. */
  readonly say: (nth: number, content: string) => Promise<unknown>;
  /** All that they have been told. */
  readonly heard: (nth: number) => readonly string[];
}

const inResponses = new Map<number, string[]>();
const delivered = (nth: number, to: string) => [
  ...(inResponses.get(nth) ?? []),
  ...platforms.delivered.filter((message) => message.to === to).map(({ text }) => text),
];

/** Returns whether that was the outcome. */
function note(nth: number, text: string | null): boolean {
  if (text === null) return false;
  inResponses.set(nth, [...(inResponses.get(nth) ?? []), text]);
  return OUTCOME.test(text);
}

const outcomeFor = (person: string) => platforms.delivery(({ to, text }) => to === person && OUTCOME.test(text));

const app: Way = {
  user: (nth) => `wecom:app${nth}`,
  async say(nth, content) {
    const { text } = await sayToApp(service.url, { content, user: `app${nth}`, messageId: `7${nth}` });
    if (!note(nth, text)) await outcomeFor(`app${nth}`);
  },
  heard: (nth) => delivered(nth, `app${nth}`),
};

const bot: Way = {
  user: (nth) => `wecom:bot${nth}`,
  async say(nth, content) {
    const messageId = `CAIQ-${nth}`;
    const message = { content, user: `bot${nth}`, messageId, responseUrl: platforms.responseUrl(`bot${nth}`) };
    let answer = await sayToBot(service.url, message);
    while (!answer.finished || !OUTCOME.test(answer.text ?? '')) {
      // A stream says where its line stands, or that it is being called.
      if (!answer.finished) expect(answer.text).toMatch(/^(?:正在核销…|前面还有\d+笔，请稍候)$/u);
      await sleep(1_000);
      answer = await pollBot(service.url, messageId);
    }
    note(nth, answer.text);
  },
  heard: (nth) => delivered(nth, `bot${nth}`),
};

const dingtalk: Way = {
  user: (nth) => `dingtalk:ding${nth}`,
  async say(nth, content) {
    const sessionWebhook = platforms.sessionWebhook(`ding${nth}`);
    await sayInDingtalk(service.url, content, { senderStaffId: `ding${nth}`, msgId: randomUUID(), sessionWebhook });
    await outcomeFor(`ding${nth}`);
  },
  heard: (nth) => delivered(nth, `ding${nth}`),
};

const viaFeishu: Way = {
  user: (nth) => `feishu:ou_${nth}`,
  async say(nth, content) {
    const message = { messageId: `om_${nth}`, openId: `ou_${nth}`, group: `oc_${nth}`, at: Date.now() };
    feishu.notes(message);
    const seconds = String(Math.floor(Date.now() / 1000));
    await post(service.url, '/feishu', feishuCallback(feishuText(`@_user_1 ${content}`, message), FEISHU_APP, seconds));
    await feishu.shows(({ replyTo, text }) => replyTo === `om_${nth}` && OUTCOME.test(text));
  },
  heard: (nth) => feishu.shown.filter(({ replyTo }) => replyTo === `om_${nth}`).map(({ text }) => text),
};

const WAYS = [app, bot, dingtalk, viaFeishu];

test.each(['off', 'before'])(
  'of 500 people at once, on all platforms, each is served and told so once, with looks at cards %s',
  async (cardDetail) => {
    inResponses.clear();
    await start(cardDetail);
    const people = Array.from({ length: PEOPLE }, (_, nth) => ({ nth, way: WAYS[nth % WAYS.length] ?? app }));
    await Promise.all(people.map(({ nth, way }) => way.say(nth, `核销 ${cardOf(nth)} 1 L${nth}`)));
    // Nothing is told any more after that.
    expect(await service.end('SIGTERM')).toBe(0);

    const told = people.map(({ nth, way }) => way.heard(nth).filter((text) => OUTCOME.test(text)));
    for (const texts of told) expect(texts).toHaveLength(1);
    const served = people.filter(({ nth }) => told[nth]?.[0]?.includes('核销成功') === true);
    for (const { nth } of people.filter((one) => !served.includes(one))) expect(told[nth]?.[0]).toMatch(NOT_STORED);
    const remarks = vendor.books.calls.flatMap(({ params }) => params['remark']?.split(' ')[0] ?? []);
    expect(remarks.toSorted()).toEqual(served.map(({ nth }) => `L${nth}`).toSorted());
    expect(served.length).toBeGreaterThan(64);
  },
  180_000,
);

import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { latestSummary } from '../../src/notices/daily.ts';
import { createCalendar } from '../../src/redemption/calendar.ts';
import type { Outcome } from '../../src/redemption/redemption.ts';
import type { GroupRobot } from '../../src/sandbox/robot-rules.ts';
import { STORE } from './fixtures.ts';
import { FAST, openStage, type Stage } from './stage.ts';

const WECOM: GroupRobot = { platform: 'wecom', key: 'w1', group: '一店' };
const DINGTALK: GroupRobot = { platform: 'dingtalk', key: 'd1', secret: 'SECd1', keyword: '核销', group: '二店' };
const FEISHU: GroupRobot = { platform: 'feishu', key: 'f1', secret: 'feishuSecret', keyword: '核销', group: '总部' };
const OPEN_DINGTALK: GroupRobot = { platform: 'dingtalk', key: 'd2', keyword: '核销', group: '二店' };
const OPEN_FEISHU: GroupRobot = { platform: 'feishu', key: 'f2', group: '总部' };
const HOUR_MS = 60 * 60 * 1000;
const REFUSED: Outcome = { state: 'refused', vendorMsg: '剩余次数不足' };
const UNKNOWN: Outcome = { state: 'unknown', reason: 'timeout' };

type Service = Awaited<ReturnType<Stage['start']>>;

let stage: Stage;
let service: Service | null = null;
afterEach(async () => {
  await service?.stop();
  service = null;
  await stage.close();
});

/** A stage on which all three robots hear of the one store, unless told otherwise. */
async function prepare(...robots: GroupRobot[]): Promise<void> {
  const all = robots.length === 0 ? [WECOM, DINGTALK, FEISHU] : robots;
  stage = await openStage(all);
  stage.entries = all.map((robot) => stage.entryOf(robot, { storeCode: STORE.code }));
}

async function start(...options: Parameters<Stage['start']>): Promise<Service> {
  service = await stage.start(...options);
  return service;
}

const textsOf = (robot: GroupRobot) => stage.shown.filter((each) => each.robot === robot).map(({ text }) => text);
const linesLeft = () => stage.until(() => stage.waiting === 0 && stage.shown.length > 0);

describe('groups', () => {
  test('of every platform are told what happened, in words that it accepts', async () => {
    await prepare();
    const { redeem } = await start();
    const { receipt } = await redeem(REFUSED);
    await linesLeft();
    expect(stage.shown).toHaveLength(3);
    for (const { text } of stage.shown) {
      for (const fact of ['核销失败', '人民路店', '张三', '尾号4024', '2次', '剩余次数不足', receipt]) {
        expect(text).toContain(fact);
      }
      expect(text).not.toContain('914095353294404024');
    }
    expect(stage.results).toEqual(['sent', 'sent', 'sent']);
  });

  test('are told what they want to hear, and called when something is unknown', async () => {
    await prepare(WECOM, FEISHU);
    stage.entries = [
      stage.entryOf(WECOM, { storeCode: STORE.code, kinds: ['unknown'], mention: ['li', 'wang'] }),
      stage.entryOf(FEISHU, { kinds: ['succeeded'] }),
    ];
    const { redeem } = await start();
    await redeem(REFUSED);
    await redeem(UNKNOWN);
    await redeem(UNKNOWN, { code: 'EW_2', name: '解放路店' });
    await redeem({ state: 'succeeded', vendorMsg: null });
    await stage.until(() => stage.shown.length === 2);
    await linesLeft();
    expect(textsOf(WECOM)).toEqual([expect.stringContaining('核销结果未知')]);
    expect(stage.shown.find(({ robot }) => robot === WECOM)?.mentions).toEqual(['li', 'wang']);
    expect(textsOf(FEISHU)).toEqual([expect.stringContaining('核销成功')]);
  });

  test('hear of many things at once in few messages, and no robot is told to be slower', async () => {
    await prepare();
    const { redeem } = await start();
    const receipts = (await Promise.all(Array.from({ length: 300 }, () => redeem(REFUSED)))).map((row) => row.receipt);
    await stage.until(() => stage.shown.length > 0);
    await linesLeft();
    for (const robot of [WECOM, DINGTALK, FEISHU]) {
      const texts = textsOf(robot);
      for (const receipt of receipts) expect(texts.filter((text) => text.includes(receipt))).toHaveLength(1);
      expect(texts.length).toBeLessThan(20);
      expect(stage.robots.throttled(robot)).toBe(0);
    }
  });
});

describe('a robot that', () => {
  test('fails for a while loses nothing and holds up no other', async () => {
    await prepare();
    stage.robots.trouble(WECOM, 'html-500');
    const { redeem } = await start();
    const first = await redeem(REFUSED);
    await stage.until(() => stage.shown.length === 2);
    const second = await redeem(REFUSED);
    await stage.until(() => stage.shown.length === 4);
    stage.robots.trouble(WECOM, null);
    await linesLeft();
    const texts = textsOf(WECOM);
    expect(texts.filter((text) => text.includes(first.receipt))).toHaveLength(1);
    expect(texts.filter((text) => text.includes(second.receipt))).toHaveLength(1);
    expect(stage.results).toContain('unheard');
  });

  test('is told to be slower rests, and then goes on', async () => {
    await prepare(WECOM);
    stage.robots.trouble(WECOM, 45009);
    const { redeem } = await start();
    await redeem(REFUSED);
    await stage.until(() => stage.results.includes('throttled'));
    stage.robots.trouble(WECOM, null);
    const before = performance.now();
    await linesLeft();
    expect(performance.now() - before).toBeGreaterThan((FAST.throttledMs('wecom') ?? 0) / 2);
    expect(stage.results).toEqual(['throttled', 'sent']);
  });

  test('does not work is parked, said so once, and tried again when the mapping changes', async () => {
    await prepare(WECOM, DINGTALK);
    stage.robots.trouble(WECOM, 93000);
    const { redeem } = await start();
    await redeem(REFUSED);
    await redeem(REFUSED);
    await stage.until(() => stage.shown.length > 0 && stage.results.includes('dead'));
    await sleep(100);
    expect(stage.results.filter((result) => result === 'dead')).toHaveLength(1);
    const complaints = stage.logged.filter((line) => line.includes('a group robot does not work'));
    expect(complaints).toHaveLength(1);
    expect(complaints.join()).toContain('93000 as told');
    stage.robots.trouble(WECOM, null);
    stage.entries = [...stage.entries];
    await linesLeft();
    expect(textsOf(WECOM)).toHaveLength(2);
  });

  test('is replaced leaves what it could not say to the one that takes its place', async () => {
    const next: GroupRobot = { platform: 'wecom', key: 'w2', group: '一店' };
    await prepare(WECOM, next);
    stage.entries = [stage.entryOf(WECOM, { storeCode: STORE.code })];
    stage.robots.revoke(WECOM);
    const { redeem } = await start();
    const { receipt } = await redeem(REFUSED);
    await stage.until(() => stage.results.includes('dead'));
    stage.entries = [stage.entryOf(next, { storeCode: STORE.code })];
    await stage.until(() => textsOf(next).length > 0);
    expect(textsOf(next)).toEqual([expect.stringContaining(receipt)]);
  });

  test('does not like the words is told the bare facts', async () => {
    await prepare(DINGTALK);
    stage.robots.trouble(DINGTALK, 430104);
    const { redeem } = await start();
    const { receipt } = await redeem({ state: 'refused', vendorMsg: '不雅的话' });
    await stage.until(() => stage.results.includes('content'));
    stage.robots.trouble(DINGTALK, null);
    await linesLeft();
    expect(textsOf(DINGTALK)).toEqual([expect.stringContaining(receipt)]);
    expect(textsOf(DINGTALK).join()).not.toMatch(/不雅|人民路|张三/u);
  });

  test('does not like even the bare facts counts as dead', async () => {
    await prepare(DINGTALK);
    stage.robots.trouble(DINGTALK, 430104);
    const { redeem } = await start();
    await redeem(REFUSED);
    await stage.until(() => stage.results.includes('dead'));
    expect(stage.results.filter((result) => result === 'content')).toHaveLength(1);
    expect(stage.logged.some((line) => line.includes('does not work'))).toBe(true);
  });

  test('shows a message whose answer is lost does so once, where its platform can tell', async () => {
    await prepare(DINGTALK);
    stage.robots.trouble(DINGTALK, 'reset-after');
    const { redeem } = await start();
    await redeem(REFUSED);
    await stage.until(() => stage.results.filter((result) => result === 'unheard').length >= 3);
    stage.robots.trouble(DINGTALK, null);
    await linesLeft();
    expect(textsOf(DINGTALK)).toHaveLength(1);
  });

  test('stays silent for a day is given up on, visibly', async () => {
    await prepare(WECOM);
    stage.robots.trouble(WECOM, 'html-500');
    const { redeem } = await start({ pace: { ...FAST, lifetimeMs: 300 } });
    await redeem(REFUSED);
    await redeem(REFUSED);
    await stage.until(() => stage.results.filter((result) => result === 'given-up').length === 2);
    await stage.until(() => stage.waiting === 0);
    expect(stage.logged.some((line) => line.includes('were given up'))).toBe(true);
    expect(stage.shown).toEqual([]);
  });
});

describe('no address or secret of a robot', () => {
  test('is in the log or in the ledger', async () => {
    await prepare();
    stage.robots.trouble(WECOM, 'html-500');
    stage.robots.trouble(DINGTALK, 300005);
    const { redeem, notices } = await start();
    await redeem(REFUSED);
    await stage.until(() => stage.shown.length === 1 && stage.results.includes('dead'));
    const log = stage.logged.join();
    for (const robot of [WECOM, DINGTALK, FEISHU]) {
      for (const secret of [`key=${robot.key}`, `token=${robot.key}`, `hook/${robot.key}`, robot.secret ?? '?']) {
        expect(log).not.toContain(secret);
      }
    }
    for (const robot of await notices.takeDueRobots(10, 0)) expect(robot).toMatch(/^[a-z]+-[0-9a-f]{16}$/u);
  });
});

describe('after a restart', () => {
  test('what was left is told, once', async () => {
    await prepare();
    for (const robot of [WECOM, DINGTALK, FEISHU]) stage.robots.trouble(robot, 'html-500');
    const first = await stage.start();
    const receipts = (await Promise.all(Array.from({ length: 20 }, () => first.redeem(REFUSED)))).map(
      ({ receipt }) => receipt,
    );
    await stage.until(() => stage.results.length > 3);
    await first.stop();
    for (const robot of [WECOM, DINGTALK, FEISHU]) stage.robots.trouble(robot, null);
    await start();
    await linesLeft();
    for (const robot of [WECOM, DINGTALK, FEISHU]) {
      for (const receipt of receipts) {
        expect(textsOf(robot).filter((text) => text.includes(receipt))).toHaveLength(1);
      }
    }
  });
});

describe('the daily summary', () => {
  const summaries = () => stage.shown.filter(({ text }) => text.includes('核销日报'));

  test('comes once per robot and day, however often the service starts, and late when it was down', async () => {
    // Without secrets: signatures are checked against the real clock.
    await prepare(WECOM, OPEN_DINGTALK, OPEN_FEISHU);
    let now = Date.now();
    const options = { summaryAt: '22:00', now: () => now };
    await (await stage.start(options)).stop();
    expect(summaries()).toEqual([]);
    now += 24 * HOUR_MS;
    const { day } = latestSummary(createCalendar('Asia/Shanghai'), '22:00', now);
    for (let starts = 0; starts < 3; starts += 1) {
      const again = await stage.start(options);
      await stage.until(() => summaries().length === 3);
      await sleep(50);
      await again.stop();
    }
    expect(new Set(summaries().map(({ robot }) => robot.platform))).toEqual(new Set(['wecom', 'dingtalk', 'feishu']));
    expect(summaries()).toHaveLength(3);
    for (const { text } of summaries()) expect(text).toContain(`核销日报 ${day} 人民路店`);
    now += 24 * HOUR_MS;
    await start(options);
    await stage.until(() => summaries().length === 6);
  });

  test('is a message of its own, beside what else there is to tell', async () => {
    await prepare(WECOM);
    let now = Date.now();
    const { redeem } = await start({ summaryAt: '22:00', now: () => now });
    await redeem(REFUSED);
    await stage.until(() => stage.shown.length === 1);
    now += 24 * HOUR_MS;
    await redeem(REFUSED);
    await redeem(REFUSED);
    await stage.until(() => summaries().length === 1);
    await linesLeft();
    expect(
      summaries()
        .map(({ text }) => text)
        .join(),
    ).not.toContain('失败 尾号');
    expect(stage.shown.length).toBeGreaterThan(2);
  });
});

describe('a test by hand', () => {
  test('reports what every robot of the store answered, and wakes one that works again', async () => {
    await prepare();
    stage.entries = [
      stage.entryOf(WECOM, { storeCode: STORE.code }),
      stage.entryOf(DINGTALK, { storeCode: STORE.code }),
      stage.entryOf(FEISHU),
    ];
    stage.robots.trouble(WECOM, 93000);
    const { notifications, redeem } = await start({ pace: { ...FAST, testEveryMs: 50 } });
    const { receipt } = await redeem(REFUSED);
    await stage.until(() => stage.results.includes('dead') && textsOf(DINGTALK).length > 0);
    expect(await notifications.testRobots([STORE.code], '李经理')).toEqual([
      { robot: 'wecom', outcome: 'refused', answer: '93000 as told' },
      { robot: 'dingtalk', outcome: 'arrived', answer: '0 ok' },
    ]);
    expect(textsOf(FEISHU).filter((text) => text.includes('测试'))).toEqual([]);
    stage.robots.trouble(WECOM, null);
    await sleep(60);
    expect(await notifications.testRobots([STORE.code], '李经理')).toMatchObject([
      { outcome: 'arrived' },
      { outcome: 'arrived' },
    ]);
    await stage.until(() => textsOf(WECOM).some((text) => text.includes(receipt)));
    expect(textsOf(WECOM)[0]).toContain('李经理');
    expect(await notifications.testRobots(['EW_9'], '李经理')).toEqual([]);
  });

  test('is refused when it comes too soon after the last', async () => {
    await prepare(WECOM);
    const { notifications } = await start();
    await notifications.testRobots([STORE.code], '李经理');
    expect(await notifications.testRobots([STORE.code], '李经理')).toMatchObject([{ outcome: 'too-soon' }]);
    expect(stage.shown).toHaveLength(1);
  });
});

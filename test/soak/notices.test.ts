import { expect, test } from 'vitest';
import type { Outcome } from '../../src/redemption/redemption.ts';
import type { GroupRobot } from '../../src/sandbox/robot-rules.ts';
import { openStage } from '../notices/stage.ts';

const REDEMPTIONS = 1_000;
const KINDS = ['succeeded', 'refused', 'unknown'] as const;

const robot = (platform: GroupRobot['platform'], key: string): GroupRobot => ({
  platform,
  key,
  ...(platform === 'wecom' ? {} : { secret: `SEC${key}`, keyword: '核销' }),
  group: key,
});
const STORES = [
  { store: { code: 'EW_1', name: '人民路店' }, robot: robot('wecom', 'w1') },
  { store: { code: 'EW_2', name: '解放路店' }, robot: robot('dingtalk', 'd1') },
  { store: { code: 'EW_3', name: '中山路店' }, robot: robot('feishu', 'f1') },
  { store: { code: 'EW_4', name: '建设路店' }, robot: robot('wecom', 'revoked') },
  { store: { code: 'EW_5', name: '和平路店' }, robot: robot('dingtalk', 'failing') },
];
const HEAD_OFFICE = robot('feishu', 'head');
const REPLACEMENT = robot('wecom', 'replacement');
const REVOKED = STORES[3]?.robot ?? HEAD_OFFICE;
const FAILING = STORES[4]?.robot ?? HEAD_OFFICE;

function outcome(index: number): Outcome {
  if (index % 10 === 7) return { state: 'refused', vendorMsg: '剩余次数不足' };
  if (index % 50 === 9) return { state: 'unknown', reason: 'timeout' };
  return { state: 'succeeded', vendorMsg: '成功' };
}

// `npm run notify:load` does the same with the real program at the platforms' real pace.
test(
  'a thousand redemptions in a minute over five stores all reach their groups, through a crash, a revoked robot and one that fails',
  { timeout: 60_000 },
  async () => {
    const stage = await openStage([...STORES.map((each) => each.robot), HEAD_OFFICE, REPLACEMENT]);
    const entries = (robots: readonly GroupRobot[]) => [
      stage.entryOf(HEAD_OFFICE, { kinds: KINDS }),
      ...STORES.map(({ store }, index) =>
        stage.entryOf(robots[index] ?? HEAD_OFFICE, { kinds: KINDS, storeCode: store.code }),
      ),
    ];
    stage.entries = entries(STORES.map((each) => each.robot));
    stage.robots.revoke(REVOKED);
    stage.robots.trouble(FAILING, 'html-500');

    const receipts = new Map<string, string>();
    async function redeemSome(service: Awaited<ReturnType<typeof stage.start>>, from: number, to: number) {
      for (let index = from; index < to; index += 10) {
        await Promise.all(
          Array.from({ length: 10 }, async (_, offset) => {
            const { store } = STORES[(index + offset) % STORES.length] ?? {};
            const { receipt } = await service.redeem(outcome(index + offset), store);
            receipts.set(receipt, store?.code ?? '');
          }),
        );
      }
    }

    const first = await stage.start();
    await redeemSome(first, 0, REDEMPTIONS / 2);
    // A crash: what is just being sent arrives, and that it did cannot be written down.
    await first.ledger.close();
    await first.notifications.stop();

    const second = await stage.start();
    await redeemSome(second, REDEMPTIONS / 2, REDEMPTIONS);
    stage.robots.trouble(FAILING, null);
    // Only what the revoked robot cannot say is left in the end.
    const revoked = [...receipts.values()].filter((store) => store === 'EW_4').length;
    await stage.until(() => stage.waiting === revoked);
    stage.entries = entries(STORES.map((each) => (each.robot === REVOKED ? REPLACEMENT : each.robot)));
    await stage.until(() => stage.waiting === 0);
    await second.stop();

    expect(receipts.size).toBe(REDEMPTIONS);
    const textsOf = (of: GroupRobot) => stage.shown.filter((each) => each.robot === of).map(({ text }) => text);
    const listeners = STORES.map(({ store, robot: own }) => ({
      robot: own === REVOKED ? REPLACEMENT : own,
      hears: [...receipts].flatMap(([receipt, code]) => (code === store.code ? receipt : [])),
    }));
    for (const { robot: of, hears } of [...listeners, { robot: HEAD_OFFICE, hears: [...receipts.keys()] }]) {
      const texts = textsOf(of);
      const told = hears.map((receipt) => texts.filter((text) => text.includes(receipt)).length);
      expect(told.filter((times) => times === 0)).toEqual([]);
      expect(told.filter((times) => times > 2)).toEqual([]);
      // Told twice: at most what was in one message when the crash came; and on DingTalk not even that.
      const twice = hears.filter((_, index) => (told[index] ?? 0) > 1);
      const crashed = texts.some((text) => twice.every((receipt) => text.includes(receipt)));
      if (of.platform === 'dingtalk') expect(twice).toEqual([]);
      else expect(crashed).toBe(true);
      expect(stage.robots.throttled(of)).toBe(0);
    }
    expect(textsOf(REVOKED)).toEqual([]);
    await stage.close();
  },
);

import { compare, load, type Comparison } from '../compare.ts';
import { growLedger } from '../ledger-rows.ts';
import type { Job } from '../load/job.ts';
import { Stage, type ServiceSubject } from '../stage.ts';
import { median } from '../stats.ts';
import { jobFor, NO_FIGURES, type Case, type Effort, type Row } from './case.ts';
import { redeemRun } from './redeem.ts';

const GOAL = 1.2;
const STARTS = 5;
const SIZES = [100_000, 1_000_000, 5_000_000];
const QUICK_SIZES = [100_000, 1_000_000];

/** What is on record of today, on both sides, when people ask. */
const TODAY = 1_000;

/** What people ask a ledger. */
const QUESTIONS: readonly NonNullable<Job['say']>[] = [
  { text: '帮助', expect: '例：核销', recorded: false },
  { text: '记录', expect: '今天', recorded: true },
  { text: '统计 今天', expect: '今天', recorded: true },
];

/** Everything may be asked. */
const ENV = { ADMINS: 'wecom:zhangsan' };

/** The same work on ledgers of different age. */
export const growth: Case = {
  name: 'growth',
  async run(effort) {
    await using stage = new Stage(effort);
    const vendor = await stage.startVendor();
    const first = await stage.startService({ vendor });
    await load(jobFor([first], effort, { messages: 1, connections: 1, warmUpMs: 0 }));
    await first.stop();
    const rows: Row[] = [];
    for (const size of effort.quick ? QUICK_SIZES : SIZES) {
      growLedger(first.dataDir, size);
      const startGrown = () => stage.startService({ vendor, env: ENV, dataDir: first.dataDir });
      const startEmpty = () => stage.startService({ vendor, env: ENV });
      rows.push(await compareStarts(size, startGrown, startEmpty));
      const grown = await startGrown();
      const empty = await startEmpty();
      for (const subject of [grown, empty]) await load(jobFor([subject], effort, { messages: TODAY, warmUpMs: 0 }));
      for (const say of QUESTIONS) rows.push(await ask(size, say, grown, empty, effort));
      const redeemed = await compare(
        redeemRun([grown], vendor, effort),
        redeemRun([empty], vendor, effort),
        effort.rounds,
      );
      rows.push(redeemRow(size, redeemed, grown));
      await grown.stop();
      await empty.stop();
    }
    return rows;
  },
};

function redeemRow(size: number, { subject, reference, rate }: Comparison, grown: ServiceSubject): Row {
  return {
    name: `growth ${named(size)}: redeem`,
    figures: subject,
    reference,
    ratio: rate,
    idleRssMb: grown.idleRssMb,
    loadedRssMb: subject.rssMb,
    goal: `≥ ${(1 / GOAL).toFixed(2)} of empty`,
    met: rate.median >= 1 / GOAL,
    found: '',
  };
}

async function ask(
  size: number,
  say: NonNullable<Job['say']>,
  grown: ServiceSubject,
  empty: ServiceSubject,
  effort: Effort,
): Promise<Row> {
  const change = { say, connections: 1, messages: 20_000 };
  const { subject, reference, time } = await compare(
    () => load(jobFor([grown], effort, change)),
    () => load(jobFor([empty], effort, change)),
    effort.rounds,
  );
  return {
    ...NO_FIGURES,
    name: `growth ${named(size)}: ${say.text}`,
    figures: subject,
    reference,
    ratio: time,
    goal: `p50 ≤ ${GOAL} × empty`,
    met: time.median <= GOAL,
    found: '',
  };
}

async function compareStarts(
  size: number,
  startGrown: () => Promise<ServiceSubject>,
  startEmpty: () => Promise<ServiceSubject>,
): Promise<Row> {
  const grown: number[] = [];
  const empty: number[] = [];
  for (let round = 0; round < STARTS; round += 1) {
    for (const [start, times] of [
      [startGrown, grown],
      [startEmpty, empty],
    ] as const) {
      const service = await start();
      times.push(service.readyMs);
      await service.stop();
    }
  }
  return {
    ...NO_FIGURES,
    name: `growth ${named(size)}: start`,
    goal: `≤ ${GOAL} × empty`,
    met: median(grown) <= GOAL * median(empty),
    found: `ready after ${Math.round(median(grown))} ms, empty ${Math.round(median(empty))} ms`,
  };
}

function named(size: number): string {
  return size >= 1_000_000 ? `${size / 1_000_000} M` : `${size / 1_000} k`;
}

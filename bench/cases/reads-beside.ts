import { compare, load, type Side } from '../compare.ts';
import { growLedger } from '../ledger-rows.ts';
import type { Job } from '../load/job.ts';
import { freePort, Stage, type ServiceSubject, type Vendor } from '../stage.ts';
import { median } from '../stats.ts';
import { jobFor, type Case, type Effort, type Row } from './case.ts';
import { redeemRun } from './redeem.ts';

const GOAL = 1.3;
const MANAGERS = 10;
const SIZES = [1_000_000, 5_000_000];
const QUICK_SIZES = [200_000];
/** Managers ask from before the first redemption to after the last, and some of them have to be told within that time. */
const MARGIN_MS = 15_000;

/** As in a shop on a busy day, and as fast as replies come. */
const PACES = [
  { name: '5 a second', job: { everyMs: 200, connections: 8 }, goal: GOAL },
  { name: '64 at once', job: {}, goal: null },
] as const;

/**
 * Redemptions alone, and beside ten managers of all stores who each ask for the totals of a month and for the records of one of
 * its days, and again as soon as they have been told.
 */
export const readsBeside: Case = {
  name: 'reads-beside',
  async run(effort) {
    await using stage = new Stage(effort);
    // It answers at once, so that nothing hides what is added.
    const vendor = await stage.startVendor();
    const webhookPort = await freePort();
    const env = { ADMINS: 'dingtalk:staff001', DINGTALK_WEBHOOK_HOSTS: `127.0.0.1:${webhookPort}` };
    const first = await stage.startService({ vendor, env });
    await load(jobFor([first], effort, { messages: 1, connections: 1, warmUpMs: 0 }));
    await first.stop();
    const rows: Row[] = [];
    for (const size of effort.quick ? QUICK_SIZES : SIZES) {
      growLedger(first.dataDir, size);
      const service = await stage.startService({ vendor, env, dataDir: first.dataDir });
      for (const pace of PACES) rows.push(await beside(size, pace, { service, vendor, webhookPort, effort }));
      await service.stop();
    }
    return rows;
  },
};

interface Parts {
  readonly service: ServiceSubject;
  readonly vendor: Vendor;
  readonly webhookPort: number;
  readonly effort: Effort;
}

async function beside(
  size: number,
  { name, job, goal }: (typeof PACES)[number],
  { service, vendor, webhookPort, effort }: Parts,
): Promise<Row> {
  const [warmUpMs, measureMs] = [1_000, effort.quick ? 6_000 : 15_000];
  const alone = redeemRun([service], vendor, effort, { ...job, warmUpMs, measureMs });
  const told: number[] = [];
  const withManagers: Side = async (round) => {
    const asking = { measureMs: warmUpMs + measureMs + MARGIN_MS, warmUpMs: 0, messages: 2_000 };
    const managers = load(
      jobFor([service], effort, {
        ...asking,
        channel: 'dingtalk',
        webhookPort,
        connections: MANAGERS,
        say: question(),
      }),
    );
    const [result, { latency }] = await Promise.all([alone(round), managers]);
    told.push(latency.p50);
    return result;
  };
  const { subject, reference, time } = await compare(withManagers, alone, effort.rounds);
  return {
    name: `reads-beside ${size / 1_000} k: ${name}`,
    figures: subject,
    reference,
    ratio: time,
    idleRssMb: service.idleRssMb,
    loadedRssMb: subject.rssMb,
    goal: goal === null ? 'report' : `p50 ≤ ${goal} × alone`,
    met: goal === null ? null : time.median <= goal,
    found: `alone p50 ${reference.p50.toFixed(1)} ms; ${waited(told)}`,
  };
}

function waited(told: readonly number[]): string {
  const known = told.filter((ms) => !Number.isNaN(ms));
  return known.length === 0
    ? 'no manager was told meanwhile'
    : `a manager waits ${(median(known) / 1000).toFixed(1)} s`;
}

/** About the last month that is over: of the present one there may be little. */
function question(): NonNullable<Job['say']> {
  const now = new Date();
  const month = new Date(now.getFullYear(), now.getMonth() - 1, 10).getMonth() + 1;
  return { text: `统计 ${month}月\n记录 全店 ${month}月10日`, expect: `${month}月：共`, recorded: true };
}

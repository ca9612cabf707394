import { compare, load, VoidRun, type Side } from '../compare.ts';
import type { Job } from '../load/job.ts';
import { countSucceeded, Stage, type Subject, type Vendor } from '../stage.ts';
import { goalOf, jobFor, type Both, type Case, type Effort, type Row } from './case.ts';

const GOAL = 0.6;
const DUPLICATES_GOAL = 0.9;
const DELIVERIES = 3;

/** Redeems as fast as replies come; void unless every message is one call. */
export function redeemRun(
  subjects: readonly Subject[],
  vendor: Vendor,
  effort: Effort,
  change: Partial<Job> = {},
): Side {
  return async () => {
    const before = await vendor.calls();
    const result = await load(jobFor(subjects, effort, change));
    const calls = (await vendor.calls()) - before;
    if (calls !== result.messages) throw new VoidRun(`${calls} calls for ${result.messages} messages`);
    return result;
  };
}

/** Redeems on both sides and stops the service; void unless its ledger calls exactly what it redeemed succeeded. */
export async function compareRedemptions(both: Both): Promise<Row> {
  const { name, service, other, vendor, effort, change, goal } = both;
  let redeemed = 0;
  const run: Side = async (round) => {
    const result = await redeemRun([service], vendor, effort, change)(round);
    redeemed += result.messages;
    return result;
  };
  const { subject, reference, rate } = await compare(run, redeemRun([other], vendor, effort, change), effort.rounds);
  await service.stop();
  const recorded = countSucceeded(service.dataDir);
  if (recorded !== redeemed) throw new VoidRun(`${redeemed} redemptions, ${recorded} in the ledger`);
  return {
    name,
    figures: subject,
    reference,
    ratio: rate,
    idleRssMb: service.idleRssMb,
    loadedRssMb: subject.rssMb,
    ...goalOf(rate, effort, goal),
    found: '',
  };
}

/** A vendor that answers at once: what claim, call and settle cost. */
export const redeem: Case = {
  name: 'redeem',
  comparable: true,
  async run(effort) {
    await using stage = new Stage(effort);
    const vendor = await stage.startVendor();
    const service = await stage.startService({ vendor });
    const other = await stage.startReference({ vendor });
    return [await compareRedemptions({ name: 'redeem', service, other, vendor, effort, change: {}, goal: GOAL })];
  },
};

/** Each callback comes three times at once; compared with `redeem`, or the same of another version, in callbacks answered. */
export const redeemDuplicates: Case = {
  name: 'redeem-duplicates',
  comparable: true,
  async run(effort) {
    await using stage = new Stage(effort);
    const vendor = await stage.startVendor();
    const service = await stage.startService({ vendor });
    const other =
      effort.version === null
        ? redeemRun([service], vendor, effort)
        : redeemRun([await stage.startReference({ vendor })], vendor, effort, { deliveries: DELIVERIES });
    const { subject, reference, rate } = await compare(
      redeemRun([service], vendor, effort, { deliveries: DELIVERIES }),
      other,
      effort.rounds,
    );
    return [
      {
        name: 'redeem-duplicates',
        figures: subject,
        reference,
        ratio: rate,
        idleRssMb: service.idleRssMb,
        loadedRssMb: subject.rssMb,
        ...goalOf(rate, effort, DUPLICATES_GOAL, ' of redeem'),
        found: '',
      },
    ];
  },
};

import { compare, load, VoidRun, type Side } from '../compare.ts';
import { countSucceeded, Stage, type Subject, type Vendor } from '../stage.ts';
import { goalOf, jobFor, type Case, type Effort } from './case.ts';

const GOAL = 0.6;
const DUPLICATES_GOAL = 0.9;
const DELIVERIES = 3;

/** Redeems as fast as replies come; void unless every message is one call. */
export function redeemRun(subjects: readonly Subject[], vendor: Vendor, effort: Effort, deliveries = 1): Side {
  return async () => {
    const before = await vendor.calls();
    const result = await load(jobFor(subjects, effort, { deliveries }));
    const calls = (await vendor.calls()) - before;
    if (calls !== result.messages) throw new VoidRun(`${calls} calls for ${result.messages} messages`);
    return result;
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
    let redeemed = 0;
    const subject: Side = async (round) => {
      const result = await redeemRun([service], vendor, effort)(round);
      redeemed += result.messages;
      return result;
    };
    const compared = await compare(subject, redeemRun([other], vendor, effort), effort.rounds);
    await service.stop();
    const recorded = countSucceeded(service.dataDir);
    if (recorded !== redeemed) throw new VoidRun(`${redeemed} redemptions, ${recorded} in the ledger`);
    return [
      {
        name: 'redeem',
        figures: compared.subject,
        reference: compared.reference,
        ratio: compared.rate,
        idleRssMb: service.idleRssMb,
        loadedRssMb: compared.subject.rssMb,
        ...goalOf(compared.rate, effort, GOAL),
        found: '',
      },
    ];
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
        : redeemRun([await stage.startReference({ vendor })], vendor, effort, DELIVERIES);
    const { subject, reference, rate } = await compare(
      redeemRun([service], vendor, effort, DELIVERIES),
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

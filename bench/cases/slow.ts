import { compare, figuresOf, load } from '../compare.ts';
import { Stage } from '../stage.ts';
import { jobFor, type Case } from './case.ts';

const ADDED_P99_MS = 25;
/** At most so many times what bare adds. */
const TIMES_BARE = 1.6;

/**
 * 60 people, who all find a place in the pool, and a vendor that takes 300 ms ± 200. Added delay is the time to the reply less
 * the vendor's own.
 */
export const redeemSlow: Case = {
  name: 'redeem-slow-60',
  async run(effort) {
    await using stage = new Stage(effort);
    const vendor = await stage.startVendor(100, 500);
    const service = await stage.startService({ vendor });
    const measureMs = effort.quick ? 4_000 : 15_000;
    const change = { connections: 60, vendorUrl: vendor.url, measureMs };
    const results = [];
    for (let round = 0; round < effort.rounds; round += 1) results.push(await load(jobFor([service], effort, change)));
    const figures = figuresOf(results);
    return [
      {
        name: 'redeem-slow-60',
        figures,
        reference: null,
        ratio: null,
        idleRssMb: service.idleRssMb,
        loadedRssMb: figures.rssMb,
        goal: `p99 added ≤ ${ADDED_P99_MS} ms`,
        met: (figures.addedP99 ?? Number.NaN) <= ADDED_P99_MS,
        found: `added p50 ${ms(figures.addedP50)}, p99 ${ms(figures.addedP99)}`,
      },
    ];
  },
};

/** Five redemptions a second: a shop on a busy day, and the delay that one person notices. */
export const trickle: Case = {
  name: 'trickle',
  comparable: true,
  async run(effort) {
    await using stage = new Stage(effort);
    const vendor = await stage.startVendor(50);
    const service = await stage.startService({ vendor });
    const other = await stage.startReference({ vendor });
    const measureMs = effort.quick ? 6_000 : 20_000;
    const change = { everyMs: 200, connections: 8, vendorUrl: vendor.url, measureMs, messages: measureMs };
    const { subject, reference } = await compare(
      () => load(jobFor([service], effort, change)),
      () => load(jobFor([other], effort, change)),
      effort.rounds,
    );
    const [added = Number.NaN, otherAdded = Number.NaN] = [
      subject.addedP50 ?? undefined,
      reference.addedP50 ?? undefined,
    ];
    const [name, most] = effort.version === null ? ['bare', TIMES_BARE] : [effort.version.ref, 1];
    return [
      {
        name: 'trickle',
        figures: subject,
        reference,
        ratio: null,
        idleRssMb: service.idleRssMb,
        loadedRssMb: subject.rssMb,
        goal: `p50 added ≤ ${most} × ${name}`,
        met: added <= most * otherAdded,
        found: `added p50 ${ms(added)}, ${name} ${ms(otherAdded)}`,
      },
    ];
  },
};

function ms(value: number | null): string {
  return value === null ? '–' : `${value.toFixed(1)} ms`;
}

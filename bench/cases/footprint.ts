import { load } from '../compare.ts';
import { Stage, type Vendor } from '../stage.ts';
import { median } from '../stats.ts';
import { jobFor, NO_FIGURES, type Case } from './case.ts';

const STARTS = 5;
const START_MS = 400;
const IDLE_MB = 75;
/** A connection may cost so much more than a webhook. */
const CONNECTION_MB = 3;
const LOADED_MB = 200;
/** What the last part of the redemptions may add and still count as noise. */
const GROWTH_MB = 5;

/** Memory and start: what the service costs while it is idle, and after many did. */
export const footprint: Case = {
  name: 'footprint',
  async run(effort) {
    await using stage = new Stage(effort);
    const vendor = await stage.startVendor();
    const starts: number[] = [];
    for (let start = 0; start < STARTS; start += 1) {
      const service = await stage.startService({ vendor });
      starts.push(service.readyMs);
      await service.stop();
    }
    const connectionMb = await costOfConnection(stage, vendor);
    const service = await stage.startService({ vendor });
    const part = effort.quick ? 10_000 : 50_000;
    const rss: number[] = [];
    for (let parts = 0; parts < 4; parts += 1) {
      const change = { messages: part, warmUpMs: 1_000, measureMs: 120_000 };
      rss.push((await load(jobFor([service], effort, change))).rssMb);
    }
    const [, , third = 0, last = 0] = rss;
    const readyMs = median(starts);
    return [
      {
        ...NO_FIGURES,
        name: 'footprint: idle',
        idleRssMb: service.idleRssMb,
        goal: `≤ ${IDLE_MB} MB`,
        met: service.idleRssMb <= IDLE_MB,
        found: '',
      },
      {
        ...NO_FIGURES,
        name: 'footprint: idle with a connection',
        idleRssMb: connectionMb.idleRssMb,
        goal: `≤ ${CONNECTION_MB} MB above a webhook`,
        met: connectionMb.above <= CONNECTION_MB,
        found: `${connectionMb.above.toFixed(1)} MB above`,
      },
      {
        ...NO_FIGURES,
        name: `footprint: ${(4 * part) / 1000} k redemptions`,
        idleRssMb: service.idleRssMb,
        loadedRssMb: last,
        goal: `≤ ${LOADED_MB} MB, not growing`,
        met: last <= LOADED_MB && last - third <= GROWTH_MB,
        found: `after each quarter ${rss.map((mb) => Math.round(mb)).join(', ')} MB`,
      },
      {
        ...NO_FIGURES,
        name: 'footprint: start to ready',
        goal: `≤ ${START_MS} ms`,
        met: readyMs <= START_MS,
        found: `${Math.round(readyMs)} ms (${Math.round(Math.min(...starts))}–${Math.round(Math.max(...starts))})`,
      },
    ];
  },
};

/** What an idle service takes whose AI bot of WeCom has a connection instead of a webhook, and how much more that is. */
async function costOfConnection(stage: Stage, vendor: Vendor) {
  const gateway = await stage.startGateway('wecom');
  const connected: number[] = [];
  const called: number[] = [];
  for (let start = 0; start < STARTS; start += 1) {
    for (const [options, taken] of [
      [{ vendor, gateway }, connected],
      [{ vendor }, called],
    ] as const) {
      const service = await stage.startService(options);
      taken.push(service.idleRssMb);
      await service.stop();
    }
  }
  const idleRssMb = median(connected);
  return { idleRssMb, above: idleRssMb - median(called) };
}

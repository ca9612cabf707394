import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MAPPING } from '../../test/support/service.ts';
import { figuresOf, load, VoidRun } from '../compare.ts';
import type { LoadResult } from '../load/job.ts';
import { Stage, type ServiceOptions, type Subject, type Vendor } from '../stage.ts';
import { median } from '../stats.ts';
import { jobFor, type Case, type Effort } from './case.ts';

const PEOPLE = 500;
/** Calls at the vendor at once. */
const PLACES = 64;
const GOAL = 1.25;

/** One rush, and how long it takes where nothing but the vendor takes time. */
interface Rush {
  readonly result: LoadResult;
  readonly idealMs: number;
}

/**
 * 500 people at once, one line each, and a vendor that takes 300 ms ± 200. Compared with the time in which that vendor, with
 * these delays, serves as many in 64 places.
 */
export const rush: Case = {
  name: 'rush',
  comparable: true,
  async run(effort) {
    await using stage = new Stage(effort);
    const vendor = await stage.startVendor(100, 500);
    const service = await stage.startService({ vendor, prepare: addPeople });
    const before =
      effort.version === null
        ? null
        : await stage.startService({ vendor, prepare: addPeople, root: effort.version.root });
    const ours: Rush[] = [];
    const theirs: Rush[] = [];
    // The first of each warms it up.
    for (let round = 0; round <= effort.rounds; round += 1) {
      const one = await rushOf(service, vendor, effort);
      const other = before === null ? null : await rushOf(before, vendor, effort);
      if (round === 0) continue;
      ours.push(one);
      if (other !== null) theirs.push(other);
    }
    await service.stop();
    const figures = figuresOf(ours.map(({ result }) => result));
    const times = median(ours.map(({ result, idealMs }) => result.latency.p99 / idealMs));
    const busy = busyShare(ours);
    return [
      {
        name: 'rush',
        figures,
        reference: theirs.length === 0 ? null : figuresOf(theirs.map(({ result }) => result)),
        ratio: null,
        idleRssMb: service.idleRssMb,
        loadedRssMb: figures.rssMb,
        goal: `all served, p99 ≤ ${GOAL} × ideal`,
        met: busy === 0 && times <= GOAL,
        found:
          `p99 ${times.toFixed(2)} × ideal (${Math.round(median(ours.map(({ idealMs }) => idealMs)))} ms), ` +
          `${busy} % told that it is too busy` +
          (theirs.length === 0 ? '' : `, ${busyShare(theirs)} % by the version before`),
      },
    ];
  },
};

/** All people at once, each once; void unless each that is told of a success was called, and no other. */
async function rushOf(subject: Subject, vendor: Vendor, effort: Effort): Promise<Rush> {
  await vendor.drawn();
  // Without its secret the app's responses stay open for as long as it takes.
  const channel = 'wecom-app' as const;
  const change = { channel, connections: PEOPLE, messages: PEOPLE, people: PEOPLE, warmUpMs: 0, measureMs: 30_000 };
  const result = await load(jobFor([subject], effort, { ...change, mayBeBusy: true }));
  const drawn = await vendor.drawn();
  if (result.answered !== PEOPLE || result.checked !== PEOPLE)
    throw new VoidRun('a reply was not measured, or not read');
  if (drawn.length !== PEOPLE - result.busy)
    throw new VoidRun(`${drawn.length} calls, and ${result.busy} of ${PEOPLE} were told that it is too busy`);
  return { result, idealMs: drainTime(drawn) };
}

/** When the last call is done where each of the places takes the next one as soon as it is free. */
function drainTime(drawn: readonly number[]): number {
  const freeAt = Array<number>(PLACES).fill(0);
  for (const ms of drawn) {
    const first = freeAt.indexOf(Math.min(...freeAt));
    freeAt[first] = (freeAt[first] ?? 0) + ms;
  }
  return Math.max(...freeAt);
}

function busyShare(rushes: readonly Rush[]): number {
  const busy = rushes.reduce((sum, { result }) => sum + result.busy, 0);
  return Math.round((100 * busy) / (rushes.length * PEOPLE));
}

const addPeople: NonNullable<ServiceOptions['prepare']> = async (dataDir) => {
  const [someone] = MAPPING.staff;
  const staff = Array.from({ length: PEOPLE }, (_, nth) => ({
    ...someone,
    user: `wecom:p${nth}`,
    employeeId: nth + 1,
  }));
  await writeFile(join(dataDir, 'mapping.json'), JSON.stringify({ ...MAPPING, staff }));
};

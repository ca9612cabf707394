import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { compare, load } from '../compare.ts';
import { Stage, type ServiceSubject, type Subject, type Vendor } from '../stage.ts';
import type { MAPPING } from '../../test/support/service.ts';
import { goalOf, jobFor, NO_FIGURES, type Case, type Effort, type Row } from './case.ts';
import { redeemRun } from './redeem.ts';

const SIZES = [10_000, 100_000];
/** Looking a person up must not depend on how many there are; so much is noise. */
const GOAL = 0.95;
const IN_FORCE_MS = 2_000;
const ADDED_MS = 50;
/** The load generator is measuring by then, and for long enough afterwards. */
const EDIT_AFTER_MS = 1_500;
const BESIDE = { connections: 4, everyMs: 5, warmUpMs: 500, measureMs: 4_500, messages: 2_000 };

/** A large mapping: what it costs to look people up, and to change it while others redeem, by hand and from the chat. */
export const mapping: Case = {
  name: 'mapping',
  comparable: true,
  async run(effort) {
    await using stage = new Stage(effort);
    const vendor = await stage.startVendor();
    const small = effort.version === null ? await stage.startService({ vendor }) : null;
    const rows: Row[] = [];
    for (const staff of SIZES) {
      const prepare = async (dataDir: string) => {
        await fill(dataDir, staff, 'at the start');
        await rename(join(dataDir, 'mapping.json.new'), join(dataDir, 'mapping.json'));
      };
      rows.push(await lookUps(stage, vendor, small, { staff, prepare }, effort));

      // An edit is read in a thread, for which there is to be a core. The person of the load may bind others.
      const options = { vendor, prepare, place: 'anywhere', env: { ADMINS: 'wecom:zhangsan' } } as const;
      const now = await stage.startService(options);
      const root = effort.version?.root;
      const before = root === undefined ? null : await stage.startService({ ...options, root });
      rows.push(...(await changes(now, before, staff, effort)));
      await now.stop();
      await before?.stop();
    }
    return rows;
  },
};

/** Redemptions beside those with two staff; where versions are compared, beside the other one with as many. */
async function lookUps(
  stage: Stage,
  vendor: Vendor,
  small: Subject | null,
  { staff, prepare }: { readonly staff: number; readonly prepare: (dataDir: string) => Promise<void> },
  effort: Effort,
): Promise<Row> {
  const large = await stage.startService({ vendor, prepare });
  const other = small ?? (await stage.startReference({ vendor, prepare }));
  const { subject, reference, rate } = await compare(
    redeemRun([large], vendor, effort),
    redeemRun([other], vendor, effort),
    effort.rounds,
  );
  await large.stop();
  return {
    name: `mapping ${staff / 1000} k: redeem`,
    figures: subject,
    reference,
    ratio: rate,
    idleRssMb: large.idleRssMb,
    loadedRssMb: subject.rssMb,
    ...goalOf(rate, effort, GOAL, ' of 2 staff'),
    found: '',
  };
}

/** The slowest message of each round, in milliseconds, and how long each change took to be in force. */
interface Delays {
  readonly quiet: number[];
  readonly edit: Change[];
  readonly bind: Change[];
}

interface Change {
  readonly slowest: number;
  readonly tookMs: number;
}

async function changes(
  now: ServiceSubject,
  before: ServiceSubject | null,
  staff: number,
  effort: Effort,
): Promise<Row[]> {
  const ours: Delays = { quiet: [], edit: [], bind: [] };
  const theirs: Delays = { quiet: [], edit: [], bind: [] };
  const sides = [{ service: now, delays: ours }, ...(before === null ? [] : [{ service: before, delays: theirs }])];
  for (let round = 0; round < effort.rounds; round += 1) {
    for (const { service, delays } of round % 2 === 0 ? sides : sides.toReversed()) {
      delays.quiet.push((await load(jobFor([service], effort, BESIDE))).latency.max);
      delays.edit.push(await beside(service, effort, await edit(service, staff, `edit ${round}`)));
      delays.bind.push(await beside(service, effort, () => bind(service, effort, round)));
    }
  }
  const row = (what: 'edit' | 'bind', name: string): Row => {
    const { tookMs, addedMs, words } = summary(ours, what);
    return {
      ...NO_FIGURES,
      name: `mapping ${staff / 1000} k: ${name}`,
      goal: `< ${IN_FORCE_MS / 1000} s, no message delayed by over ${ADDED_MS} ms`,
      met: tookMs < IN_FORCE_MS && addedMs <= ADDED_MS,
      found: effort.version === null ? words : `${words}; ${effort.version.ref}: ${summary(theirs, what).words}`,
    };
  };
  return [row('edit', 'an edit'), row('bind', 'a change from the chat')];
}

function summary({ quiet, ...changed }: Delays, what: 'edit' | 'bind') {
  const tookMs = Math.max(...changed[what].map((change) => change.tookMs));
  const slowest = Math.max(...changed[what].map((change) => change.slowest));
  const usual = Math.max(...quiet);
  const words = `in force after ${Math.round(tookMs)} ms; slowest message ${Math.round(slowest)} ms, without ${Math.round(usual)} ms`;
  return { tookMs, addedMs: slowest - usual, words };
}

/** Makes a change, which resolves with the milliseconds that it took, while messages come in. */
async function beside(service: ServiceSubject, effort: Effort, change: () => Promise<number>): Promise<Change> {
  const measured = load(jobFor([service], effort, BESIDE));
  const [{ latency }, tookMs] = await Promise.all([measured, sleep(EDIT_AFTER_MS).then(change)]);
  return { slowest: latency.max, tookMs };
}

/** Puts beside the mapping what an edit will leave: one of so many people. */
async function fill(dataDir: string, count: number, note: string): Promise<void> {
  const path = join(dataDir, 'mapping.json');
  const { staff, ...rest } = JSON.parse(await readFile(path, 'utf8')) as typeof MAPPING;
  const known = staff.filter(({ user }) => !user.startsWith('wecom:person'));
  const people = [
    ...known,
    ...Array.from({ length: count }, (_, index) => ({
      user: `wecom:person${count}-${index}`,
      name: `员工${index}`,
      employeeId: index,
      store: index % 2 === 0 ? 'EW_N2949193145' : 'EW_N2949193146',
      role: 'staff',
    })),
  ];
  const lines = people.map((person) => JSON.stringify(person)).join(',\n');
  const text = JSON.stringify({ ...rest, note, staff: [] }).replace('"staff":[]', () => `"staff":[${lines}]`);
  await writeFile(`${path}.new`, text);
}

/** Prepares an edit by hand. To make it only replaces the file, and resolves when the log says that it is in force. */
async function edit(service: ServiceSubject, staff: number, note: string): Promise<() => Promise<number>> {
  await fill(service.dataDir, staff, note);
  const path = join(service.dataDir, 'mapping.json');
  return async () => {
    const editedAt = Date.now();
    await rename(`${path}.new`, path);
    for (;;) {
      await sleep(200);
      const inForce = (await service.log()).split('\n').findLast((line) => line.includes('"msg":"mapping in force"'));
      const at = Date.parse(/"time":"([^"]+)"/u.exec(inForce ?? '')?.[1] ?? '');
      if (at > editedAt) return at - editedAt;
      if (Date.now() - editedAt > 20_000) throw new Error(`an edit of a mapping of ${staff} people was never in force`);
    }
  };
}

/** A manager binds a person; the reply says that it is in force. */
async function bind(service: ServiceSubject, effort: Effort, round: number): Promise<number> {
  const say = {
    text: `绑定 wecom:new${round} ${round + 1} EW_N2949193145 新人`,
    expect: '已绑定',
    recorded: true,
  };
  const one = { say, connections: 1, warmUpMs: 0, messages: 1 };
  return (await load(jobFor([service], effort, one))).latency.max;
}

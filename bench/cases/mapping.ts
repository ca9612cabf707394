import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { compare, load } from '../compare.ts';
import { Stage, type ServiceSubject } from '../stage.ts';
import { jobFor, NO_FIGURES, type Case, type Row } from './case.ts';
import { redeemRun } from './redeem.ts';

const SIZES = [10_000, 100_000];
/** Looking a person up must not depend on how many there are; so much is noise. */
const GOAL = 0.95;
const RELOAD_MS = 1_000;
const DELAY_MS = 50;
const EDIT_AFTER_MS = 1_500;

/** A large mapping: what it costs to look people up, and to take over an edit while others redeem. */
export const mapping: Case = {
  name: 'mapping',
  async run(effort) {
    await using stage = new Stage(effort);
    const vendor = await stage.startVendor();
    const small = await stage.startService({ vendor });
    const rows: Row[] = [];
    for (const staff of SIZES) {
      const large = await stage.startService({ vendor, prepare: (dataDir) => addStaff(dataDir, staff) });
      const { subject, reference, rate } = await compare(
        redeemRun([large], vendor, effort),
        redeemRun([small], vendor, effort),
        effort.rounds,
      );
      rows.push({
        name: `mapping ${staff / 1000} k: redeem`,
        figures: subject,
        reference,
        ratio: rate,
        idleRssMb: large.idleRssMb,
        loadedRssMb: subject.rssMb,
        goal: `≥ ${GOAL} of 2 staff`,
        met: rate.median >= GOAL,
        found: '',
      });
      const change = { connections: 4, everyMs: 5, warmUpMs: 500, measureMs: 4_500, messages: 2_000 };
      const measured = load(jobFor([large], effort, change));
      const [result, reloadMs] = await Promise.all([measured, editWhenWarm(large, staff)]);
      rows.push({
        ...NO_FIGURES,
        name: `mapping ${staff / 1000} k: reload`,
        goal: `< ${RELOAD_MS / 1000} s, no message over ${DELAY_MS} ms`,
        met: reloadMs < RELOAD_MS && result.latency.max <= DELAY_MS,
        found: `in force ${Math.round(reloadMs)} ms after the edit; slowest message ${Math.round(result.latency.max)} ms`,
      });
      await large.stop();
    }
    return rows;
  },
};

async function addStaff(dataDir: string, count: number): Promise<void> {
  const path = join(dataDir, 'mapping.json');
  const [before = '', after = ''] = (await readFile(path, 'utf8')).split('"staff": [');
  const people = Array.from({ length: count }, (_, index) =>
    JSON.stringify({
      user: `wecom:person${count}-${index}`,
      name: `员工${index}`,
      employeeId: index,
      store: index % 2 === 0 ? 'EW_N2949193145' : 'EW_N2949193146',
      role: 'staff',
    }),
  );
  await writeFile(`${path}.new`, `${before}"staff": [${people.join(',\n')},${after}`);
  await rename(`${path}.new`, path);
}

/** Adds a person while messages come in; resolves with the milliseconds until the log says that the edit is in force. */
async function editWhenWarm(service: ServiceSubject, staff: number): Promise<number> {
  // The load generator prepares its messages first; only a fraction of a second is needed for these few.
  await sleep(EDIT_AFTER_MS);
  const editedAt = Date.now();
  await addStaff(service.dataDir, 1);
  for (;;) {
    await sleep(50);
    const inForce = (await service.log()).split('\n').findLast((line) => line.includes('"msg":"mapping in force"'));
    const at = Date.parse(/"time":"([^"]+)"/u.exec(inForce ?? '')?.[1] ?? '');
    if (at > editedAt) return at - editedAt;
    if (Date.now() - editedAt > 20_000) throw new Error(`an edit of a mapping with ${staff} staff was never in force`);
  }
}

import process from 'node:process';
import { Pool } from 'undici';
import { createVendor } from '../../src/liantuofu/client.ts';
import { VENDOR } from '../../test/support/service.ts';
import { spreadOf, type Spread } from '../stats.ts';
import { Stage } from '../stage.ts';
import { NO_FIGURES, type Case } from './case.ts';

const AT_ONCE = 64;

/** What it costs that each consume has a connection of its own, in the client alone: over http, on this machine. */
export const connections: Case = {
  name: 'connections',
  async run(effort) {
    await using stage = new Stage(effort);
    const { url } = await stage.startVendor();
    const calls = effort.quick ? 5_000 : 20_000;
    const own: number[] = [];
    const reused: number[] = [];
    for (let round = 0; round < effort.rounds; round += 1) {
      own.push(await cpuPerCall(url, calls, {}));
      const pool = () => new Pool(url, { connections: AT_ONCE, pipelining: 1 });
      reused.push(await cpuPerCall(url, calls, { connect: pool }));
    }
    const found = `CPU of a call with a connection of its own ${words(spreadOf(own))}, over reused ones ${words(spreadOf(reused))}`;
    return [{ ...NO_FIGURES, name: 'connections', goal: '–', met: null, found }];
  },
};

/** In microseconds, of this process. */
async function cpuPerCall(url: string, calls: number, change: Partial<Parameters<typeof createVendor>[0]>) {
  const vendor = createVendor({ ...VENDOR, url, consumeSource: 0, timeoutMs: 10_000, ...change });
  const request = { card: '914095353294404024', count: 1, remark: 'R-BENCH', storeCode: 'EW_N1', employeeId: null };
  let left = calls;
  const began = process.cpuUsage();
  const caller = async () => {
    for (; left > 0; left -= 1) await vendor.consume(request);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, caller));
  const { user, system } = process.cpuUsage(began);
  await vendor.close();
  return (user + system) / calls;
}

const words = ({ median, min, max }: Spread) => `${median.toFixed(0)} µs (${min.toFixed(0)}–${max.toFixed(0)})`;

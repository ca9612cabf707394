import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openSqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import { createSqliteReads } from '../../src/ledger/sqlite/reads.ts';
import type { Ledger } from '../../src/redemption/ledger.ts';
import { realTime } from '../../src/time/real.ts';
import { lineOf, newLine, newMessage } from './fixtures.ts';

/** A ledger on disk whose reads a test can hold up, see `held-read-thread.ts`. */
let folder: string;
let path: string;
let ledger: Ledger;
let threads: Worker[];
const started = (thread: Worker) => threads.push(thread);
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ledger-'));
  path = join(folder, 'ledger.db');
  const readThread = new URL('./held-read-thread.ts', import.meta.url);
  ({ ledger } = await openSqliteLedger(path, { readThread }));
  threads = [];
  process.on('worker', started);
});
afterEach(async () => {
  process.off('worker', started);
  await ledger.close();
  await rm(folder, { recursive: true });
});

const hold = () => writeFile(`${path}.hold`, '');
const letGo = () => rm(`${path}.hold`);
const untilHeld = () => vi.waitFor(() => expect(existsSync(`${path}.held`)).toBe(true), { timeout: 30_000 });
const lines = async () => (await ledger.findRecords({}, 0)).counts.reduce((sum, count) => sum + count.lines, 0);
const storeSpan = { storeCodes: ['EW_N1'], from: 0, to: Number.MAX_SAFE_INTEGER, unknowns: 1 };

test('redemptions are stored, and looked up by receipt and card, while a read is under way', async () => {
  await ledger.claim(newMessage(), [newLine()]);
  await hold();
  const order: string[] = [];
  const read = lines().then((count) => {
    order.push('read');
    return count;
  });
  await untilHeld();
  const claim = await ledger.claim(newMessage(), [newLine({ card: 'AAA111' })]);
  const { receipt } = await ledger.settle(lineOf(claim), { state: 'succeeded', vendorMsg: '成功' });
  for (const filter of [{ receipt }, { card: 'AAA111' }]) {
    const [found] = (await ledger.findRecords(filter, 1)).newest;
    expect(found?.redemption.state).toBe('succeeded');
  }
  order.push('redeemed');
  await letGo();
  // Of the moment when it was read.
  expect(await read).toBe(1);
  expect(order).toEqual(['redeemed', 'read']);
  expect(await lines()).toBe(2);
});

test('a read of which the thread dies is asked again', async () => {
  await ledger.claim(newMessage(), [newLine()]);
  await hold();
  const read = lines();
  await untilHeld();
  const [thread] = threads;
  await thread?.terminate();
  await letGo();
  expect(await read).toBe(1);
  expect(threads).toHaveLength(2);
});

test('a thread that dies each time fails its read and nothing else, and the next read has a new one', async () => {
  await writeFile(`${path}.die`, '');
  await expect(lines()).rejects.toMatchObject({ code: 'storage', message: 'the thread that reads the ledger died' });
  await ledger.claim(newMessage(), [newLine()]);
  await rm(`${path}.die`);
  expect(await lines()).toBe(1);
});

test('a read that fails leaves its thread to the next one', async () => {
  const nothing = Number.NaN;
  await expect(ledger.findStoreRecords({ ...storeSpan, unknowns: nothing })).rejects.toMatchObject({ code: 'storage' });
  expect((await ledger.findStoreRecords(storeSpan)).counts).toEqual([]);
  expect(threads).toHaveLength(1);
});

test('what is under way or waits when the ledger is closed ends, and so does the thread', async () => {
  await hold();
  const reads = Promise.allSettled([lines(), lines(), ledger.findStoreRecords(storeSpan)]);
  await untilHeld();
  const exited = vi.fn();
  threads[0]?.once('exit', exited);
  await ledger.close();
  for (const read of await reads) expect(read).toMatchObject({ reason: { code: 'closed' } });
  expect(exited).toHaveBeenCalled();
  await expect(lines()).rejects.toMatchObject({ code: 'closed' });
  expect(existsSync(`${path}-wal`)).toBe(false);
});

test('there is a thread only while there is something to read, and for a while after', async () => {
  const pauses: (() => void)[] = [];
  const after = (_ms: number, work: () => void) => {
    pauses.push(work);
    return () => void pauses.splice(pauses.indexOf(work), 1);
  };
  const reads = createSqliteReads({ path, time: { ...realTime, after }, log: undefined });
  expect(threads).toHaveLength(0);
  await reads.findRecords({}, 0);
  await reads.findRecords({}, 0);
  expect(threads).toHaveLength(1);
  expect(pauses).toHaveLength(1);
  const exited = new Promise((resolve) => threads[0]?.once('exit', resolve));
  pauses[0]?.();
  await exited;
  await reads.findRecords({}, 0);
  expect(threads).toHaveLength(2);
  await reads.close();
});

test.skipIf(platform() !== 'linux')('it gives way to the threads that redeem, which keep their priority', async () => {
  await lines();
  const niceness = readdirSync('/proc/self/task').map((task) => {
    // The name in parentheses may contain blanks, so the fields are counted from behind it.
    const fields = readFileSync(`/proc/self/task/${task}/stat`, 'utf8').replace(/^.*\) /su, '');
    return Number(fields.split(' ')[16]);
  });
  const usual = Math.min(...niceness);
  expect(niceness.filter((nice) => nice !== usual)).toEqual([10]);
});

test('a thread that throws is replaced, and its read is done all the same', async () => {
  await ledger.claim(newMessage(), [newLine()]);
  await writeFile(`${path}.throw`, '');
  expect(await lines()).toBe(1);
  expect(threads).toHaveLength(2);
});

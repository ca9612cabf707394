/**
 * The thread that reads, in the hands of a test: what it has read it holds back for as long as there is a file `….hold`
 * beside the ledger, with its transaction open, and says with `….held` that it does. With `….die` it ends instead, and one that
 * is started with `….throw` throws at the first thing that it is asked.
 */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { StatementSync, type SQLInputValue } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import type { ReadThreadOptions } from '../../src/ledger/sqlite/protocol.ts';

const { path } = workerData as ReadThreadOptions;
const cell = new Int32Array(new SharedArrayBuffer(4));
const readAll = Reflect.get(StatementSync.prototype, 'all') as (
  this: StatementSync,
  ...values: SQLInputValue[]
) => Row[];
type Row = ReturnType<StatementSync['all']>[number];

Reflect.set(StatementSync.prototype, 'all', function (this: StatementSync, ...values: SQLInputValue[]): Row[] {
  const rows = readAll.apply(this, values);
  if (existsSync(`${path}.die`)) process.exit();
  if (existsSync(`${path}.hold`)) writeFileSync(`${path}.held`, '');
  while (existsSync(`${path}.hold`)) Atomics.wait(cell, 0, 0, 5);
  return rows;
});

if (existsSync(`${path}.throw`)) {
  rmSync(`${path}.throw`);
  parentPort?.on('message', () => {
    throw new Error('thrown once');
  });
} else {
  await import('../../src/ledger/sqlite/read-thread.ts');
}

import { randomUUID } from 'node:crypto';
import { createLedger, createRefusals } from '../../src/ledger/ledger.ts';
import { migrate } from '../../src/ledger/migrations.ts';
import { newReceipt } from '../../src/ledger/receipt.ts';
import { openDatabase } from '../../src/ledger/sqlite/database.ts';
import type { Taken } from '../../src/ledger/verbs/allowance.ts';
import { perform, type Call } from '../../src/ledger/verbs/index.ts';
import { realTime } from '../../src/time/real.ts';
import { createWaiters } from '../../src/ledger/waiters.ts';
import { allowanceContract } from './contract/allowance.test.ts';

/** The verbs over SQLite, as its storage thread does them, on a clock that can be put forward. */
async function openPlace(taken: Taken | null) {
  const db = openDatabase(':memory:');
  await migrate(db, 'sqlite');
  let now = Date.now();
  const context = { instance: randomUUID(), newReceipt, shared: false, taken };
  const call = ((verb, ...args) =>
    db.transaction().execute((trx) => perform({ trx, now, ...context }, verb, args))) as Call;
  const waiters = createWaiters();
  const refusals = createRefusals({ call, waiters, time: realTime });
  const parts = { call, waiters, wishes: { kinds: [] }, heldUsers: null, refusals, refusedElsewhere: null };
  const ledger = createLedger({ ...parts, close: () => db.destroy() });
  return {
    open: async () => ledger,
    pass: async (ms: number) => void (now += ms),
    clear: async () => undefined,
  };
}

allowanceContract('SQLite', () => openPlace(new Map()));
// As simulated services share one.
allowanceContract('SQLite, shared,', () => openPlace(null));
